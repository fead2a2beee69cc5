"""The way out: who gets which bytes, with which headers."""

import os
import re
from io import BytesIO

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone

from permissions.api.authentication import issue_token
from permissions.choices import Permission, Visibility
from permissions.ids import new_id
from tests.factories import make_member, make_role, make_upload, make_user
from tests.reading import comparable, reader
from uploads.choices import RenditionKind, UploadType
from uploads.models import Rendition

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return reader()


CONTENT = bytes(range(256)) * 1200  # more than one chunk
PICTURE = b"RIFF....WEBP"


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def public(owner, organization):
    return make_upload(owner, organization, content=CONTENT, visibility=Visibility.PUBLIC)


@pytest.fixture
def private(owner, organization):
    return make_upload(owner, organization, content=CONTENT)


def url_of(upload, size=""):
    return f"/files/{upload.pk}/{size and f'thumb-{size}/'}{upload.filename}"


def give_rendition(upload, kind=RenditionKind.SMALL, **fields):
    key = f"{upload.key.rpartition('/')[0]}/thumb-{kind}"
    put(key, PICTURE)
    values = {"version": upload.version, "mime_type": "image/webp", "size": len(PICTURE), "width": 3, "height": 2}
    return Rendition.objects.create(upload=upload, kind=kind, storage="media", key=key, **{**values, **fields})


def put(key, content):
    storages["media"].put(key, BytesIO(content), content_type="")


def assert_is_error(response, status, code):
    assert response.status_code == status
    assert response.json()["errors"][0]["code"] == code
    assert set(response.json()) == {"type", "errors"}


def assert_is_protected(response):
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cross-Origin-Resource-Policy"] in {"same-site", "cross-origin"}
    assert "Cookie" in response["Vary"]
    assert "Authorization" in response["Vary"]
    assert response["Cache-Control"]
    assert not response.cookies


# Who gets the bytes


def test_a_public_file_is_served_to_anyone_as_it_was_stored(public, client):  # VM-01
    response = client.get(url_of(public))
    assert response.status_code == 200
    assert response.body == CONTENT
    assert response["Content-Length"] == str(len(CONTENT))
    assert response["Content-Type"] == "image/png"


def test_a_public_file_is_served_to_members_of_other_organizations_too(public, other_organization):
    assert reader(make_member(other_organization)).get(url_of(public)).status_code == 200


@pytest.mark.parametrize("visibility", [Visibility.PRIVATE, Visibility.ROLE_BASED])
def test_a_file_that_is_not_public_is_refused_to_nobody_in_particular(visibility, owner, organization, client):
    upload = make_upload(owner, organization, content=CONTENT, visibility=visibility)
    assert_is_error(client.get(url_of(upload)), 403, "permission_denied")


def test_a_private_file_is_served_to_its_owner(private, owner):  # VM-02
    assert reader(owner).get(url_of(private)).body == CONTENT


def test_a_private_file_is_served_to_those_who_may_see_everything(private, organization):  # VM-02
    assert reader(make_member(organization, "Administrator")).get(url_of(private)).status_code == 200


def test_a_private_file_is_refused_to_another_member(private, organization):  # VM-02
    assert_is_error(reader(make_member(organization)).get(url_of(private)), 403, "permission_denied")


def test_a_private_file_does_not_exist_for_members_of_other_organizations(private, other_organization):  # TI-01
    stranger = reader(make_member(other_organization, "Administrator"))
    answer, random = stranger.get(url_of(private)), stranger.get(f"/files/{new_id()}/{private.filename}")
    assert_is_error(answer, 404, "not_found")
    assert (answer.content, comparable(answer)) == (random.content, comparable(random))


def test_a_member_of_two_organizations_is_judged_in_that_of_the_file(private, organization, other_organization):
    both = make_user("both", other_organization.roles.get(name="Administrator"), organization.roles.get(name="Member"))
    assert reader(both).get(url_of(private)).status_code == 403


