"""Content is published, archived, deleted and restored."""

import pytest

from media_library.choices import ContentStatus, MediaStatus
from media_library.models import Content
from media_library.tests.content_api.calls import LIST, error, url
from tests.factories import (
    client_for,
    make_content,
    make_member,
    make_resource,
    make_upload,
)
from tests.upload_calls import code_of
from uploads.files.purge import purge_uploads
from uploads.models import Upload

pytestmark = pytest.mark.django_db


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
