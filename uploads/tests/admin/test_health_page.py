"""The health page tells what needs a person, to superusers alone."""

import pytest
from django.test import Client

from tests.factories import make_member, make_organization, make_user
from uploads import jobs
from uploads.choices import JobState
from uploads.models import Job, StorageAccount, StorageDeletion

pytestmark = pytest.mark.django_db

URL = "/admin/uploads/upload/health/"


@pytest.fixture
def page(organization, monkeypatch):
    """A function: the text of the page for a superuser, with every service responding."""
    monkeypatch.setattr(
        "uploads.admin.pages.health.answers_of", lambda probes: dict.fromkeys((p.name for p in probes), True)
    )
    client = Client()
    client.force_login(make_user("operator", is_superuser=True, is_staff=True))

    def read():
        answer = client.get(URL)
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    return read


def test_nothing_needs_a_person_while_all_is_well(page):
    text = page()
    assert "Nothing. All services respond" in text
    assert "Jobs that are due and not started, by lane." in text


def test_what_failed_is_named_and_leads_on(page):
    jobs.submit("transcode", subject="1")
    Job.objects.update(state=JobState.DEAD)
    StorageDeletion.objects.create(storage="media", key="a", reason="purge", attempts=3)
    text = page()

    assert '<a href="/admin/uploads/job/?state__exact=dead">1 jobs failed for good.</a>' in text
    assert '<a href="/admin/uploads/storagedeletion/">1 objects could not be deleted yet.</a>' in text


@pytest.mark.parametrize(("used", "is_told"), [(89, False), (90, True), (120, True)])
def test_a_quota_that_is_nearly_full_is_told(page, organization, used, is_told):
    organization.storage_quota = 100
    organization.save()
    StorageAccount.objects.create(organization=organization, user=None, used=used)
    make_organization("unlimited", storage_quota=None)

    assert (f"{organization.name} uses {used} % of its quota." in page()) == is_told


def test_without_a_worker_the_page_says_how_to_start_one(page, monkeypatch):
    monkeypatch.setattr("uploads.admin.pages.health.answers_of", lambda probes: {"database": True, "worker": False})
    text = page()

    assert "No worker is running. Start one: manage.py work" in text


def test_a_disk_that_is_nearly_full_is_told(page, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Disk", (), {"used": 95, "total": 100})())
    assert "The disk of DATA_DIR is 95 % full." in page()


def test_an_administrator_of_one_organization_does_not_see_figures_of_all(organization):
    client = Client()
    client.force_login(make_member(organization, "Administrator", is_staff=True))

    assert client.get(URL).status_code == 403
    assert URL not in client.get("/admin/").content.decode()
