"""Limits its own process and then executes another program, so that a worker with threads runs no code after a fork.

    python -I -S enter.py PARENT SECONDS MEMORY FILE_SIZE NICENESS PROGRAM [ARGUMENT...]

The program is killed when the process PARENT ends, and may open FILES files. The script imports nothing of the project,
whose paths it does not have.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)
FILES = 256  # open at once
GRACE = 5  # seconds of processor time between SIGXCPU, which shows the limit, and SIGKILL


def main(parent: str, seconds: str, memory: str, file_size: str, niceness: str, *command: str) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):
        sys.exit(1)  # the parent ended before
    for limit, soft, hard in (
        (resource.RLIMIT_CPU, int(seconds), int(seconds) + GRACE),
        (resource.RLIMIT_AS, int(memory), int(memory)),
        (resource.RLIMIT_FSIZE, int(file_size), int(file_size)),
        (resource.RLIMIT_NOFILE, FILES, FILES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(limit, (soft, hard))
    os.nice(int(niceness))
    os.execv(command[0], command)  # noqa: S606 - no shell, and that is the point


if __name__ == "__main__":
    main(*sys.argv[1:])
