"""Ranges and preconditions over HTTP."""

import pytest

from permissions.choices import Visibility
from tests.factories import make_member, make_upload
from tests.reading_client import comparable, reader
from uploads.tests.serving.helpers import (
    CONTENT,
    assert_is_error,
    assert_is_protected,
    give_rendition,
    url_of,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("range_", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-", 0, 307199),
        ("bytes=-1", 307199, 307199),
        ("bytes=5-9", 5, 9),
        ("bytes=300000-999999999", 300000, 307199),
        ("bytes=250000-300000", 250000, 300000),
    ],
)
def test_a_range_gets_those_bytes(range_, first, last, public, client):  # SV-01
    response = client.get(url_of(public), headers={"Range": range_})
    assert response.status_code == 206
    assert response.body == CONTENT[first : last + 1]
    assert response["Content-Range"] == f"bytes {first}-{last}/307200"
    assert response["Content-Length"] == str(last - first + 1)
    assert_is_protected(response)


@pytest.mark.parametrize("range_", ["bytes=307200-", "bytes=-0"])
def test_a_range_outside_the_file_is_refused_with_its_size(range_, public, client):  # SV-02
    response = client.get(url_of(public), headers={"Range": range_})
    assert_is_error(response, 416, "range_not_satisfiable")
    assert response["Content-Range"] == "bytes */307200"
    assert_is_protected(response)


@pytest.mark.parametrize("range_", ["bytes=10-5", "items=0-1", "bytes=0-1,5-6", "bytes=a-b"])
def test_other_ranges_get_the_whole_file(range_, public, client):  # SV-02
    response = client.get(url_of(public), headers={"Range": range_})
    assert response.status_code == 200
    assert response.body == CONTENT


def test_an_empty_file_has_no_range(owner, organization, client):  # SV-02
    upload = make_upload(owner, organization, content=b"", size=0, visibility=Visibility.PUBLIC)
    assert client.get(url_of(upload)).body == b""
    assert client.get(url_of(upload), headers={"Range": "bytes=0-"}).status_code == 416


def test_a_known_state_is_not_sent_again(public, client):  # SV-06
    first = client.get(url_of(public))
    for condition in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = client.get(url_of(public), headers=condition)
        assert again.status_code == 304
        assert again.content == b""
        assert again["ETag"] == first["ETag"] == f'"{public.checksum_sha256}"'
        assert again["Cache-Control"] == first["Cache-Control"]
        assert "Content-Type" not in again
        assert_is_protected(again)


def test_a_lost_precondition_is_told(public, client):  # SV-06
    response = client.get(url_of(public), headers={"If-Match": '"another"'})
    assert_is_error(response, 412, "precondition_failed")
    assert_is_protected(response)


def test_conditions_tell_nothing_to_those_who_may_not_see(private, organization):  # VM-10
    headers = {"If-None-Match": f'"{private.checksum_sha256}"', "Range": "bytes=0-1"}
    assert reader(make_member(organization)).get(url_of(private), headers=headers).status_code == 403


def test_a_range_is_resumed_only_in_the_same_state(public, client):  # SV-06
    same = {"Range": "bytes=1-2", "If-Range": f'"{public.checksum_sha256}"'}
    assert client.get(url_of(public), headers=same).status_code == 206
    assert client.get(url_of(public), headers={**same, "If-Range": '"another"'}).status_code == 200


def test_a_rendition_has_a_weak_tag(public, client):
    give_rendition(public)
    tag = client.get(url_of(public, "sm"))["ETag"]
    assert tag.startswith('W/"')
    assert client.get(url_of(public, "sm"), headers={"If-None-Match": tag}).status_code == 304
    assert client.get(url_of(public, "sm"), headers={"If-None-Match": f'"{public.checksum_sha256}"'}).status_code == 200


def test_head_answers_like_get_without_the_bytes(public, private, client):  # SV-05
    give_rendition(public)
    for url, headers in [(url_of(public), {}), (url_of(public, "sm"), {}), (url_of(private), {}), ("/files/x/y", {})]:
        get, head = client.get(url, headers=headers), client.head(url, headers=headers)
        assert (head.status_code, comparable(head)) == (get.status_code, comparable(get))
        assert head.body == b""


def test_head_knows_no_range(public, client):
    assert client.head(url_of(public), headers={"Range": "bytes=0-1"})["Content-Length"] == "307200"
