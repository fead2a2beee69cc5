"""Content, as clients make and change it."""

import pytest

from media_library.choices import ContentStatus, MediaStatus
from media_library.models import Content, ContentTag
from permissions.choices import Permission, Visibility
from tests.factories import (
    client_for,
    make_category,
    make_content,
    make_media_item,
    make_member,
    make_member_with,
    make_resource,
    make_upload,
)
from tests.uploading import code_of
from uploads.models import Tag, Upload, Usage
from uploads.services.purging import purge_uploads

pytestmark = pytest.mark.django_db

LIST = "/api/v1/content/"
UNKNOWN = "01890000-0000-7000-8000-000000000000"


def url(content, *parts):
    return "/".join([f"{LIST}{content.pk}", *map(str, parts), ""])


def error(answer):
    found = answer.json()["errors"][0]
    return answer.status_code, found["code"], found["attr"]


@pytest.fixture
def creator(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def client(creator):
    return client_for(creator)


@pytest.fixture
def item(creator, organization):
    return make_media_item(creator, organization, title="The film")


@pytest.fixture
def content(creator, organization):
    return make_content(creator, organization)


def test_content_is_made_as_a_draft_and_answered_as_it_is_read(client, creator, organization, item):
    category = make_category(organization, "Yoga")
    picture = make_upload(creator, organization, has_thumbnail=True)
    body = {
        "title": "  Morning   flow ",
        "description": "Twenty minutes.",
        "media_item": str(item.pk),
        "category": str(category.pk),
        "tags": ["Calm", "calm ", "Sunrise"],
        "price": "29.9",
        "custom_thumbnail": str(picture.pk),
    }
    answer = client.post(LIST, body)
    shown = answer.json()
    assert answer.status_code == 201
    assert (shown["title"], shown["status"], shown["published_at"]) == ("Morning flow", "draft", None)
    assert shown["price"] == "29.90"
    assert shown["tags"] == ["Calm", "Sunrise"]
    assert shown["category"] == {"id": str(category.pk), "name": "Yoga", "slug": "yoga"}
    assert shown["custom_thumbnail"] == str(picture.pk)
    assert shown["thumbnail_url"].endswith(f"/files/{picture.pk}/thumb-sm/{picture.filename}")
    assert shown["media_item"]["id"] == str(item.pk)
    assert (shown["media_item"]["visible"], shown["media_item"]["title"]) == (True, "The film")
    assert (shown["media_item"]["media_type"], shown["media_item"]["status"]) == ("video", "ready")
    assert shown["resources"] == []
    read = client.get(f"{LIST}{shown['id']}/")
    assert read.json() == shown
    assert read["ETag"] == answer["ETag"]
    assert client.get(LIST).json()["results"] == [shown]


def test_a_title_and_a_media_item_are_enough(client, item):
    shown = client.post(LIST, {"title": "A", "media_item": str(item.pk)}).json()
    assert (shown["price"], shown["category"], shown["tags"], shown["custom_thumbnail"]) == ("0.00", None, [], None)


def test_what_is_read_can_be_sent_back(client, creator, organization):
    content = make_content(creator, organization, category=make_category(organization), tags=["a"], price="1.50")
    shown = client.get(url(content)).json()
    again = client.patch(url(content), shown)
    assert again.status_code == 200
    assert {**again.json(), "updated_at": None} == {**shown, "updated_at": None}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("title", "", "blank"),
        ("title", "x" * 256, "max_length"),
        ("title", None, "null"),
        ("title", "a\x00", "null_characters_not_allowed"),
        ("media_item", None, "null"),
        ("media_item", "nonsense", "does_not_exist"),
        ("media_item", 7, "does_not_exist"),
        ("media_item", UNKNOWN, "does_not_exist"),
        ("category", UNKNOWN, "does_not_exist"),
        ("custom_thumbnail", UNKNOWN, "does_not_exist"),
        ("price", "-0.01", "min_value"),
        ("price", "1.001", "max_decimal_places"),
        ("price", "100000000.00", "max_digits"),
        ("price", "NaN", "invalid"),
        ("price", "1e400", "max_digits"),
        ("tags", "one", "not_a_list"),
        ("tags", [["nested"]], "invalid"),
        ("organization", UNKNOWN, "unknown_field"),
        ("deleted_at", None, "unknown_field"),
    ],
)
def test_what_cannot_be_is_refused(client, item, field, value, code):
    body = {"title": "A", "media_item": str(item.pk), field: value}
    answer = client.post(LIST, body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == code
    assert answer.json()["errors"][0]["attr"].split(".")[0] == field
    assert not Content.everything.exists()
    assert not Usage.objects.exists()


@pytest.mark.parametrize("missing", ["title", "media_item"])
def test_a_title_and_a_media_item_are_needed(client, item, missing):
    body = {"title": "A", "media_item": str(item.pk)}
    del body[missing]
    assert error(client.post(LIST, body)) == (400, "required", missing)


@pytest.mark.parametrize("status", [MediaStatus.UPLOADED, MediaStatus.TRANSCODING, MediaStatus.FAILED])
def test_media_that_is_not_ready_makes_no_content(client, creator, organization, content, status):
    said = {"error": "No picture."} if status == MediaStatus.FAILED else {}
    item = make_media_item(creator, organization, status=status, **said)
    expected = (400, "media_not_ready", "media_item")
    assert error(client.post(LIST, {"title": "A", "media_item": str(item.pk)})) == expected
    assert error(client.patch(url(content), {"media_item": str(item.pk)})) == expected


# UC-05
def test_what_is_in_the_trash_is_not_referred_to(client, creator, organization, item, content):
    picture, document = make_upload(creator, organization), make_resource(creator, organization)
    Upload.everything.filter(pk__in=[item.pk, picture.pk, document.pk]).update(deleted_at=item.created_at)
    expected = 409, "deleted", "media_item"
    assert error(client.post(LIST, {"title": "A", "media_item": str(item.pk)})) == expected
    assert error(client.patch(url(content), {"media_item": str(item.pk)})) == expected
    assert error(client.patch(url(content), {"custom_thumbnail": str(picture.pk)}))[:2] == (409, "deleted")
    assert error(client.post(url(content, "resources"), {"resource": str(document.pk)}))[:2] == (409, "deleted")
    assert Usage.objects.count() == 1


def test_a_thumbnail_is_an_image(client, creator, organization, content):
    document = make_resource(creator, organization)
    answer = client.patch(url(content), {"custom_thumbnail": str(document.pk)})
    assert error(answer) == (400, "unsupported_media_type", "custom_thumbnail")


def test_a_file_that_one_may_not_see_cannot_be_referred_to(client, organization, content):
    stranger = make_member(organization, "Creator")
    item, picture = make_media_item(stranger, organization), make_upload(stranger, organization)
    document = make_resource(stranger, organization)
    assert error(client.patch(url(content), {"media_item": str(item.pk)}))[1] == "does_not_exist"
    assert error(client.patch(url(content), {"custom_thumbnail": str(picture.pk)}))[1] == "does_not_exist"
    assert error(client.post(url(content, "resources"), {"resource": str(document.pk)}))[1] == "does_not_exist"


def test_changing_references_moves_the_usages(client, creator, organization, content, item):
    before = content.media_item_id
    first, second = make_upload(creator, organization), make_upload(creator, organization)
    client.patch(url(content), {"custom_thumbnail": str(first.pk)})
    answer = client.patch(url(content), {"media_item": str(item.pk), "custom_thumbnail": str(second.pk)})
    assert answer.status_code == 200
    counts = dict(Upload.everything.values_list("pk", "usage_count"))
    assert counts == {before: 0, item.pk: 1, first.pk: 0, second.pk: 1}
    assert Usage.objects.count() == 2
    assert client.patch(url(content), {"custom_thumbnail": None}).json()["custom_thumbnail"] is None
    assert Upload.everything.get(pk=second.pk).usage_count == 0


def test_references_that_stay_are_not_asked_again(client, organization):
    content = make_content(make_member(organization, "Creator"), organization)
    Upload.everything.update(deleted_at=content.created_at)
    answer = client.patch(url(content), {"title": "New", "media_item": str(content.media_item_id)})
    assert answer.status_code == 200
    assert answer.json()["title"] == "New"


def test_a_patch_with_one_bad_reference_changes_nothing(client, content, item):
    answer = client.patch(url(content), {"title": "New", "media_item": str(item.pk), "category": UNKNOWN})
    assert answer.status_code == 400
    assert Content.objects.get(pk=content.pk).title == content.title
    assert Upload.everything.get(pk=item.pk).usage_count == 0


def test_tags_are_replaced_and_made_on_first_use(client, content, organization, other_organization):
    Tag.objects.create(organization=other_organization, name="Sea", slug="sea")
    assert client.patch(url(content), {"tags": ["sea", "Sky"]}).json()["tags"] == ["sea", "Sky"]
    assert client.patch(url(content), {"tags": ["sky", "sun"]}).json()["tags"] == ["Sky", "sun"]
    assert client.patch(url(content), {"title": "Other"}).json()["tags"] == ["Sky", "sun"]
    assert set(ContentTag.objects.values_list("organization", flat=True)) == {organization.pk}
    assert Tag.objects.filter(organization=organization).count() == 3


# Transitions

MOVES = [
    ("draft", "publish", 200),
    ("draft", "archive", 200),
    ("draft", "restore", 409),
    ("published", "publish", 409),
    ("published", "archive", 200),
    ("published", "restore", 409),
    ("archived", "publish", 200),
    ("archived", "archive", 409),
    ("archived", "restore", 409),
]


@pytest.mark.parametrize(("status", "move", "expected"), MOVES)
def test_statuses_change_where_a_transition_leads(client, creator, organization, status, move, expected):
    content = make_content(creator, organization)
    since = content.created_at if status == "published" else None
    Content.everything.filter(pk=content.pk).update(status=status, published_at=since)
    answer = client.post(url(content, move))
    assert answer.status_code == expected
    after = Content.everything.get(pk=content.pk).status
    assert after == ({"publish": "published", "archive": "archived"}[move] if expected == 200 else status)
    assert expected == 200 or code_of(answer) == "invalid_transition"


def test_the_first_publication_is_remembered(client, content):
    first = client.post(url(content, "publish")).json()["published_at"]
    client.post(url(content, "archive"))
    again = client.post(url(content, "publish")).json()
    assert (again["status"], again["published_at"]) == ("published", first)


def test_media_that_is_gone_or_transcoded_again_is_not_published(client, content):
    Upload.everything.update(deleted_at=content.created_at)
    assert error(client.post(url(content, "publish")))[:2] == (409, "deleted")
    Upload.everything.update(deleted_at=None)
    type(content.media_item).everything.update(status=MediaStatus.TRANSCODING)
    assert error(client.post(url(content, "publish")))[:2] == (400, "media_not_ready")
    assert Content.objects.get().status == ContentStatus.DRAFT


# UC-04
@pytest.mark.parametrize("status", ContentStatus.values)
def test_content_uses_its_files_until_it_is_deleted_and_again_when_it_is_restored(
    client, creator, organization, status
):
    picture, document = make_upload(creator, organization), make_resource(creator, organization)
    content = make_content(creator, organization, custom_thumbnail=picture)
    Content.everything.update(status=status, published_at=content.created_at)
    client.post(url(content, "resources"), {"resource": str(document.pk), "label": "Workbook"})
    shown = client.get(url(content)).json()
    files = [content.media_item_id, picture.pk, document.pk]

    def counts():
        return [Upload.everything.get(pk=pk).usage_count for pk in files]

    assert counts() == [1, 1, 1]
    assert client.delete(url(content)).status_code == 204
    assert counts() == [0, 0, 0]
    assert client.get(url(content)).status_code == 404
    assert client.get(LIST).json()["count"] == 0
    restored = client.post(url(content, "restore"))
    assert restored.status_code == 200
    assert {**restored.json(), "updated_at": None} == {**shown, "updated_at": None}
    assert counts() == [1, 1, 1]


@pytest.mark.parametrize("move", ["publish", "archive"])
def test_deleted_content_does_not_move(client, content, move):
    client.delete(url(content))
    assert client.post(url(content, move)).status_code == 404
    assert client.patch(url(content), {"title": "B"}).status_code == 404
    assert client.delete(url(content)).status_code == 404


def test_content_comes_back_only_with_its_files(client, creator, organization, content):
    document = make_resource(creator, organization)
    client.post(url(content, "resources"), {"resource": str(document.pk)})
    client.delete(url(content))
    for file in (content.media_item_id, document.pk):
        assert client.delete(f"/api/v1/uploads/{file}/").status_code == 204
        assert error(client.post(url(content, "restore")))[:2] == (409, "deleted")
        assert Content.everything.get().is_deleted
        assert client.post(f"/api/v1/uploads/{file}/restore/").status_code == 200
    assert client.post(url(content, "restore")).status_code == 200


def test_deleted_content_lets_its_files_be_purged(client, creator, organization, content):
    picture, document = make_upload(creator, organization), make_resource(creator, organization)
    client.patch(url(content), {"custom_thumbnail": str(picture.pk)})
    client.post(url(content, "resources"), {"resource": str(document.pk)})
    client.delete(url(content))
    admin = client_for(make_member(organization, "Administrator"))
    for file in (content.media_item_id, document.pk, picture.pk):
        assert admin.delete(f"/api/v1/uploads/{file}/").status_code == 204
    assert purge_uploads(ids=list(Upload.everything.values_list("pk", flat=True))) == 3
    row = Content.everything.get()
    assert (row.media_item_id, row.custom_thumbnail_id) == (None, None)
    assert error(client.post(url(content, "restore")))[:2] == (409, "invalid_transition")


def test_a_stale_reader_changes_nothing(client, content):
    stale = {"If-Match": '"another"'}
    assert client.patch(url(content), {"title": "B"}, headers=stale).status_code == 412
    assert client.delete(url(content), headers=stale).status_code == 412
    assert Content.objects.get().title == content.title


# Attachments


def test_documents_are_attached_once_and_taken_off(client, creator, organization, content):
    document = make_resource(creator, organization, title="Workbook", page_count=3)
    first = client.post(url(content, "resources"), {"resource": str(document.pk), "label": "Exercises"})
    again = client.post(url(content, "resources"), {"resource": str(document.pk)})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    shown = again.json()
    assert (shown["id"], shown["label"], shown["title"]) == (str(document.pk), "Exercises", "Workbook")
    assert shown["page_count"] == 3
    assert client.get(url(content, "resources")).json()["results"] == [shown]
    assert client.get(url(content)).json()["resources"] == [shown]
    assert Upload.everything.get(pk=document.pk).usage_count == 1
    relabelled = client.post(url(content, "resources"), {"resource": str(document.pk), "label": "Bonus"})
    assert (relabelled.status_code, relabelled.json()["label"]) == (200, "Bonus")
    assert client.delete(url(content, "resources", document.pk)).status_code == 204
    assert client.delete(url(content, "resources", document.pk)).status_code == 404
    assert client.get(url(content, "resources")).json()["results"] == []
    assert Upload.everything.get(pk=document.pk).usage_count == 0


def test_only_documents_are_attached(client, creator, organization, content):
    picture = make_upload(creator, organization)
    answer = client.post(url(content, "resources"), {"resource": str(picture.pk)})
    assert error(answer) == (400, "does_not_exist", "resource")


def test_a_usage_of_content_is_not_taken_away_by_the_usages_api(client, content):
    usage = Usage.objects.get()
    refused = client.delete(f"/api/v1/uploads/{content.media_item_id}/usages/{usage.pk}/")
    assert (refused.status_code, code_of(refused)) == (409, "managed_usage")


def test_a_file_says_which_content_uses_it(client, organization, content):
    (usage,) = client.get(f"/api/v1/uploads/{content.media_item_id}/").json()["used_in"]
    assert (usage["entity_type"], usage["entity_id"], usage["field"]) == ("content", str(content.pk), "media_item")
    assert (usage["label"], usage["url"]) == (content.title, f"/api/v1/content/{content.pk}/")


# What one may not see


# VM-10
def test_files_inside_content_show_only_to_those_who_may_see_them(creator, organization):
    item = make_media_item(creator, organization, title="Secret film", has_thumbnail=True)
    picture = make_upload(creator, organization, title="Secret picture", has_thumbnail=True)
    document = make_resource(creator, organization, title="Secret paper")
    content = make_content(creator, organization, media_item=item, custom_thumbnail=picture)
    client_for(creator).post(url(content, "resources"), {"resource": str(document.pk), "label": "Workbook"})
    member = client_for(make_member(organization))
    for answer in (member.get(url(content)), member.get(LIST), member.get(url(content, "resources"))):
        assert answer.status_code == 200
        assert b"Secret" not in answer.content
        assert b"/files/" not in answer.content
    shown = member.get(url(content)).json()
    assert shown["media_item"]["visible"] is False
    assert {value for name, value in shown["media_item"].items() if name not in {"id", "visible"}} == {None}
    assert shown["thumbnail_url"] is None
    assert [(each["label"], each["visible"], each["url"]) for each in shown["resources"]] == [("Workbook", False, None)]
    Upload.everything.update(visibility=Visibility.PUBLIC)
    shown = member.get(url(content)).json()
    assert shown["media_item"]["title"] == "Secret film"
    assert shown["thumbnail_url"].endswith(picture.filename)
    assert shown["resources"][0]["title"] == "Secret paper"


def test_a_trashed_file_inside_content_is_not_shown(client, content):
    Upload.everything.update(deleted_at=content.created_at)
    assert client.get(url(content)).json()["media_item"]["visible"] is False


NEEDS = [
    ("get", "", Permission.VIEW_CONTENT),
    ("get", "{id}/", Permission.VIEW_CONTENT),
    ("get", "{id}/resources/", Permission.VIEW_CONTENT),
    ("post", "", Permission.ADD_CONTENT),
    ("patch", "{id}/", Permission.CHANGE_CONTENT),
    ("post", "{id}/publish/", Permission.CHANGE_CONTENT),
    ("post", "{id}/archive/", Permission.CHANGE_CONTENT),
    ("post", "{id}/resources/", Permission.CHANGE_CONTENT),
    ("delete", "{id}/resources/{id}/", Permission.CHANGE_CONTENT),
    ("delete", "{id}/", Permission.DELETE_CONTENT),
    ("post", "{id}/restore/", Permission.DELETE_CONTENT),
]


# PM-01
@pytest.mark.parametrize(("method", "path", "needed"), NEEDS)
def test_every_action_needs_its_own_permission(organization, content, method, path, needed):
    others = [one for one in Permission if one != needed]
    address = LIST + path.format(id=content.pk)
    assert getattr(client_for(make_member_with(organization, *others)), method)(address, {}).status_code == 403
    assert getattr(client_for(make_member_with(organization, needed)), method)(address, {}).status_code != 403
    assert getattr(client_for(), method)(address, {}).status_code == 401
