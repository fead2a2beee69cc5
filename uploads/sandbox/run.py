"""Starting programs in the sandbox: with limits, without the settings of this installation, ended with their worker."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

SCRIPT = Path(__file__).with_name("enter.py")
ENVIRONMENT = ("PATH", "LANG", "TMPDIR")  # passed on; other variables may hold secrets
LIMITED = {signal.SIGXCPU, signal.SIGXFSZ}


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one process: `seconds` of processor time over all its threads, `memory` in bytes of address space,
    `file_size` in bytes of one written file. A higher `niceness` gives other processes precedence.
    """

    seconds: int
    memory: int
    file_size: int
    niceness: int = 0


def start(
    command: Sequence[str],
    limits: Limits,
    *,
    folder: Path | None = None,
    stderr: int | IO[bytes] = subprocess.PIPE,
) -> subprocess.Popen[bytes]:
    """Start `command` (its first word is a path) in `folder`, by default the project's; standard output is a pipe.

    The caller always ends it with `kill`.
    """
    numbers = (os.getpid(), limits.seconds, limits.memory, limits.file_size, limits.niceness)
    return subprocess.Popen(  # noqa: S603 - no shell, and no text of a client among the arguments
        [sys.executable, "-I", "-S", str(SCRIPT), *map(str, numbers), *command],
        cwd=folder or settings.BASE_DIR,
        env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        # A group of its own, so that what it starts is killed with it. Elsewhere than on Linux only the group of its
        # worker brings it to an end when the worker is killed.
        process_group=0 if sys.platform == "linux" else None,
    )


def run(command: Sequence[str], limits: Limits, *, timeout: float) -> subprocess.CompletedProcess[bytes]:
    """Run `command` to its end, and return its output and how it ended.

    Raises TimeoutError where that takes longer than `timeout` seconds.
    """
    process = start(command, limits)
    try:
        output, errors = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"It took longer than {timeout} seconds.") from None
    finally:
        kill(process)
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it started, if it has not ended, and wait until it is gone."""
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "linux":
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
    process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe:
            pipe.close()


def is_limited(returncode: int) -> bool:
    """Tell whether a process that ended with `returncode` was stopped by one of its limits."""
    return returncode < 0 and -returncode in LIMITED
