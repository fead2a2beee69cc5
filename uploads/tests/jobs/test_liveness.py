"""What is known of the processes that do background work."""

import time
from datetime import timedelta

import pytest

from common.db.clock import database_now
from tests.admin_cases import administrator
from uploads.jobs import liveness
from uploads.models import WorkerProcess

pytestmark = pytest.mark.django_db


def seen(ago: timedelta) -> WorkerProcess:
    moment = database_now() - ago
    return WorkerProcess.objects.create(name="a:1", lanes="", started_at=moment, seen_at=moment)


# FA-C10
@pytest.mark.parametrize(("ago", "alive"), [(1, True), (25, True), (31, False), (7200, False)])
def test_a_worker_is_alive_for_as_long_as_it_said_so_a_moment_ago(ago, alive):
    seen(timedelta(seconds=ago))
    assert liveness.worker_seen_within() is alive


# FA-C10
def test_no_worker_is_alive_where_none_ever_ran(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert not liveness.worker_seen_within()


# FA-C10
@pytest.mark.django_db(transaction=True)
def test_a_worker_says_that_it_is_alive_while_it_works_and_takes_its_row_away(monkeypatch):
    monkeypatch.setattr(liveness, "BEAT", 0.02)
    with liveness.WorkerHeartbeat("interactive"):
        first = wait_for(lambda row: row)
        wait_for(lambda row: row.seen_at > first.seen_at)
    assert not WorkerProcess.objects.exists()


def wait_for(true):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        row = WorkerProcess.objects.first()
        if row and true(row):
            return row
        time.sleep(0.01)
    raise AssertionError("It did not happen in time.")


# FA-C10
def test_rows_of_killed_workers_are_forgotten_after_an_hour():
    old, young = seen(timedelta(minutes=61)), seen(timedelta(minutes=59))
    assert liveness.prune_workers() == 1
    assert list(WorkerProcess.objects.values_list("pk", flat=True)) == [young.pk] != [old.pk]


# FA-C10
@pytest.mark.parametrize("page", ["/admin/uploads/upload/storage/", "/admin/uploads/job/"])
def test_the_admin_says_that_no_worker_is_running_and_is_silent_where_one_is(organization, page):
    client = administrator(organization)
    assert "No worker is running" in client.get(page).content.decode()
    seen(timedelta(seconds=1))
    assert "No worker is running" not in client.get(page).content.decode()
