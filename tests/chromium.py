"""Where Chromium is on this machine, for the tests that drive it."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from tests import programs

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)

# Nothing leaves the machine but what a test asks for; no sandbox, because containers seldom allow one.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@cache
def executable() -> str | None:
    """Return the path of a Chromium or Chrome on this machine, or None."""
    return _on_this_machine()


def found_or_installed() -> bool:
    """Tell whether there is a Chromium, after trying to install one where that is possible."""
    executable.cache_clear()
    packages = ("chromium-headless-shell", "chromium")  # the first draws nothing on a screen, and is quicker
    if not any(programs.found_or_installed(_on_this_machine, package) for package in packages):
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return executable() is not None


def _on_this_machine() -> str | None:
    on_path = next(filter(None, map(shutil.which, PROGRAMS)), None)
    return on_path or next((path for path in (*MAC, _of_playwright()) if path and Path(path).exists()), None)


def _of_playwright() -> str | None:
    """The browser that `playwright install` downloaded, asked of another process: its loop would stay in ours."""
    ask = "from playwright.sync_api import sync_playwright as p\nwith p() as w: print(w.chromium.executable_path)"
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None