def test_a_superuser_sees_the_files_of_every_organization(private):
    assert reader(make_user("root", is_superuser=True)).get(url_of(private)).status_code == 200


def test_somebody_in_no_organization_finds_nothing(private):  # TI-19
    assert reader(make_user()).get(url_of(private)).status_code == 404


def test_an_allowed_role_lets_its_holders_in_and_nobody_else(owner, organization):  # VM-03, VM-05
    role = make_role(organization, Permission.MEDIA_VIEW)
    upload = make_upload(owner, organization, content=CONTENT, visibility=Visibility.ROLE_BASED, allowed_roles=[role])
    holder = make_user("holder", role)
    assert reader(holder).get(url_of(upload)).status_code == 200
    assert reader(make_member(organization)).get(url_of(upload)).status_code == 403
    holder.memberships.all().delete()
    assert reader(holder).get(url_of(upload)).status_code == 404


def test_a_file_taken_back_from_the_public_is_refused_at_once(public, client):  # SV-16
    assert client.get(url_of(public)).status_code == 200
    public.visibility = Visibility.PRIVATE
    public.save()
    assert client.get(url_of(public)).status_code == 403


def test_a_deleted_file_is_served_to_nobody(private, owner, public, client):  # VM-08
    for upload in (private, public):
        upload.deleted_at = timezone.now()
        upload.save()
    assert reader(owner).get(url_of(private)).status_code == 404
    assert client.get(url_of(public)).status_code == 404


def test_files_of_an_inactive_organization_are_served_to_nobody(public, private, owner, organization, client):
    organization.is_active = False
    organization.save()
    assert client.get(url_of(public)).status_code == 404
    assert reader(owner).get(url_of(private)).status_code == 404


def test_a_token_is_as_good_as_a_session(private, owner, client):
    token, _ = issue_token(user=owner)
    assert client.get(url_of(private), headers={"Authorization": f"Token {token}"}).body == CONTENT


@pytest.mark.parametrize("header", ["Token nonsense", "Token", "Bearer x", "", "Token " + "x" * 9000])
def test_a_bad_token_makes_nobody_of_the_caller_and_never_prompts(header, private, public, owner):  # AU-02
    client = reader(owner)
    assert client.get(url_of(private), headers={"Authorization": header}).status_code == 403
    assert client.get(url_of(public), headers={"Authorization": header}).status_code == 200


def test_a_deactivated_user_is_refused_at_the_next_request(private, owner):  # AU-02
    client = reader(owner)
    owner.is_active = False
    owner.save()
    assert client.get(url_of(private)).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        *("/files/", "/files/x/y", "/files/1/y", "/files//y", "/files/{id}", "/files/{id}/", "/files/{id}/a/b"),
        *("/files/{id}/thumb-xl/a", "/files/{id}/thumb-/a", "/files/{id}/../../secret", "/files/%2e%2e/%2e%2e/secret"),
        *(
            "/files/{id}/..%2f..%2fsecret",
            "/files/{id}%00/y",
            "/files/{id};/y",
            "/files/{id}\\..\\x",
            "/files/{id}/a%5c/b",
        ),
        *("/files/{id}/%252e%252e%252fsecret/x", "/files/{{{id}}}/y", "/files/urn:uuid:{id}/y", "/files/" + "x" * 8192),
    ],
)
def test_any_other_address_is_not_found_in_the_one_error_shape(path, public, client):  # SV-13
    response = client.get(path.format(id=public.pk))
    assert_is_error(response, 404, "not_found")
    assert_is_protected(response)


@pytest.mark.parametrize("name", ["other.exe", "a%0d%0aX-Evil:%201", "%2e%2e", "x" * 2000, "\u202egnp.exe"])
def test_the_name_in_the_address_serves_the_file_and_never_reaches_the_answer(name, public, client):
    response = client.get(f"/files/{public.pk}/{name}")
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'inline; filename="{public.original_filename}"'
    assert "X-Evil" not in response.headers


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused(method, public, client):
    response = getattr(client, method)(url_of(public))
    assert_is_error(response, 405, "method_not_allowed")
    assert response["Allow"] == "GET, HEAD"
    assert_is_protected(response)


