"""Files in the admin: the same rules as anywhere else."""

from io import BytesIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from permissions.choices import Permission, Visibility
from permissions.models import User
from tests.factories import make_member, make_organization, make_role, make_upload, make_user
from uploads.choices import JobState
from uploads.jobs import cancel, submit
from uploads.models import Job, StorageDeletion, Tag, Upload
from uploads.usages.record import record_usage

pytestmark = pytest.mark.django_db

UPLOADS = "/admin/uploads/upload/"


@pytest.fixture
def organization():
    return make_organization()


def _client(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def creator(organization):
    return make_member(organization, "Creator", is_staff=True)


@pytest.fixture
def administrator(organization):
    return make_member(organization, "Administrator", is_staff=True)


def _png() -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (4, 3)).save(content, "PNG")
    return SimpleUploadedFile("small.png", content.getvalue(), "image/png")


def _details(**changes):
    return {"title": "New", "visibility": "PRIVATE", "tag_names": "", **changes}


def test_private_files_of_others_are_not_listed(organization, creator):
    make_upload(make_member(organization), organization, title="Secret plan")
    make_upload(creator, organization, title="Own picture")
    page = _client(creator).get(UPLOADS).content.decode()
    assert "Own picture" in page
    assert "Secret plan" not in page


def test_a_visible_file_of_another_user_is_shown_but_not_changed(organization, creator):
    upload = make_upload(make_member(organization), organization, visibility="PUBLIC", title="Theirs")
    client = _client(creator)
    assert client.get(f"{UPLOADS}{upload.pk}/change/").status_code == 200
    assert client.post(f"{UPLOADS}{upload.pk}/change/", _details()).status_code == 403
    upload.refresh_from_db()
    assert upload.title == "Theirs"


def test_the_owner_describes_a_file(organization, creator):
    upload, role = make_upload(creator, organization), organization.roles.get(name="Member")
    _client(creator).post(
        f"{UPLOADS}{upload.pk}/change/",
        _details(tag_names="spring, press", visibility="ROLE_BASED", allowed_roles=[str(role.pk)]),
    )
    upload.refresh_from_db()
    assert (upload.title, upload.visibility) == ("New", Visibility.ROLE_BASED)
    assert {tag.name for tag in upload.tags.all()} == {"spring", "press"}
    assert [grant.group_id for grant in upload.group_perms.all()] == [role.group_id]
    assert "spring" in upload.search_text


# AD-02
def test_a_role_of_another_organization_cannot_be_allowed(organization, creator):
    upload, foreign = make_upload(creator, organization), make_organization().roles.get(name="Member")
    answer = _client(creator).post(f"{UPLOADS}{upload.pk}/change/", _details(allowed_roles=[str(foreign.pk)]))
    assert answer.status_code == 200
    assert not upload.group_perms.exists()


# AD-08
@pytest.mark.parametrize("field", ["key", "size", "uploaded_by", "organization", "id", "usage_count", "storage"])
def test_facts_of_the_file_are_not_accepted(field, organization, creator):
    upload = make_upload(creator, organization)
    before = getattr(upload, field)
    _client(creator).post(f"{UPLOADS}{upload.pk}/change/", _details(**{field: "7"}))
    upload.refresh_from_db()
    assert getattr(upload, field) == before


# AD-09
def test_a_file_is_uploaded_through_the_same_checks_as_anywhere(organization, creator):
    form = {"file": _png(), "type": "IMAGE", "title": "Sent", "tag_names": "spring", "visibility": "PUBLIC"}
    answer = _client(creator).post(f"{UPLOADS}add/", form)
    upload = Upload.objects.get()
    assert answer["Location"] == f"{UPLOADS}{upload.pk}/change/"
    assert (upload.organization, upload.uploaded_by, upload.width) == (organization, creator, 4)
    assert (upload.title, upload.visibility) == ("Sent", Visibility.PUBLIC)


