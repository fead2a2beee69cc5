"""Documents of content."""

import pytest

from media_library.tests.content_api.calls import error, url
from tests.factories import (
    make_resource,
    make_upload,
)
from tests.upload_calls import code_of
from uploads.models import Upload, Usage

pytestmark = pytest.mark.django_db


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