# Renditions


def test_a_rendition_is_served_under_its_own_name_and_type(public, client):
    give_rendition(public)
    response = client.get(url_of(public, "sm"))
    assert response.body == PICTURE
    assert response["Content-Type"] == "image/webp"
    assert re.fullmatch(r'inline; filename="picture \d+-sm\.webp"', response["Content-Disposition"])


@pytest.mark.parametrize("has_rendition", [True, False])
def test_a_rendition_is_refused_wherever_its_file_is(has_rendition, private, organization, other_organization):  # VM-10
    if has_rendition:
        give_rendition(private)
    assert reader().get(url_of(private, "sm")).status_code == 403
    assert reader(make_member(organization)).get(url_of(private, "sm")).status_code == 403
    assert reader(make_member(other_organization)).get(url_of(private, "sm")).status_code == 404


def test_a_rendition_of_earlier_bytes_is_not_served(public, client):
    give_rendition(public, version=public.version + 1)
    assert client.get(url_of(public, "sm")).status_code == 404


def test_a_size_that_was_not_made_is_not_found(public, client):
    give_rendition(public)
    assert client.get(url_of(public, "lg")).status_code == 404


# Ranges and conditions


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


# Names and types


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("plain.png", 'inline; filename="plain.png"'),
        ("plain.PNG", 'inline; filename="plain.PNG"'),
        ('a"b.png', 'inline; filename="a\\"b.png"'),
        ("a;b.png", 'inline; filename="a;b.png"'),
        ("a\r\nX-Evil: 1.png", 'inline; filename="aX-Evil: 1.png"'),
        ("a\x00b.png", 'inline; filename="ab.png"'),
        ("\u202egnp.exe", 'inline; filename="gnp.exe.png"'),
        ("../../etc/passwd", 'inline; filename="passwd.png"'),
        ("..\\x.png", 'inline; filename="x.png"'),
        ("\x00", 'inline; filename="file.png"'),
        ("naïve.png", "inline; filename*=utf-8''na%C3%AFve.png"),
        ("🎬.png", "inline; filename*=utf-8''%F0%9F%8E%AC.png"),
        ("filename*=utf-8''x.html", "inline; filename=\"filename*=utf-8''x.html.png\""),
        ("x" * 255, f'inline; filename="{"x" * 255}.png"'),
    ],
)
def test_hostile_names_make_one_valid_header(name, disposition, owner, organization, client):  # SV-08
    upload = make_upload(owner, organization, content=CONTENT, visibility=Visibility.PUBLIC, original_filename=name)
    response = client.get(url_of(upload))
    assert response["Content-Disposition"] == disposition
    assert "X-Evil" not in response.headers


def test_download_makes_an_attachment_of_it(public, client):
    response = client.get(url_of(public), {"download": "1"})
    assert response["Content-Disposition"] == f'attachment; filename="{public.original_filename}"'
    assert response["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    "mime_type",
    [
        *("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "video/mp4", "video/webm"),
        *("audio/mpeg", "audio/mp4", "audio/wav"),
    ],
)
def test_pictures_films_and_sounds_are_shown(mime_type, owner, organization, client):  # SV-09
    upload = make_upload(owner, organization, content=CONTENT, visibility=Visibility.PUBLIC, mime_type=mime_type)
    response = client.get(url_of(upload))
    assert response["Content-Type"] == mime_type
    assert response["Content-Disposition"].startswith("inline")
    assert "sandbox" in response["Content-Security-Policy"]
    assert "allow-scripts" not in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    "mime_type",
    [
        *("text/html", "image/svg+xml", "text/xml", "application/xml", "application/xhtml+xml", "multipart/related"),
        *("text/javascript", "application/javascript", "text/css", "application/x-shockwave-flash", "application/pdf"),
        *("text/plain", "text/csv", "application/zip", "", "nonsense", "IMAGE/PNG", "image/png; charset=x", "text/xsl"),
    ],
)
def test_everything_else_is_saved_as_opaque_bytes(mime_type, owner, organization, client):  # SV-09
    upload = make_upload(owner, organization, content=CONTENT, visibility=Visibility.PUBLIC, mime_type=mime_type)
    response = client.get(url_of(upload))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert_is_protected(response)


