"""Programs that tests drive: found on this machine, or installed by its package manager where that is possible."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Found = TypeVar("Found")


def found_or_installed(find: Callable[[], Found], *packages: str) -> Found:
    """Return what `find` finds, after installing Debian's `packages` where it finds nothing and this is root.

    Processes that need the same program install it one after the other: the package manager refuses a second caller.
    """
    found = find()
    if found or os.geteuid() != 0 or not shutil.which("apt-get"):
        return found
    with (Path(tempfile.gettempdir()) / "media-library-packages.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (found := find()):
            sys.stderr.write(f"Installing {', '.join(packages)} for the tests ...\n")
            environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
            for command in (["update"], ["install", "--no-install-recommends", "-y", *packages]):
                subprocess.run(["apt-get", "-qq", *command], check=False, env=environment, stdout=sys.stderr)
            found = find()
    return found


def free_ports(count: int) -> list[int]:
    """Return ports of this machine that nothing listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
