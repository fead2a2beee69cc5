"""What is shown of content, and who may do what."""

import pytest

from media_library.tests.content_api.calls import LIST, url
from permissions.choices import Permission, Visibility
from tests.factories import (
    client_for,
    make_content,
    make_media_item,
    make_member,
    make_member_with,
    make_resource,
    make_upload,
)
from uploads.models import Upload

pytestmark = pytest.mark.django_db


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
