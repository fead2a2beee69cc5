"""A supervisor in a process of its own, with children that are programs."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = """
import sys
from pathlib import Path
from common.supervisor import Child, Supervisor, TooManyCrashes, exec_main

command = [sys.executable, "-c", sys.argv[1]]
children = [Child("program", exec_main(command, folder=Path(sys.argv[2])))]
try:
    Supervisor(children, grace=5, most_crashes=0, say=print).run()
except TooManyCrashes as error:
    print(error)
    sys.exit(3)
"""
SLEEP = "import os, time; print(os.getpid(), os.getcwd(), flush=True); time.sleep(60)"


@contextmanager
def supervised(code, folder):
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, code, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def wait_until_gone(pid):
    deadline = time.monotonic() + 15
    while Path(f"/proc/{pid}").exists() and "\tZ" not in Path(f"/proc/{pid}/status").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_program_that_keeps_ending_ends_the_supervisor(tmp_path):
    with supervised("raise SystemExit(7)", tmp_path) as process:
        assert process.wait(20) == 3
        assert process.stdout.read() == "The program keeps ending (exit code 7).\n"


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a child of its parent's end")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_program_ends_with_its_supervisor_whatever_ends_that(number, tmp_path):
    with supervised(SLEEP, tmp_path) as process:
        pid, folder = process.stdout.readline().split()
        assert folder == str(tmp_path)
        os.kill(process.pid, number)
        process.wait(20)
        wait_until_gone(pid)
