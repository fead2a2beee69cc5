"""Becomes another program, under limits: so no thread of a worker has to fork with code of ours in between.

    python -I -S confined.py PARENT CPU_SECONDS MEMORY FILE_SIZE PROGRAM [ARGUMENT...]

The program is killed when the process PARENT ends, opens no more files than it needs, and lets others go first.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)
FILES = 256
NICENESS = 10


def main(parent: str, seconds: str, memory: str, file_size: str, *command: str) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):
        sys.exit(1)  # it was gone before
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
    for what, limit in (
        (resource.RLIMIT_AS, int(memory)),
        (resource.RLIMIT_FSIZE, int(file_size)),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    os.nice(NICENESS)
    os.execv(command[0], command)  # noqa: S606 - no shell, and that is the point


if __name__ == "__main__":
    main(*sys.argv[1:])
