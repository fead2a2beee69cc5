"""How bytes present themselves: names, types, caches, other origins."""

import pytest

from permissions.choices import Visibility
from tests.factories import make_member, make_upload
from tests.reading_client import reader
from uploads.serving import Servable
from uploads.tests.serving.helpers import (
    CONTENT,
    assert_is_protected,
    give_rendition,
    url_of,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("plain.png", 'inline; filename="plain.png"'),
        ("plain.PNG", 'inline; filename="plain.PNG"'),
        ('a"b.png', 'inline; filename="a\\"b.png"'),
        ("a;b.png", 'inline; filename="a;b.png"'),
        ("a\r\nX-Evil: 1.png", 'inline; filename="aX-Evil: 1.png"'),
        ("a\x01b\x7f.png", 'inline; filename="ab.png"'),
        ("\u202egnp.exe", 'inline; filename="gnp.exe.png"'),
        ("../../etc/passwd", 'inline; filename="passwd.png"'),
        ("..\\x.png", 'inline; filename="x.png"'),
        ("\x01", 'inline; filename="file.png"'),
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


def test_a_null_character_is_gone_too(public):  # SV-08
    public.original_filename = "a\0b.png"  # SQLite keeps it, PostgreSQL refuses it
    assert Servable.of_upload(public, is_public=True).name == "ab.png"


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