# AD-09
@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("drawing.xyz", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/x-xyz"),
        ("page.html", b"<!doctype html><script>1</script>", "text/html"),
        ("page.png", b"<!doctype html><script>1</script>", "image/png"),
        ("empty.png", b"", "image/png"),
    ],
)
def test_what_the_api_refuses_the_admin_refuses(name, content, content_type, creator):
    form = {"file": SimpleUploadedFile(name, content, content_type), "type": "IMAGE", "tag_names": ""}
    answer = _client(creator).post(f"{UPLOADS}add/", form)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Upload.everything.exists()


# AD-09
def test_a_file_above_the_limit_of_forms_is_refused(creator, settings):
    settings.MAX_FORM_UPLOAD_SIZE = 10
    answer = _client(creator).post(f"{UPLOADS}add/", {"file": _png(), "type": "IMAGE", "tag_names": ""})
    assert answer.context["form"].errors["file"]
    assert not Upload.everything.exists()


def test_a_superuser_names_the_organization_of_an_upload(organization):
    client = _client(make_user(is_staff=True, is_superuser=True))
    form = {"file": _png(), "type": "IMAGE", "tag_names": "", "organization": str(organization.pk)}
    client.post(f"{UPLOADS}add/", form)
    assert Upload.objects.get().organization == organization


# AD-02
def test_filters_name_people_only_to_those_who_see_every_file(organization, creator, administrator):
    make_upload(make_member(organization, username="hidden-member"), organization)
    counts = f"{UPLOADS}browse/counts/"
    assert "hidden-member" not in _client(creator).get(counts).content.decode()
    assert "hidden-member" in _client(administrator).get(counts).content.decode()


# AD-04, SD-14
def test_deleting_puts_a_file_into_the_trash(organization, creator):
    upload = make_upload(creator, organization)
    _client(creator).post(f"{UPLOADS}{upload.pk}/delete/", {"post": "yes"})
    upload.refresh_from_db()
    assert upload.is_deleted
    assert upload.deleted_by == creator


def _delete_selected(client, *uploads):
    chosen = [str(upload.pk) for upload in uploads]
    return client.post(UPLOADS, {"action": "delete_selected", "_selected_action": chosen, "post": "yes"})


# AD-04, AD-12
def test_deleting_several_puts_them_into_the_trash_and_logs_each(organization, administrator):
    uploads = [make_upload(administrator, organization) for _ in range(3)]
    _delete_selected(_client(administrator), *uploads)
    assert Upload.everything.exclude(deleted_at=None).count() == 3
    assert set(LogEntry.objects.values_list("user", "object_id")) == {
        (administrator.pk, str(one.pk)) for one in uploads
    }


# AD-04
def test_a_file_in_use_is_reported_and_kept(organization, administrator):
    upload = make_upload(administrator, organization, title="Cover")
    record_usage(upload_id=upload.pk, entity_type="page", entity_id="1")
    answer = _delete_selected(_client(administrator), upload)
    assert "Cover is used in 1 place" in answer.content.decode()
    assert Upload.objects.filter(pk=upload.pk).exists()


# AD-04
def test_files_of_others_are_not_deleted_with_ones_own(organization, creator):
    own = make_upload(creator, organization)
    theirs = make_upload(make_member(organization), organization, visibility="PUBLIC")
    assert _delete_selected(_client(creator), own, theirs).status_code == 403
    assert Upload.objects.count() == 2


def test_searching_finds_tags_and_titles(organization, creator):
    make_upload(creator, organization, title="Harvest")
    make_upload(creator, organization, title="Other", tags=["harvest"])
    make_upload(creator, organization, title="Nothing")
    assert len(_client(creator).get(f"{UPLOADS}?q=HARVEST").context["page"].files) == 2


def test_renaming_a_tag_renames_it_in_the_search(organization, administrator):
    upload = make_upload(administrator, organization, tags=["sprng"])
    tag = Tag.objects.get()
    _client(administrator).post(f"/admin/uploads/tag/{tag.pk}/change/", {"name": "Spring"})
    upload.refresh_from_db()
    assert "spring" in upload.search_text
    assert "sprng" not in upload.search_text


