"""What goes first, and what can never hold up everything else."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from common.db.clock import database_now
from permissions.models import User
from tests.factories import make_user
from tests.threads import in_threads
from uploads import jobs
from uploads.choices import JobState, Lane
from uploads.jobs import registry
from uploads.jobs.claim import claim_next
from uploads.jobs.execute import is_interruptible, run_next
from uploads.jobs.worker import lanes_of
from uploads.models import Job

pytestmark = pytest.mark.django_db

ALL = list(Lane)


# FA-C8
def test_a_picture_that_a_person_waits_for_goes_before_thousands_that_were_imported(make_handler):
    make_handler("sample", lambda job: None, lane=Lane.INTERACTIVE)
    for number in range(20):
        make_user(username=f"imported-{number}")
    jobs.submit_many("sample", subjects=User.objects.all())
    Job.objects.update(run_after=database_now() - timedelta(hours=1))
    by_hand = jobs.submit("sample", subject="by hand")
    assert run_next(ALL) == by_hand
    assert Job.objects.filter(state=JobState.QUEUED, lane=Lane.BULK).count() == 20


# FA-C8
def test_lanes_are_taken_in_order_and_each_of_them_by_due_time(make_handler):
    make_handler("sample", lambda job: None)
    for lane in (Lane.BULK, Lane.LONG, Lane.INTERACTIVE, Lane.DEFAULT, Lane.INTERACTIVE):
        jobs.submit("sample", lane=lane, run_after=database_now() - timedelta(minutes=lane))
    taken = [run_next(ALL) for _ in range(5)]
    assert [job.lane for job in taken] == [1, 1, 2, 3, 4]
    assert run_next(ALL) is None


# FA-C8
def test_a_worker_takes_no_job_of_another_lane(make_handler):
    make_handler("sample", lambda job: None)
    jobs.submit("sample", lane=Lane.LONG)
    assert run_next([Lane.INTERACTIVE, Lane.DEFAULT, Lane.BULK]) is None
    assert run_next([Lane.LONG])


# FA-C8
@pytest.mark.parametrize("processes", [2, 3, 4, 8])
@pytest.mark.parametrize("busy", [{Lane.BULK}, {Lane.LONG}, {Lane.LONG, Lane.BULK}])
def test_bulk_and_long_work_leave_a_process_to_what_a_person_waits_for(processes, busy):
    lanes = [lanes_of(number, processes) for number in range(1, processes + 1)]
    assert [mine for mine in lanes if Lane.INTERACTIVE in mine and not busy & set(mine)]


# FA-C8
@pytest.mark.parametrize("processes", [1, 2, 3, 4, 8])
def test_every_lane_is_taken_by_some_process(processes):
    lanes = [lanes_of(number, processes) for number in range(1, processes + 1)]
    assert {lane for mine in lanes for lane in mine} == set(Lane)


# FA-C8
@pytest.mark.parametrize("processes", [3, 4, 8])
def test_jobs_of_hours_hold_up_neither_deletions_nor_imports(processes):
    lanes = [lanes_of(number, processes) for number in range(1, processes + 1)]
    assert [mine for mine in lanes if {Lane.DEFAULT, Lane.BULK} <= set(mine) and Lane.LONG not in mine]


# FA-C8
def test_the_kinds_are_in_their_lanes():
    lanes = {kind: registry.lane_of(kind) for kind in registry.kinds()}
    assert lanes["make_renditions"] == Lane.INTERACTIVE
    assert lanes["delete_objects"] == lanes["send_webhooks"] == Lane.DEFAULT
    long = {"audit_orphans", "clean_orphans", "purge_trash", "transcode"}
    assert long <= {kind for kind, lane in lanes.items() if lane == Lane.LONG}
    assert registry.lane_of("from_the_future") == Lane.DEFAULT


# FA-C8
def test_a_queued_job_moves_into_the_more_urgent_lane_and_never_back():
    job = jobs.submit("sample", subject="a", lane=Lane.BULK)
    assert jobs.submit("sample", subject="a", lane=Lane.INTERACTIVE).lane == Lane.INTERACTIVE
    jobs.submit("sample", subject="a", lane=Lane.BULK)
    job.refresh_from_db()
    assert job.lane == Lane.INTERACTIVE


# FA-C8
def test_a_lane_that_there_is_not_is_refused_by_the_database():
    job = jobs.submit("sample")
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(lane=9)


# FA-C8
def test_looking_for_work_where_there_is_none_takes_two_queries_and_no_lock(django_assert_num_queries):
    with django_assert_num_queries(2):
        assert claim_next(ALL) is None


# FA-C12
@pytest.mark.parametrize(("lane", "interruptible"), [(lane, lane == Lane.LONG) for lane in Lane])
def test_only_jobs_of_hours_are_put_back_at_once_when_the_worker_is_stopped(make_handler, lane, interruptible):
    seen = []
    make_handler("sample", lambda job: seen.append(is_interruptible()), lane=lane)
    jobs.submit("sample")
    run_next(ALL)
    assert (seen, is_interruptible()) == ([interruptible], False)


# FA-C8
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_racing_workers_each_take_another_job_and_none_goes_away_empty(make_handler):
    done = []
    make_handler("sample", lambda job: done.append(job.id))
    ids = {jobs.submit("sample").pk for _ in range(8)}
    taken = in_threads(8, lambda _: run_next(ALL))
    assert {job.pk for job in taken} == set(done) == ids
