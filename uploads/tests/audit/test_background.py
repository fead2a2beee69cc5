"""Audits and clean-ups in the background, as the admin starts, watches and shows them."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from common.errors import Conflict
from tests.jobs import run_pending_jobs
from uploads.audit.background import clean_report, report_of, start_audit
from uploads.audit.findings import FindingKind
from uploads.choices import JobState
from uploads.jobs import submit
from uploads.jobs.registry import periods
from uploads.models import Job
from uploads.tests.audit.conftest import keys, locked_elsewhere, put

pytestmark = pytest.mark.django_db


def test_a_report_counts_and_shows_what_was_found(library, later, organization):
    library(9)
    stray = put(f"{organization.pk}/uploads/x")
    job = start_audit()
    assert report_of(job) is None
    assert start_audit().pk == job.pk

    [done] = run_pending_jobs()

    report = report_of(done)
    assert (report.objects, report.rows, report.counts[FindingKind.ORPHAN], report.counts[FindingKind.MISSING]) == (
        10,
        9,
        1,
        0,
    )
    assert report.bytes[FindingKind.ORPHAN] == 5
    assert report.samples[FindingKind.ORPHAN][0]["key"] == stray
    assert Path(report.plan).is_file()
    assert report.cleaning is None
    assert stray in keys()


def test_an_organizations_audit_sees_its_own_keys_alone(library, later, organization, other_organization):
    library(1)
    put(f"{other_organization.pk}/uploads/x")
    start_audit(organization_id=organization.pk)

    [done] = run_pending_jobs()

    assert done.organization_id == organization.pk
    assert report_of(done).objects == 1


def test_cleaning_by_a_report_puts_its_orphans_into_quarantine(library, later):
    kept = {upload.key for upload in library(9)}
    put("stray/1")
    start_audit()
    [audited] = run_pending_jobs()
    put("stray/2")

    cleaning = clean_report(job=audited)
    [done] = run_pending_jobs("clean_orphans")

    assert done.result["removed"] == 1
    assert report_of(audited).cleaning == cleaning
    assert keys() == kept | {"stray/2", f"quarantine/{audited.result['run']}/stray/1"}


def test_an_absurd_report_ends_the_job_at_once_and_touches_nothing(library, later):
    library(1)
    put("stray/1")
    start_audit()
    [audited] = run_pending_jobs()

    clean_report(job=audited)
    [refused] = run_pending_jobs("clean_orphans", may_fail=True)

    assert refused.state == JobState.DEAD
    assert "50%" in refused.last_error
    assert "stray/1" in keys()


def test_a_plan_that_is_not_here_ends_the_job_at_once(library, later):
    library(1)
    start_audit()
    [audited] = run_pending_jobs()
    Path(audited.result["plan"]).unlink()

    clean_report(job=audited)
    [refused] = run_pending_jobs("clean_orphans", may_fail=True)

    assert refused.state == JobState.DEAD
    assert "not on this machine" in refused.last_error


def test_only_an_audit_that_is_done_can_be_cleaned_by():
    with pytest.raises(Conflict):
        clean_report(job=start_audit())
    other = submit("sweep_deletions")
    with pytest.raises(Conflict):
        clean_report(job=other)


def test_a_periodic_cleaning_audits_first_and_uses_the_quarantine(library, later):
    library(10)
    put("stray/1")
    submit("clean_orphans", subject="periodic")

    [done] = run_pending_jobs()

    assert (done.result["removed"], done.result["quarantine"]) == (1, True)
    assert any(key.startswith("quarantine/") for key in keys())


def test_no_orphan_is_deleted_by_the_clock_unless_the_installation_says_so(settings):
    assert periods()["audit_orphans"] == timedelta(days=7)
    assert "clean_orphans" not in periods()
    settings.PERIODIC_JOBS = {"clean_orphans": 3600}
    assert periods()["clean_orphans"] == timedelta(hours=1)


def test_a_clean_up_that_is_running_already_puts_the_job_off(library, later):
    library(1)
    submit("clean_orphans", subject="periodic")
    with locked_elsewhere():
        [waiting] = run_pending_jobs(may_fail=True)
    assert waiting.state == JobState.QUEUED
    assert waiting.run_after > timezone.now()


def test_the_plan_of_a_job_can_be_applied_by_command(library, later):
    library(9)
    put("stray/1")
    start_audit()
    [audited] = run_pending_jobs()

    call_command("clean_orphans", "--apply", report_of(audited).plan, verbosity=0)

    assert "stray/1" not in keys()
    assert Job.objects.count() >= 1