def test_a_tag_that_exists_in_other_letters_is_refused(organization, administrator):
    make_upload(administrator, organization, tags=["spring"])
    answer = _client(administrator).post("/admin/uploads/tag/add/", {"name": "  SPRING "})
    assert answer.status_code == 200
    assert Tag.objects.count() == 1


def test_deleting_a_tag_takes_it_out_of_the_search(organization, administrator):
    upload = make_upload(administrator, organization, tags=["spring"])
    _client(administrator).post(f"/admin/uploads/tag/{Tag.objects.get().pk}/delete/", {"post": "yes"})
    upload.refresh_from_db()
    assert "spring" not in upload.search_text


def test_a_canceled_job_is_retried_and_that_is_logged(organization, administrator):
    job = submit("nothing", subject="1", organization_id=organization.pk)
    cancel(job_id=job.pk)
    chosen = {"action": "retry_jobs", "_selected_action": [str(job.pk)]}
    _client(administrator).post("/admin/uploads/job/", chosen)
    assert Job.objects.get().state == JobState.QUEUED
    assert LogEntry.objects.get().object_id == str(job.pk)


def test_a_person_who_may_only_look_does_not_steer_jobs(organization):
    job = submit("nothing", subject="1", organization_id=organization.pk)
    role = make_role(organization, Permission.MEDIA_VIEW_ALL)
    chosen = {"action": "cancel_jobs", "_selected_action": [str(job.pk)]}
    _client(make_user("", role, is_staff=True)).post("/admin/uploads/job/", chosen)
    assert Job.objects.get().state == JobState.QUEUED


def test_deleting_a_person_deletes_files_through_the_outbox(organization, administrator):
    person = make_member(organization)
    upload = make_upload(person, organization)
    _client(administrator).post(f"/admin/permissions/user/{person.pk}/delete/", {"post": "yes"})
    assert not User.objects.filter(pk=person.pk).exists()
    assert StorageDeletion.objects.filter(key=upload.key).count() == 1


def test_a_person_whose_files_are_used_is_kept_and_the_files_are_named(organization, administrator):
    person = make_member(organization)
    upload = make_upload(person, organization, title="Cover")
    record_usage(upload_id=upload.pk, entity_type="page", entity_id="1")
    answer = _client(administrator).post(f"/admin/permissions/user/{person.pk}/delete/", {"post": "yes"})
    assert "Cover" in answer.content.decode()
    assert User.objects.filter(pk=person.pk).exists()


def test_a_person_with_files_elsewhere_is_not_deleted_from_here(organization, administrator):
    person = make_member(organization)
    make_upload(person, make_organization())
    assert _client(administrator).post(f"/admin/permissions/user/{person.pk}/delete/").status_code == 403
    assert User.objects.filter(pk=person.pk).exists()


def test_files_are_handed_over_from_the_page_of_a_person(organization, administrator):
    person, to = make_member(organization), make_member(organization)
    upload = make_upload(person, organization)
    form = {"organization": str(organization.pk), "to": str(to.pk)}
    _client(administrator).post(f"/admin/permissions/user/{person.pk}/hand-over/", form)
    upload.refresh_from_db()
    assert upload.uploaded_by == to
    assert to.username in LogEntry.objects.get().change_message


def test_handing_over_to_a_user_of_another_organization_is_refused(organization, administrator):
    person, stranger = make_member(organization), make_member(make_organization())
    upload = make_upload(person, organization)
    form = {"organization": str(organization.pk), "to": str(stranger.pk)}
    _client(administrator).post(f"/admin/permissions/user/{person.pk}/hand-over/", form)
    upload.refresh_from_db()
    assert upload.uploaded_by == person


def test_handing_over_needs_the_right_to_edit_any_file(organization):
    role = make_role(organization, Permission.VIEW_MEMBERSHIP, Permission.MEDIA_EDIT_OWN)
    person = make_member(organization)
    client = _client(make_user("", role, is_staff=True))
    assert client.get(f"/admin/permissions/user/{person.pk}/hand-over/").status_code == 403