# Caches and other origins


def test_public_files_may_be_kept_briefly_by_anyone_and_used_by_any_page(public, client):  # SV-14
    response = client.get(url_of(public))
    assert response["Cache-Control"] == "public, max-age=60"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_other_files_are_asked_for_every_time(private, owner):  # SV-14
    response = reader(owner).get(url_of(private))
    assert response["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert response["Cross-Origin-Resource-Policy"] == "same-site"


def test_refusals_are_never_kept(private, client):  # SV-14
    assert client.get(url_of(private))["Cache-Control"] == "private, no-store"
    assert client.get("/files/x/y")["Cache-Control"] == "private, no-store"


def test_every_answer_is_protected(public, private, owner, organization, client):  # SV-10
    give_rendition(public)
    answers = [
        client.get(url_of(public)),
        client.get(url_of(public, "sm")),
        client.get(url_of(private)),
        reader(owner).get(url_of(private)),
        reader(make_member(organization)).get(url_of(private)),
    ]
    for response in answers:
        assert_is_protected(response)


def test_a_stale_session_cookie_is_left_alone(public, private):  # SV-10
    client = reader()
    client.cookies["sessionid"] = "x" * 32
    for upload in (public, private):
        assert not client.get(url_of(upload)).cookies


def test_a_foreign_origin_is_told_nothing(public, client):  # SV-23
    response = client.get(url_of(public), headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in response
    assert "Access-Control-Allow-Credentials" not in response


# Cost and faults


def test_an_address_costs_few_queries(public, private, owner, client, django_assert_num_queries):
    give_rendition(public)
    with django_assert_num_queries(1):
        client.get(url_of(public))
    with django_assert_num_queries(2):
        client.get(url_of(public, "sm"))
    token, _ = issue_token(user=owner)
    with django_assert_num_queries(1 + 3):  # the token; the file, the caller's roles, the rule
        client.get(url_of(private), headers={"Authorization": f"Token {token}"})


def test_a_row_without_bytes_is_not_found(owner, organization, client, caplog):
    upload = make_upload(owner, organization, visibility=Visibility.PUBLIC)
    assert_is_error(client.get(url_of(upload)), 404, "not_found")
    assert upload.key in caplog.text


def test_bytes_that_were_changed_behind_our_back_are_not_served(public, client, caplog):  # SV-19
    put(public.key, b"something else")
    headers = {"If-None-Match": f'"{public.checksum_sha256}"'}
    for sent in ({}, headers):
        response = client.get(url_of(public), headers=sent)
        assert_is_error(response, 503, "stored_bytes_differ")
        assert response["Cache-Control"] == "private, no-store"


def test_a_file_cut_short_while_it_is_sent_breaks_the_answer_off(public):  # SV-20
    response = Client().get(url_of(public))
    os.truncate(storages["media"].path(public.key), 1000)
    with pytest.raises(EOFError):
        b"".join(response.streaming_content)


def test_bytes_purged_while_they_are_sent_come_whole(public, client):  # SV-21
    response = Client().get(url_of(public))
    storages["media"].remove([public.key])
    assert b"".join(response.streaming_content) == CONTENT
    assert client.get(url_of(public)).status_code == 404


def test_a_broken_store_is_told_in_the_one_error_shape(public, client, monkeypatch):
    def fail(*args, **kwargs):
        raise PermissionError(13, "secret path")

    monkeypatch.setattr(type(storages["media"]), "open_descriptor", fail)
    response = client.get(url_of(public))
    assert_is_error(response, 503, "unavailable")
    assert_is_protected(response)
    assert b"secret" not in response.content


# Hand-over


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
