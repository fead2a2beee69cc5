"""The orphans page of the admin: an audit is started, watched and read, and cleaning asks first."""

import pytest
from django.test import Client

from common.db.ids import new_id
from permissions.choices import Permission
from tests.admin_cases import administrator, staff, superuser
from tests.factories import make_member
from tests.jobs import run_pending_jobs
from uploads.admin.pages.orphans import REQUIRED
from uploads.audit.background import start_audit
from uploads.choices import JobState
from uploads.models import Job
from uploads.tests.audit.conftest import keys, put

pytestmark = pytest.mark.django_db

PAGE = "/admin/uploads/upload/orphans/"
START, STATE, CLEAN = f"{PAGE}start/", f"{PAGE}state/", f"{PAGE}clean/"


@pytest.fixture
def audited(library, later, organization, other_organization):
    """The done audit of an organization that has nine files, one stray object, and a neighbour with another."""
    library(9)
    put(f"{organization.pk}/uploads/stray")
    put(f"{other_organization.pk}/uploads/foreign")
    job = start_audit(organization_id=organization.pk)
    run_pending_jobs()
    return Job.objects.get(pk=job.pk)


def test_an_audit_is_started_watched_and_reported(library, later, organization):
    library(1)
    client = administrator(organization)
    assert "No audit yet" in client.get(PAGE).content.decode()
    assert "The audit was started." in client.post(START, follow=True).content.decode()
    job = Job.objects.get(kind="audit_orphans")
    assert job.organization_id == organization.pk
    assert client.get(STATE, {"job": str(job.pk)}).json()["busy"] is True
    assert "already running" in client.post(START, follow=True).content.decode()
    assert Job.objects.filter(kind="audit_orphans").count() == 1
    run_pending_jobs()
    assert client.get(STATE, {"job": str(job.pk)}).json()["busy"] is False
    assert "No findings" in client.get(PAGE).content.decode()


def test_a_report_names_what_was_found_in_the_organization_alone(audited, organization):
    page = administrator(organization).get(PAGE).content.decode()
    assert "Object without a row" in page
    assert f"{organization.pk}/uploads/stray" in page
    assert "foreign" not in page


def test_cleaning_asks_first_and_moves_into_quarantine_unless_told_otherwise(audited, organization, other_organization):
    client, stray = administrator(organization), f"{organization.pk}/uploads/stray"
    asked = client.post(CLEAN, {"audit": audited.pk}).content.decode()
    assert "Remove orphans?" in asked
    assert stray in keys()
    assert not Job.objects.filter(kind="clean_orphans").exists()
    client.post(CLEAN, {"audit": audited.pk, "confirmed": "1", "how": "quarantine"})
    run_pending_jobs("clean_orphans")
    assert stray not in keys()
    assert any(key.startswith("quarantine/") and key.endswith(stray) for key in keys())
    assert f"{other_organization.pk}/uploads/foreign" in keys()
    page = client.get(PAGE).content.decode()
    assert "1 removed" in page
    assert "in quarantine" in page
    assert (
        "nothing more to clean"
        in client.post(CLEAN, {"audit": audited.pk, "confirmed": "1"}, follow=True).content.decode()
    )


def test_deletion_is_done_where_it_was_chosen(audited, organization):
    administrator(organization).post(CLEAN, {"audit": audited.pk, "confirmed": "1", "how": "delete"})
    run_pending_jobs("clean_orphans")
    assert not any("stray" in key for key in keys())


def test_a_cleaning_that_refuses_says_why_and_may_be_asked_again(library, later, organization):
    library(1)
    put(f"{organization.pk}/uploads/stray")
    job = start_audit(organization_id=organization.pk)
    run_pending_jobs()
    client = administrator(organization)
    client.post(CLEAN, {"audit": job.pk, "confirmed": "1"})
    run_pending_jobs("clean_orphans", may_fail=True)
    page = client.get(PAGE).content.decode()
    assert "Cleaning failed:" in page
    assert "Clean …" in page
    assert any("stray" in key for key in keys())


def test_reports_of_other_organizations_and_of_everything_are_out_of_reach(audited, other_organization, organization):
    everything = start_audit()
    run_pending_jobs()
    client = administrator(other_organization)
    for job in (audited.pk, everything.pk, new_id()):
        assert client.get(STATE, {"job": str(job)}).status_code == 404
        assert client.post(CLEAN, {"audit": job, "confirmed": "1"}).status_code == 404
    assert "No audit yet" in client.get(PAGE).content.decode()
    assert not Job.objects.filter(kind="clean_orphans").exists()


def test_a_superuser_who_acts_everywhere_audits_everything(library, later):
    superuser().post(START)
    assert Job.objects.get(kind="audit_orphans").organization_id is None


@pytest.mark.parametrize("missing", REQUIRED)
def test_every_right_is_needed(missing, organization):
    client = staff(organization, *(each for each in Permission if each != missing))
    assert [client.get(PAGE).status_code, client.get(STATE).status_code] == [403, 403]
    assert [client.post(START).status_code, client.post(CLEAN).status_code] == [403, 403]
    assert PAGE not in client.get("/admin/").content.decode()
    assert not Job.objects.filter(kind="audit_orphans").exists()


# AD-06
def test_looking_changes_nothing_and_changing_needs_the_token(audited, organization):
    client = administrator(organization)
    assert client.get(START).status_code == 405
    assert client.get(f"{CLEAN}?audit={audited.pk}&confirmed=1").status_code == 405
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(make_member(organization, "Administrator", is_staff=True))
    assert careful.post(START).status_code == 403
    assert Job.objects.filter(state=JobState.QUEUED, kind__endswith="_orphans").count() == 0
