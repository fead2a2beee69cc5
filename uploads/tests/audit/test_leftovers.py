"""What killed writers leave in a store: counted by audits at once, and gone one grace time later."""

import os
import time
from datetime import timedelta

import pytest
from django.core.management import call_command

from tests.jobs import run_pending_jobs
from uploads import jobs
from uploads.audit import remove_leftovers
from uploads.audit.clean import apply_plan
from uploads.audit.findings import FindingKind
from uploads.storage import store
from uploads.tests.audit.conftest import audited

pytestmark = pytest.mark.django_db

GRACE = 3600


@pytest.fixture(autouse=True)
def grace(settings):
    settings.TEMPORARY_GRACE = GRACE


def leave_behind(alias: str = "media", *, seconds_ago: float = 0, content: bytes = b"half") -> str:
    """A temporary file as SIGKILL leaves one: written, and locked by no process. Returns its key."""
    tree = store(alias).tree
    draft = tree.draft()
    draft.__enter__()
    draft.write(content)
    draft._file.close()
    age(tree, draft._name, seconds_ago)
    return f".tmp/{draft._name}"


def age(tree, name, seconds):
    moment = time.time() - seconds
    os.utime(tree.root / ".tmp" / name, (moment, moment))


def temporary(plan):
    return [(finding.storage, finding.key, finding.size) for finding in plan.findings([FindingKind.TEMPORARY])]


# FA-C4
@pytest.mark.parametrize("alias", ["media", "assets"])
@pytest.mark.parametrize("seconds_ago", [0, GRACE - 60, 10 * GRACE])
def test_an_audit_counts_what_a_killed_write_left_however_young(alias, seconds_ago):
    key = leave_behind(alias, seconds_ago=seconds_ago)
    plan = audited()
    assert temporary(plan) == [(alias, key, 4)]
    assert plan.summary.tallies[alias].bytes[FindingKind.TEMPORARY] == 4


# FA-C4
def test_an_audit_does_not_count_what_is_being_written():
    tree = store("media").tree
    with tree.draft() as draft:
        draft.write(b"half")
        age(tree, draft._name, 10 * GRACE)
        assert temporary(audited()) == []
        assert store("media").reap_temporary_files(timedelta(0)) == 0
        draft.publish(["a"], "b", replace=False)
    assert store("media").stat("a/b")


# FA-C4
def test_an_audit_of_one_organization_or_folder_says_nothing_of_temporary_files(organization):
    leave_behind()
    assert temporary(audited(organization_id=organization.pk)) == []
    assert temporary(audited(folder="stray/")) == []


# FA-C4
@pytest.mark.parametrize("alias", ["media", "assets"])
@pytest.mark.parametrize(("seconds_ago", "left"), [(0, 1), (GRACE - 60, 1), (GRACE + 60, 0)])
def test_the_periodic_job_removes_it_one_grace_time_later(alias, seconds_ago, left):
    leave_behind(alias, seconds_ago=seconds_ago)
    jobs.submit("reap_leftovers")
    [job] = run_pending_jobs("reap_leftovers")
    assert job.result == {"temporary_files": 1 - left, "multipart_uploads": 0}
    assert len(list((store(alias).tree.root / ".tmp").iterdir())) == left


# FA-C4
def test_the_job_comes_by_itself_and_more_often_than_the_grace_time():
    from uploads.jobs.registry import periods

    assert timedelta(0) < periods()["reap_leftovers"] <= timedelta(seconds=GRACE / 4)


# FA-C4
@pytest.mark.parametrize(("seconds_ago", "left"), [(0, 1), (GRACE + 60, 0)])
def test_cleaning_removes_old_ones_and_leaves_young_ones(seconds_ago, left):
    leave_behind(seconds_ago=seconds_ago)
    done = apply_plan(audited())
    assert (done.removed, done.kept["young"]) == (1 - left, left)
    assert len(list(store("media").temporary_files())) == left


# FA-C4
def test_the_command_says_how_old_each_of_them_is(capsys):
    key = leave_behind(seconds_ago=7200)
    call_command("audit_orphans")
    said = capsys.readouterr()
    assert "Temporary file of an interrupted write: 1 (4 bytes)" in said.out + said.err
    assert f"media: {key}, 4 bytes, last written 2 hours ago" in said.out + said.err


# FA-C4
def test_the_job_aborts_multipart_uploads_that_no_session_holds(any_store, monkeypatch):
    upload = store("media").start_multipart("m/1", content_type="video/mp4")
    jobs.submit("reap_leftovers")
    [job] = run_pending_jobs("reap_leftovers")
    assert job.result["multipart_uploads"] == 0
    real = remove_leftovers.earliest_now
    monkeypatch.setattr(remove_leftovers, "earliest_now", lambda alias: real(alias) + timedelta(days=3))
    monkeypatch.setattr(remove_leftovers, "is_multipart_open", lambda alias, key, multipart_id: multipart_id == upload)
    jobs.submit("reap_leftovers")
    assert run_pending_jobs("reap_leftovers")[0].result["multipart_uploads"] == 0
    monkeypatch.setattr(remove_leftovers, "is_multipart_open", lambda alias, key, multipart_id: False)
    jobs.submit("reap_leftovers")
    assert run_pending_jobs("reap_leftovers")[0].result["multipart_uploads"] == 1
    assert list(store("media").unfinished()) == []
