"""Bytes that another server sends: nginx, the CDN."""

import pytest

from permissions.choices import Visibility
from tests.factories import make_upload
from uploads.choices import UploadType
from uploads.tests.serving.helpers import (
    CONTENT,
    assert_is_protected,
    url_of,
)

pytestmark = pytest.mark.django_db


def test_behind_nginx_the_bytes_are_handed_over(public, client, settings):
    settings.X_ACCEL_PREFIX = "/protected/"
    response = client.get(url_of(public), headers={"Range": "bytes=0-1"})
    assert response["X-Accel-Redirect"] == f"/protected/media/{public.key}"
    assert response.content == b""
    assert response["ETag"] == f'"{public.checksum_sha256}"'
    assert_is_protected(response)


def test_the_handed_over_path_is_quoted(owner, organization, client, settings):
    settings.X_ACCEL_PREFIX = "/protected"
    upload = make_upload(
        owner, organization, content=CONTENT, visibility=Visibility.PUBLIC, key="a/b ?%#\r\nX-Evil: 1/ü.png"
    )
    response = client.get(url_of(upload))
    assert response["X-Accel-Redirect"] == "/protected/media/a/b%20%3F%25%23%0D%0AX-Evil%3A%201/%C3%BC.png"


def test_conditions_that_nginx_would_judge_by_its_own_tag_are_answered_here(public, client, settings):
    settings.X_ACCEL_PREFIX = "/protected/"
    response = client.get(url_of(public), headers={"If-Match": f'"{public.checksum_sha256}"'})
    assert "X-Accel-Redirect" not in response
    assert response.body == CONTENT


def test_library_files_are_fetched_from_the_cdn(owner, organization, client, settings):
    settings.CDN_URL = "https://cdn.example.org"
    upload = make_upload(
        owner,
        organization,
        content=CONTENT,
        type=UploadType.LIBRARY,
        storage="assets",
        visibility=Visibility.PUBLIC,
        key="x/assets/a b.png",
    )
    response = client.get(url_of(upload))
    assert (response.status_code, response["Location"]) == (302, "https://cdn.example.org/x/assets/a%20b.png")
    assert "ETag" not in response
    assert_is_protected(response)
    assert client.get(url_of(upload), {"download": "1"}).body == CONTENT
    known = client.get(url_of(upload), headers={"If-None-Match": f'"{upload.checksum_sha256}"'})
    assert known.status_code == 304
