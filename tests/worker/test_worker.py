"""Real worker processes on a database of their own, ended in every way a process can end."""

import signal
from collections.abc import Iterator

import psutil
import pytest

from tests.worker.installation import Installation, family, new_installation, wait_until


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Iterator[Installation]:
    with new_installation(tmp_path_factory.mktemp("worker")) as installation:
        yield installation


@pytest.fixture
def installation(made) -> Iterator[Installation]:
    yield made
    made.stop()


def written(installation: Installation, subject: str) -> int:
    return installation.rows("SELECT count(*) FROM permissions_organization WHERE slug = ?", subject)[0][0]


# DB-09
def test_a_job_whose_workers_are_killed_is_done_once_by_the_next(installation):
    installation.submit("gated", "killed")
    first = installation.work()
    wait_until(lambda: installation.starts("killed") == [1])
    everyone = [first, *family(first)]
    assert len(everyone) == 3
    for process in everyone:
        process.kill()
    first.wait()
    assert installation.job("killed") == ("running", 1)
    installation.open_gate("killed")
    installation.work(processes=2)
    wait_until(lambda: installation.job("killed") == ("done", 2))
    assert installation.starts("killed") == [1, 2]
    assert written(installation, "killed") == 1


# DB-09
def test_a_killed_worker_is_replaced_by_its_supervisor(installation):
    installation.submit("gated", "replaced")
    supervisor = installation.work()
    wait_until(lambda: installation.starts("replaced") == [1])
    for process in family(supervisor):
        process.kill()
    installation.open_gate("replaced")
    wait_until(lambda: installation.job("replaced") == ("done", 2))
    assert written(installation, "replaced") == 1


# DB-09
def test_the_workers_of_a_killed_supervisor_finish_their_job_and_end(installation):
    installation.submit("gated", "orphaned")
    supervisor = installation.work()
    wait_until(lambda: installation.starts("orphaned") == [1])
    children = family(supervisor)
    supervisor.kill()
    supervisor.wait()
    installation.open_gate("orphaned")
    psutil.wait_procs(children, timeout=20)
    assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []
    assert installation.job("orphaned") == ("done", 1)


# DB-09
def test_sigterm_lets_a_running_job_finish(installation):
    installation.submit("gated", "graceful")
    supervisor = installation.work()
    wait_until(lambda: installation.starts("graceful") == [1])
    supervisor.send_signal(signal.SIGTERM)
    installation.open_gate("graceful")
    assert supervisor.wait(20) == 0
    assert installation.job("graceful") == ("done", 1)


# DB-09
def test_a_job_that_outlasts_the_grace_is_put_back_at_once(installation):
    installation.submit("gated", "impatient")
    supervisor = installation.work(grace=1)
    wait_until(lambda: installation.starts("impatient") == [1])
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(20) == 0
    assert installation.job("impatient") == ("queued", 1)
    assert written(installation, "impatient") == 0
    installation.open_gate("impatient")
    installation.work()
    wait_until(lambda: installation.job("impatient") == ("done", 2))


def test_a_stuck_handler_is_ended_with_its_process_and_tried_again(installation):
    installation.submit("stuck", "stuck")
    installation.work()
    wait_until(lambda: installation.job("stuck") == ("done", 2))
    assert installation.starts("stuck") == [1, 2]
