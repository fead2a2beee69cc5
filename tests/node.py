"""Node.js with npm on this machine, for what is written in JavaScript and TypeScript."""

import shutil
import subprocess
from functools import cache

from tests import programs

OLDEST = 20


@cache
def found_or_installed() -> bool:
    """Tell whether there is a Node that is new enough, after trying to install one where that is possible."""
    npm = programs.found_or_installed(lambda: shutil.which("npm"), "nodejs", "npm")
    return bool(npm) and _version() >= OLDEST


def _version() -> int:
    """The major version; 0 where there is no Node."""
    if not shutil.which("node"):
        return 0
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    return int(answer.lstrip("v").partition(".")[0] or 0)
