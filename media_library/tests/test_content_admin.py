"""Content in the admin: written through the services, with what the editor may see."""

import pytest

from media_library.choices import ContentStatus, MediaStatus
from media_library.models import Category, Content
from permissions.choices import Permission
from resources.models import Resource, ResourceAttachment
from tests.admin_cases import address, signed_in, staff
from tests.factories import make_category, make_content, make_media_item, make_member, make_resource, make_upload
from uploads.models import Upload

pytestmark = pytest.mark.django_db

LABEL = "media_library.content"
NO_ROWS = {"attachments-TOTAL_FORMS": "0", "attachments-INITIAL_FORMS": "0"}


@pytest.fixture
def editor(organization):
    return make_member(organization, "Creator", is_staff=True)


@pytest.fixture
def client(editor):
    return signed_in(editor)


@pytest.fixture
def content(editor, organization):
    return make_content(editor, organization, title="Film")


def body(content, **fields):
    kept = {"title": content.title, "description": "", "media_item": content.media_item_id, "price": "1.50"}
    return {**kept, "category": "", "custom_thumbnail": "", "tag_names": "", **NO_ROWS, **fields}


def usages(*uploads):
    return [Upload.everything.get(pk=upload.pk).usage_count for upload in uploads]


def test_content_is_added_through_the_service(client, editor, organization):
    item, picture = make_media_item(editor, organization), make_upload(editor, organization)
    category = make_category(organization)
    fields = {"title": "New", "description": "d", "media_item": item.pk, "category": category.pk, "price": "2.00"}
    answer = client.post(
        address(LABEL, "add"), {**fields, "custom_thumbnail": picture.pk, "tag_names": "Sea, sky", **NO_ROWS}
    )
    assert answer.status_code == 302, answer.context["errors"]
    made = Content.objects.get()
    assert (made.title, made.status, made.category, made.custom_thumbnail) == ("New", "draft", category, picture)
    assert [tag.name for tag in made.tags.all()] == ["Sea", "sky"]
    assert usages(item, picture) == [1, 1]


def test_changing_content_moves_its_usages(client, editor, organization, content):
    other = make_media_item(editor, organization)
    answer = client.post(address(LABEL, "change", content), body(content, media_item=other.pk, title="Other"))
    assert answer.status_code == 302
    assert usages(content.media_item, other) == [0, 1]
    assert Content.objects.get().title == "Other"


@pytest.mark.parametrize("kind", ["not ready", "foreign", "not an image", "price"])
def test_what_the_services_refuse_is_an_error_of_the_form(
    client, editor, organization, other_organization, content, kind
):
    bad = {
        "not ready": lambda: {"media_item": make_media_item(editor, organization, status=MediaStatus.UPLOADED).pk},
        "foreign": lambda: {"media_item": make_media_item(make_member(other_organization), other_organization).pk},
        "not an image": lambda: {"custom_thumbnail": make_resource(editor, organization).pk},
        "price": lambda: {"price": "-1"},
    }[kind]()
    answer = client.post(address(LABEL, "change", content), body(content, **bad))
    assert answer.status_code == 200
    assert list(bad) == list(answer.context["adminform"].form.errors)
    assert usages(content.media_item) == [1]


def test_documents_are_attached_labelled_and_taken_off_on_the_page(client, editor, organization, content):
    document = make_resource(editor, organization)
    page = address(LABEL, "change", content)
    rows = {"attachments-TOTAL_FORMS": "1", "attachments-INITIAL_FORMS": "0", "attachments-0-label": "Book"}
    assert client.post(page, body(content, **rows, **{"attachments-0-resource": document.pk})).status_code == 302
    attachment = ResourceAttachment.objects.get()
    assert (attachment.label, attachment.entity_id, usages(document)) == ("Book", str(content.pk), [1])
    assert str(document) in client.get(page).content.decode()
    rows = {**rows, "attachments-INITIAL_FORMS": "1", "attachments-0-id": attachment.pk, "attachments-0-label": "Bonus"}
    assert client.post(page, body(content, **rows)).status_code == 302
    assert ResourceAttachment.objects.get().label == "Bonus"
    assert client.post(page, body(content, **rows, **{"attachments-0-DELETE": "on"})).status_code == 302
    assert not ResourceAttachment.objects.exists()
    assert usages(document) == [0]


# AD-08
def test_an_attachment_of_other_content_cannot_be_changed_by_a_forged_row(client, editor, organization, content):
    other = make_content(editor, organization)
    document = make_resource(editor, organization)
    client.post(f"/api/v1/content/{other.pk}/resources/", {"resource": str(document.pk)}, "application/json")
    attachment = ResourceAttachment.objects.get()
    rows = {"attachments-TOTAL_FORMS": "1", "attachments-INITIAL_FORMS": "1", "attachments-0-id": attachment.pk}
    client.post(address(LABEL, "change", content), body(content, **rows, **{"attachments-0-label": "taken"}))
    assert ResourceAttachment.objects.get().label == ""


