"""Crash points: a process is killed at any line of this project's code, as by `kill -9` or a power cut.

A run does every fourth point, another quarter each day; `tests/rotation.py` says which.
"""

import os
import random
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connections

from tests import rotation

# How often a command is killed. Each death is followed by a look at every law and another run to the end.
POINTS = 10 if connections["default"].vendor == "postgresql" else 100

APPS = ("common", "permissions", "uploads", "resources", "media_library")
FOLDERS = tuple(f"{settings.BASE_DIR}/{app}/" for app in APPS)


def chosen(points: int) -> list[int]:
    """Return which of `points` this run does."""
    return rotation.part(range(points), of=4)


def random_line(lines: int, point: int, points: int) -> int:
    """Return one line, by chance, of the stretch that `point` of `points` stands for."""
    first = 1 + point * lines // points
    return random.randint(first, max(first, (point + 1) * lines // points))


def lines_of(work: Callable[[], Any]) -> int:
    """How many lines of ours `work` runs. It is done in a child process, like every attempt."""
    reading, writing = os.pipe()
    connections.close_all()
    if (child := os.fork()) == 0:
        ran = _traced(work, stop_at=0)
        os.write(writing, str(ran).encode())
        os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    assert status == 0, "The work itself fails."
    with os.fdopen(reading) as answer:
        return int(answer.read())


def killed_at(work: Callable[[], Any], line: int) -> bool:
    """Do `work` in a process that dies before it runs its `line`-th line of ours; returns whether it died."""
    connections.close_all()
    if (child := os.fork()) == 0:
        _traced(work, stop_at=line)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _traced(work: Callable[[], Any], *, stop_at: int) -> int:
    ran = 0

    def each_line(frame, event, _):
        nonlocal ran
        ran += event == "line"
        if ran == stop_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return each_line

    def each_call(frame, event, _):
        return each_line if frame.f_code.co_filename.startswith(FOLDERS) else None

    sys.settrace(each_call)
    threading.settrace(each_call)  # threads that the work starts count, too
    try:
        work()
    finally:
        sys.settrace(None)
        threading.settrace(None)
    return ran
