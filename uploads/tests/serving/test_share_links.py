"""Links to files: what they open, until when, and how they are counted."""

from datetime import timedelta

import pytest
from django.core.signing import Signer
from django.db import DatabaseError
from django.db.models import QuerySet
from django.utils import timezone

from common.db.ids import new_id
from permissions.choices import Permission, Visibility
from permissions.context import access_of
from tests.factories import make_member, make_upload
from tests.reading_client import reader
from uploads.choices import UploadType
from uploads.files.purge import purge_uploads
from uploads.files.trash import put_into_trash
from uploads.models import ShareLink
from uploads.sharing.links import create_share_link
from uploads.sharing.tokens import token_of
from uploads.tests.serving.helpers import CONTENT, address_of, assert_is_error

pytestmark = pytest.mark.django_db


def test_a_link_ends_on_time(link):  # SV-17
    for left, status in [(timedelta(seconds=2), 200), (timedelta(0), 403), (timedelta(seconds=-1), 403)]:
        now = timezone.now()
        ShareLink.objects.update(created_at=now - timedelta(hours=1), expires_at=now + left)
        assert reader().get(address_of(link)).status_code == status


def test_a_link_stops_while_its_file_is_in_the_trash(link, upload):
    upload.deleted_at = timezone.now()
    upload.save()
    assert_is_error(reader().get(address_of(link)), 404, "not_found")
    upload.deleted_at = None
    upload.save()
    assert reader().get(address_of(link)).status_code == 200


def test_a_link_stops_when_its_organization_does(link, organization):
    organization.is_active = False
    organization.save()
    assert reader().get(address_of(link)).status_code == 404


def test_a_link_stops_when_its_maker_is_deactivated(link, owner):
    owner.is_active = False
    owner.save()
    assert_is_error(reader().get(address_of(link)), 403, "link_over")


def test_a_link_stops_when_its_maker_leaves(link, owner):
    owner.memberships.all().delete()
    assert_is_error(reader().get(address_of(link)), 403, "link_over")


def test_a_link_stops_when_its_maker_may_no_longer_share(link, organization):  # PM-11
    role = organization.roles.get(name="Creator")
    role.group.permissions.remove(*role.group.permissions.filter(codename=Permission.MEDIA_EDIT_OWN))
    assert_is_error(reader().get(address_of(link)), 403, "link_over")


def test_a_link_stops_when_its_file_is_handed_over(link, upload, organization):  # PM-05
    upload.uploaded_by = make_member(organization, "Creator")
    upload.save()
    assert_is_error(reader().get(address_of(link)), 403, "link_over")


def test_a_link_is_gone_with_its_file(link, upload):
    address = address_of(link)
    put_into_trash(ids=[upload.pk], by=None)
    purge_uploads(ids=[upload.pk])
    assert_is_error(reader().get(address), 404, "not_found")


# The address


def test_a_changed_address_is_refused_without_a_query(link, django_assert_num_queries):  # SV-17
    token = token_of(link.pk)
    other = Signer(salt="another purpose", sep=".").sign(link.pk.hex)
    changed = [
        token[:-1],
        token + "x",
        "x" + token[1:],
        token.upper(),
        new_id().hex + token[32:],
        other,
        link.pk.hex,
        "é",
    ]
    with django_assert_num_queries(0):
        for each in changed:
            assert_is_error(reader().get(f"/s/{each}/x"), 403, "link_invalid")


def test_a_rotated_key_counts_while_it_is_a_fallback(link, settings):  # SV-17
    address, settings.SECRET_KEY_FALLBACKS = address_of(link), [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" * 8
    assert reader().get(address).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert_is_error(reader().get(address), 403, "link_invalid")


@pytest.mark.parametrize("path", ["/s/", "/s/x", "/s/x/", "/s/x/y/z", "/s/../x/y"])
def test_any_other_address_is_not_found(path, client):
    assert_is_error(client.get(path), 404, "not_found")


def test_every_answer_is_protected(link):  # SV-10
    for address in (address_of(link), "/s/x/y"):
        response = reader().get(address)
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"].startswith("private")


def test_a_link_is_no_login(link, upload, owner, organization):
    other = make_upload(owner, organization, content=CONTENT)
    client = reader()
    assert client.get(address_of(link)).status_code == 200
    assert client.get(f"/files/{upload.pk}/{upload.filename}").status_code == 403
    assert client.get(f"/s/{token_of(link.pk)}/{other.filename}").body == CONTENT
    assert client.get(f"/s/{token_of(link.pk)}/thumb-sm/{upload.filename}").status_code == 404


def test_what_could_run_is_an_attachment_here_too(owner, organization):  # SV-09
    page = make_upload(owner, organization, content=b"<script>", mime_type="text/html")
    link = create_share_link(access=access_of(owner), upload=page, expires_in=timedelta(hours=1))
    response = reader().get(address_of(link))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")


# Counting


def counted(link):
    link.refresh_from_db()
    return link.access_count


def test_each_beginning_counts_once_whatever_is_asked_for_after_it(link):
    client, address = reader(), address_of(link)
    tag = client.get(address)["ETag"]
    for headers in ({"Range": "bytes=3-"}, {"Range": "bytes=-2"}, {"Range": "bytes=400000-"}, {"If-None-Match": tag}):
        client.get(address, headers=headers)
    client.head(address)
    assert counted(link) == 1
    client.get(address, headers={"Range": "bytes=0-"})
    assert counted(link) == 2
    assert timezone.now() - link.last_used_at < timedelta(minutes=1)


def test_a_part_of_a_file_costs_no_write(link, django_assert_num_queries):
    with django_assert_num_queries(3):  # the link, its maker's roles, the rule
        reader().get(address_of(link), headers={"Range": "bytes=3-"})


def test_a_database_that_cannot_write_does_not_keep_the_file_back(link, monkeypatch, caplog):  # DB-07
    def refuse(*args, **kwargs):
        raise DatabaseError("read only")

    monkeypatch.setattr(QuerySet, "update", refuse)
    assert reader().get(address_of(link)).body == CONTENT
    assert "not counted" in caplog.text


# On S3


@pytest.mark.s3
@pytest.mark.usefixtures("s3_stores")
def test_on_s3_no_address_outlives_the_link(owner, organization):
    film = make_upload(owner, organization, content=CONTENT, type=UploadType.VIDEO, mime_type="video/mp4")
    link = create_share_link(access=access_of(owner), upload=film, expires_in=timedelta(minutes=10))
    response = reader().get(address_of(link))
    assert response.status_code == 302
    assert "X-Amz-Expires=599" in response["Location"]
    assert counted(link) == 1


def test_a_public_file_can_be_shared_too_and_its_link_revoked(owner, organization):
    upload = make_upload(owner, organization, content=CONTENT, visibility=Visibility.PUBLIC)
    link = create_share_link(access=access_of(owner), upload=upload, expires_in=timedelta(hours=1))
    assert reader().get(address_of(link))["Cache-Control"].startswith("private")
