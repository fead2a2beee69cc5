import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from uploads.sandbox.run import Limits, is_limited, kill, run, start

LIMITS = Limits(seconds=5, memory=1024**3, file_size=1024)
SLEEP_WITH_A_CHILD = (
    "import subprocess, sys, time;"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "print(child.pid, flush=True); time.sleep(60)"
)


def python(code, limits=LIMITS, *, timeout=30.0):
    return run([sys.executable, "-c", code], limits, timeout=timeout)


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pid):
    deadline = time.monotonic() + 10
    while is_alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_output_and_errors_come_back_with_how_it_ended():
    ended = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert (ended.stdout, ended.stderr, ended.returncode) == (b"out\n", b"err\n", 3)


def test_settings_of_the_installation_are_not_in_its_environment(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "secret")
    monkeypatch.setenv("DATABASE_URL", "postgres://user:secret@host/name")
    names = set(json.loads(python("import json, os; print(json.dumps(list(os.environ)))").stdout))
    assert names <= {"PATH", "LANG", "TMPDIR", "LC_CTYPE"}  # Python itself sets the last one


def test_processor_time_memory_and_file_size_are_limited(tmp_path):
    endless = python("while True: pass", Limits(seconds=1, memory=1024**3, file_size=1024))
    assert is_limited(endless.returncode)
    assert endless.returncode == -signal.SIGXCPU
    greedy = python("b'x' * 2 * 1024**3")
    assert b"MemoryError" in greedy.stderr
    verbose = python(f"open({str(tmp_path / 'file')!r}, 'wb', buffering=0).write(b'x' * 2048) == 2048 or exit(1)")
    assert verbose.returncode == 1
    assert not is_limited(greedy.returncode)


def test_it_lets_others_go_first_where_that_is_asked():
    own = os.nice(0)
    ended = python("import os; print(os.nice(0))", Limits(5, 1024**3, 1024, niceness=3))
    assert int(ended.stdout) == min(own + 3, 19)


@pytest.mark.skipif(sys.platform != "linux", reason="groups are of the worker elsewhere")
def test_what_takes_too_long_is_killed_with_all_that_it_started():
    process = start([sys.executable, "-c", SLEEP_WITH_A_CHILD], LIMITS)
    child = int(process.stdout.readline())
    assert is_alive(child)
    kill(process)
    assert process.returncode == -signal.SIGKILL
    wait_until_gone(child)
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        python("import time; time.sleep(60)", timeout=0.5)
    assert time.monotonic() - began < 20


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a child of its parent's end")
def test_it_is_killed_when_its_worker_is(tmp_path):
    code = (
        "import sys, time; from django.conf import settings; settings.configure(BASE_DIR='/');"
        "from uploads.sandbox.run import Limits, start;"
        "process = start([sys.executable, '-c', 'import time; time.sleep(60)'], Limits(5, 1024**3, 1024));"
        "time.sleep(0.5); print(process.pid, flush=True); time.sleep(60)"
    )
    worker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    sandboxed = int(worker.stdout.readline())
    assert is_alive(sandboxed)
    worker.kill()
    worker.wait()
    worker.stdout.close()
    wait_until_gone(sandboxed)