def test_files_that_the_editor_may_not_see_are_kept_and_not_named(client, organization):
    owner = make_member(organization, "Creator")
    item = make_media_item(owner, organization, title="Secret film")
    picture = make_upload(owner, organization, title="Secret picture")
    content = make_content(owner, organization, media_item=item, custom_thumbnail=picture)
    document = make_resource(owner, organization, title="Secret paper")
    signed_in(owner).post(
        f"/api/v1/content/{content.pk}/resources/", {"resource": str(document.pk)}, "application/json"
    )
    page = client.get(address(LABEL, "change", content))
    assert page.status_code == 200
    assert "Secret" not in page.content.decode()
    assert "A document that you may not see" in page.content.decode()
    fields = {"title": "Renamed", "description": "", "price": "1", "category": "", "tag_names": "", **NO_ROWS}
    assert client.post(address(LABEL, "change", content), fields).status_code == 302
    content.refresh_from_db()
    assert (content.title, content.media_item, content.custom_thumbnail) == ("Renamed", item, picture)


def act(client, name, *contents):
    chosen = {"action": name, "_selected_action": [str(content.pk) for content in contents]}
    return client.post(
        f"{address(LABEL, 'changelist')}?{'trash=yes' if name == 'restore' else ''}", chosen, follow=True
    )


# AD-04 AD-12
def test_actions_publish_archive_delete_and_restore(client, editor, organization, content):
    other = make_content(editor, organization)
    assert "Published. 2 entries changed." in act(client, "publish", content, other).content.decode()
    assert set(Content.objects.values_list("status", flat=True)) == {ContentStatus.PUBLISHED}
    again = act(client, "publish", content).content.decode()
    assert "cannot change from" in again
    act(client, "archive", other)
    assert Content.objects.get(pk=other.pk).status == ContentStatus.ARCHIVED
    confirmed = {"action": "delete_selected", "_selected_action": [str(content.pk)], "post": "yes"}
    assert client.post(address(LABEL, "changelist"), confirmed).status_code == 302
    assert Content.everything.get(pk=content.pk).deleted_by == editor
    assert usages(content.media_item) == [0]
    act(client, "restore", content)
    assert Content.objects.get(pk=content.pk).status == ContentStatus.PUBLISHED
    assert usages(content.media_item) == [1]


def test_deleted_content_is_looked_at_and_not_changed(client, content):
    assert client.post(address(LABEL, "delete", content), {"post": "yes"}).status_code == 302
    page = address(LABEL, "change", content)
    assert client.get(page).status_code == 200
    assert client.post(page, body(content, title="Taken")).status_code == 403
    assert str(content.pk) not in client.get(address(LABEL, "changelist")).content.decode()
    assert str(content.pk) in client.get(f"{address(LABEL, 'changelist')}?trash=yes").content.decode()


def test_actions_need_their_permission(organization, content):
    looker = staff(organization, Permission.VIEW_CONTENT)
    act(looker, "publish", content)
    assert Content.objects.get().status == ContentStatus.DRAFT


def test_a_category_is_named_once_and_kept_while_content_is_in_it(client, editor, organization):
    add = address("media_library.category", "add")
    assert client.post(add, {"name": "Été", "slug": "", "description": ""}).status_code == 302
    category = Category.objects.get()
    assert (category.slug, category.name_key) == ("été", "été")
    assert client.post(add, {"name": "ÉTÉ", "slug": "", "description": ""}).status_code == 200
    assert Category.objects.count() == 1
    make_content(editor, organization, category=category)
    admin = signed_in(make_member(organization, "Administrator", is_staff=True))
    admin.post(address("media_library.category", "delete", category), {"post": "yes"})
    assert Category.objects.count() == 1


def test_a_document_is_made_of_an_own_file_and_goes_into_the_trash(client, editor, organization):
    upload = make_upload(editor, organization, type="DOCUMENT", mime_type="application/pdf")
    picture = make_upload(editor, organization)
    add = address("resources.resource", "add")
    assert client.post(add, {"upload": picture.pk}).status_code == 200
    answer = client.post(add, {"upload": upload.pk})
    assert answer.status_code == 302
    resource = Resource.objects.get()
    assert client.post(address("resources.resource", "delete", resource), {"post": "yes"}).status_code == 302
    assert Upload.everything.get(pk=upload.pk).is_deleted
    assert not Resource.objects.exists()
