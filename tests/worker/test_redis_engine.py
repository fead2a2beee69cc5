"""The distributed engine on a real Redis: neither a killed worker nor a lost ring loses a job."""

import json
import signal
import warnings
import zlib

import pytest
from redis import Redis

from tests.redis_server import WITHOUT, program, running_redis
from tests.worker.installation import family, new_installation, wait_until


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    if program() is None:
        warnings.warn(WITHOUT, UserWarning, stacklevel=2)
        pytest.skip(WITHOUT)
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="module")
def made(redis, tmp_path_factory):
    with new_installation(tmp_path_factory.mktemp("worker")) as installation:
        installation.environment |= {"TASKS_BACKEND": "rq", "REDIS_URL": redis.url}
        yield installation


@pytest.fixture
def installation(made):
    yield made
    made.stop()


def written(installation, subject):
    return installation.rows("SELECT count(*) FROM permissions_organization WHERE slug = ?", subject)[0][0]


def test_a_job_is_done_through_redis_and_nothing_of_it_stays_there(installation, redis):
    with Redis.from_url(redis.url) as client:
        client.flushall()
        installation.open_gate("through-redis")
        installation.submit("gated", "through-redis")
        [ring] = [client.hgetall(key) for key in client.scan_iter("rq:job:*")]
        name, _, arguments, _ = json.loads(zlib.decompress(ring[b"data"]))  # and no pickle
        assert (name, arguments) == ("uploads.jobs.rq_worker.run_one", [])
        installation.work()
        wait_until(lambda: installation.job("through-redis") == ("done", 1))
        wait_until(lambda: not list(client.scan_iter("rq:job:*")))


# DB-09
def test_a_job_whose_workers_are_killed_is_done_once_by_the_next(installation):
    installation.submit("gated", "killed")
    first = installation.work()
    wait_until(lambda: installation.starts("killed") == [1])
    for process in [first, *family(first)]:
        process.kill()
    first.wait()
    assert installation.job("killed") == ("running", 1)
    installation.open_gate("killed")
    installation.work(processes=2)
    wait_until(lambda: installation.job("killed") == ("done", 2))
    assert written(installation, "killed") == 1


# DB-09
def test_a_job_that_outlasts_the_grace_is_put_back_at_once(installation):
    installation.submit("gated", "impatient")
    supervisor = installation.work(grace=2)
    wait_until(lambda: installation.starts("impatient") == [1])
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(25) == 0
    assert installation.job("impatient") == ("queued", 1)
    installation.open_gate("impatient")
    installation.work()
    wait_until(lambda: installation.job("impatient") == ("done", 2))


# DB-09
def test_a_redis_that_lost_everything_loses_no_job(installation, redis):
    redis.stop()
    installation.open_gate("forgotten")
    installation.submit("gated", "forgotten")  # no worker hears the ring, and the submitter gets no error
    redis.start()
    installation.work()
    wait_until(lambda: installation.job("forgotten") == ("done", 1))
