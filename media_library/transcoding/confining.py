"""Starting programs that read what strangers made."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from django.conf import settings

SCRIPT = Path(__file__).with_name("confined.py")
MEMORY = 12 * 1024**3  # bytes of address space, of which a tenth is ever touched
FILE_SIZE = 2 * 1024**3  # bytes; one segment is a thousandth of it
LIMITED = {signal.SIGXCPU, signal.SIGXFSZ}


def start_confined(
    command: Sequence[str],
    *,
    seconds: int,
    folder: Path | None = None,
    memory: int = MEMORY,
    stderr: int | IO[bytes] = subprocess.PIPE,
) -> subprocess.Popen[bytes]:
    """Start `command` under limits and without this installation's environment; its standard output is a pipe.

    `seconds` are of processor time, over all its threads; it works in `folder`, by default in the project's.
    """
    limits = [str(os.getpid()), str(seconds), str(memory), str(FILE_SIZE)]
    return subprocess.Popen(  # noqa: S603 - no shell, and no client's word among the arguments
        [sys.executable, "-I", "-S", str(SCRIPT), *limits, *command],
        cwd=folder or settings.BASE_DIR,
        env={name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
    )


def ended_by_limit(process: subprocess.Popen[Any]) -> bool:
    """Tell whether a program ended because it took more than it was given."""
    return process.returncode < 0 and -process.returncode in LIMITED
