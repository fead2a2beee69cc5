"""The pages of files act in the organization that they show, whatever another tab did since."""

import io
import json
from zipfile import ZipFile

import pytest

from permissions.admin.tenant import FIELD
from permissions.services.memberships import add_member
from tests.admin_cases import signed_in
from tests.factories import make_member, make_upload
from uploads.models import Job, Upload

pytestmark = pytest.mark.django_db

FILES = "/admin/uploads/upload/"
NAMED = ("header", "parameter")


@pytest.fixture
def person(organization, other_organization):
    """An administrator of both organizations, with two files in the first one and three in the second."""
    person = make_member(organization, "Administrator", is_staff=True)
    add_member(user=person, role=other_organization.roles.get(name="Administrator"))
    for number in range(2):
        make_upload(person, organization, title=f"Ours {number}", original_filename=f"ours {number}.png", content=b"x")
    for number in range(3):
        make_upload(person, other_organization, title=f"Theirs {number}", original_filename="theirs.png", content=b"x")
    return person


@pytest.fixture
def tab(person, other_organization):
    """A browser in which another tab has switched to the second organization."""
    client = signed_in(person)
    client.post("/admin/organization/", {"organization": other_organization.pk})
    return client


@pytest.fixture
def get(tab, organization):
    """A function: read a page as a page of the first organization does."""

    def read(address, how, **asked):
        if how == "header":
            return tab.get(address, asked, HTTP_X_ORGANIZATION=str(organization.pk))
        return tab.get(address, {**asked, FIELD: str(organization.pk)})

    return read


# FA-A2
@pytest.mark.parametrize("how", NAMED)
def test_lists_results_and_counts_are_of_the_page(get, how):
    for address in (FILES, f"{FILES}browse/results/"):
        answer = get(address, how, search="s")
        names = {file["name"] for file in answer.context["page"].files}
        assert names == {"Ours 0", "Ours 1"}
        assert answer.context["listing"]["filter"] == {"search": ["s"]}
    assert get(f"{FILES}browse/counts/", how).json()["total"] == 2


# FA-A2
@pytest.mark.parametrize("named", [True, False])
def test_a_zip_is_of_the_page_and_of_nothing_where_none_is_named(tab, organization, named):
    posted = {"filter": json.dumps({}), "count": "2", **({FIELD: str(organization.pk)} if named else {})}
    answer = tab.post(f"{FILES}browse/archive/", posted)
    if not named:
        assert answer.status_code == 400
        return
    names = ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    assert sorted(names) == ["ours 0.png", "ours 1.png"]


# FA-A2
@pytest.mark.parametrize("how", NAMED)
def test_the_trash_the_storage_page_and_the_overview_are_of_the_page(get, how):
    assert get(f"{FILES}storage/", how).context["figures"]["total"]["count"] == 2
    assert "<dd>2 <span>" in get("/admin/", how).content.decode()
    Upload.objects.update(deleted_at="2026-01-01T00:00:00Z")
    assert len(get(f"{FILES}trash/", how).context["files"]) == 2


# FA-A2
def test_the_trash_restores_and_purges_files_of_the_page_alone(tab, organization):
    Upload.objects.update(deleted_at="2026-01-01T00:00:00Z")
    ids = list(Upload.everything.order_by("pk").values_list("pk", flat=True))
    named = {FIELD: str(organization.pk)}
    tab.post(f"{FILES}trash/restore/", {"ids": ids, **named})
    assert {row.organization_id for row in Upload.objects.all()} == {organization.pk}
    tab.post(f"{FILES}trash/purge/", {"ids": ids, "confirmed": "1", **named})
    assert Upload.everything.trashed().count() == 3


# FA-A2
def test_an_audit_is_started_and_shown_for_the_organization_of_the_page(tab, get, organization):
    tab.post(f"{FILES}orphans/start/", {FIELD: str(organization.pk)})
    audit = Job.objects.get(kind="audit_orphans")
    assert audit.organization_id == organization.pk
    assert get(f"{FILES}orphans/state/", "header", job=str(audit.pk)).status_code == 200
    assert tab.get(f"{FILES}orphans/state/", {"job": str(audit.pk)}).status_code == 404


# FA-A2
@pytest.mark.parametrize("how", NAMED)
def test_the_uploader_and_the_chooser_are_told_the_organization_of_the_page(get, organization, how):
    assert f'"organization": "{organization.pk}"' in get(FILES, how).content.decode()
    text = get("/admin/media_library/content/add/", how).content.decode().replace("&quot;", '"')
    assert f'"organization": "{organization.pk}"' in text


# FA-A2
def test_a_file_is_changed_in_the_organization_of_the_page_and_of_no_other(tab, get, organization, other_organization):
    ours = Upload.objects.filter(organization=organization).first()
    address = f"{FILES}{ours.pk}/change/"
    fields = get(address, "parameter").context["adminform"].form
    posted = {name: fields[name].value() for name in fields.fields if fields[name].value()} | {"title": "Renamed"}
    tab.post(address, {**posted, FIELD: str(other_organization.pk)})
    assert Upload.objects.get(pk=ours.pk).title != "Renamed"
    answer = tab.post(address, {**posted, FIELD: str(organization.pk)})
    assert answer.status_code == 302, answer.context["errors"]
    assert Upload.objects.get(pk=ours.pk).title == "Renamed"


# FA-A2
def test_files_are_handed_over_in_the_organization_of_the_page(tab, person, organization, other_organization):
    heir = make_member(organization, "Creator")
    add_member(user=heir, role=other_organization.roles.get(name="Creator"))
    address = f"/admin/permissions/user/{person.pk}/hand-over/"
    posted = {"to": heir.pk, "organization": organization.pk}
    assert tab.post(address, {**posted, FIELD: str(other_organization.pk)}).status_code == 200
    answer = tab.post(address, {**posted, FIELD: str(organization.pk)})
    assert answer.status_code == 302
    assert {row.organization_id for row in Upload.objects.filter(uploaded_by=heir)} == {organization.pk}
