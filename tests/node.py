"""Node.js with npm on this machine, for what is written in JavaScript and TypeScript."""

import os
import shutil
import subprocess
from functools import cache

OLDEST = 20


@cache
def found_or_installed() -> bool:
    """Tell whether there is a Node that is new enough, after trying to install one where that is possible."""
    if not shutil.which("npm") and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--no-install-recommends", "-y", "nodejs", "npm"]):
            subprocess.run(["apt-get", "-qq", *command], check=False, env=environment)
    return bool(shutil.which("npm")) and _version() >= OLDEST


def _version() -> int:
    """The major version; 0 where there is no Node."""
    if not shutil.which("node"):
        return 0
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    return int(answer.lstrip("v").partition(".")[0] or 0)
