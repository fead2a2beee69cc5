"""Content is made and changed with what it may refer to."""

import pytest

from media_library.choices import MediaStatus
from media_library.models import Content, ContentTag
from media_library.tests.content_api.calls import LIST, UNKNOWN, error, url
from tests.factories import (
    make_category,
    make_content,
    make_media_item,
    make_member,
    make_resource,
    make_upload,
)
from uploads.models import Tag, Upload, Usage

pytestmark = pytest.mark.django_db


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
