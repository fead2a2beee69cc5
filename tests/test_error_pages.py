"""What people read, and what programs read, where something is refused, missing or broken."""

import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from media_library.models import Category
from permissions.context import access_of
from tests.factories import client_for, make_member, make_upload
from uploads.models import ShareLink
from uploads.serving.file_urls import file_url
from uploads.sharing.links import create_share_link
from uploads.sharing.tokens import token_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.probe_urls")]

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
PICTURE = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
NO_FILE = "/files/00000000-0000-7000-8000-000000000000/a.png"


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.CRITICAL + 1)


@pytest.fixture
def browser():
    return Client(headers={"Accept": BROWSER}, raise_request_exception=False)


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator", "owner")


@pytest.fixture
def as_admin(organization):
    client = Client(raise_request_exception=False)
    client.force_login(make_member(organization, "Administrator", "keeper", is_staff=True))
    return client


def is_page(answer):
    return answer["Content-Type"].startswith("text/html") and b"<h1>" in answer.content


# FA-A14
@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/plain/missing/", 404, "There is nothing here"),
        ("/plain/denied/", 403, "You may not see this"),
        ("/plain/suspicious/", 400, "This request cannot be read"),
        ("/plain/too-big/", 413, "This is too large"),
        ("/plain/database/", 503, "This is not available right now"),
        ("/plain/bug/", 500, "Something went wrong here"),
        ("/nothing", 404, "There is nothing here"),
        ("/s/made-up/a.png", 403, "This link does not open anything"),
        ("/s/", 404, "This link does not open anything"),
        (NO_FILE, 404, "There is nothing here"),
        ("/assets/nothing.png", 404, "There is nothing here"),
        ("/playback/made-up/hls/a.m3u8", 403, "You may not see this"),
    ],
)
def test_a_person_reads_a_page_in_words(browser, path, status, words):
    answer = browser.get(path)
    assert answer.status_code == status
    assert is_page(answer)
    assert words in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


# FA-A14
@pytest.mark.parametrize("path", ["/plain/missing/", "/plain/denied/", NO_FILE, "/s/made-up/a.png", "/nothing/"])
@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "application/json",
        "application/json, text/html;q=0.9",
        PICTURE,
        "text/html;q=0, */*",
        "a" * 5000,
        "text/html; a*=no-such''x",
    ],
)
def test_a_program_and_a_picture_get_json(client, path, accept):
    answer = client.get(path, headers={"Accept": accept})
    assert answer["Content-Type"] == "application/json"
    assert sorted(answer.json()) == ["errors", "type"]


# FA-A14, SV-10
@pytest.mark.parametrize("path", ["/plain/bug/", "/nothing/", NO_FILE, "/s/made-up/a.png", "/admin/nothing/"])
def test_the_page_runs_nothing_and_is_kept_by_nobody(path, browser, as_admin):
    browser.cookies = as_admin.cookies
    answer = browser.get(path)
    assert answer.status_code >= 400
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; sandbox; style-src 'sha256-")
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert "Accept" in answer["Vary"]
    assert b"<script" not in answer.content
    assert "Set-Cookie" not in answer


# FA-A14
@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v1/failures/bug/", "/api/plain/denied/", "/api/docs"])
@pytest.mark.parametrize("debug", [False, True])
def test_the_api_never_answers_a_page(browser, settings, path, debug):
    settings.DEBUG = debug
    answer = browser.get(path)
    assert answer.status_code >= 400
    assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["/readyz", "/healthz", "/storage/media/made-up"])
def test_an_address_for_programs_shows_a_person_what_programs_see(browser, path):
    assert not is_page(browser.get(path))


# FA-A14
def test_a_form_without_its_token_is_refused_in_words():
    strict = Client(enforce_csrf_checks=True, headers={"Accept": BROWSER})
    answer = strict.post("/admin/login/", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "Nothing was saved" in answer.content.decode()


# FA-A14
@pytest.mark.parametrize(
    ("method", "path"), [("post", "/files/a/b"), ("post", "/admin/uploads/upload/trash/"), ("put", "/s/a/b")]
)
def test_a_method_that_is_not_taken_is_said_in_words(browser, as_admin, method, path):
    browser.cookies = as_admin.cookies
    answer = getattr(browser, method)(path)
    assert answer.status_code == 405
    assert "GET" in answer["Allow"]
    assert "cannot be opened like this" in answer.content.decode()


# FA-A14
def test_a_page_that_asks_to_wait_says_how_long(browser, api):
    answer = browser.get("/plain/database/")
    assert f"Try again in {answer['Retry-After']} seconds" in answer.content.decode()
    assert 'href="/plain/database/"' in answer.content.decode()


# FA-A14
def test_a_file_that_one_may_not_see_offers_to_sign_in(browser, organization, owner):
    upload = make_upload(owner, organization, content=b"secret", visibility="PRIVATE", title="Hidden title")
    path = file_url("", upload.pk, upload.filename)
    answer = browser.get(path)
    assert answer.status_code == 403
    assert f'href="/admin/login/?next=%2Ffiles%2F{upload.pk}' in answer.content.decode()
    assert "Hidden title" not in answer.content.decode()
    browser.force_login(make_member(organization, "Member", "other"))
    page = browser.get(path).content.decode()
    assert "Sign in" not in page
    assert "an administrator of your organization" in page


# FA-A14
def test_a_file_of_another_organization_reads_as_one_that_never_was(browser, organization, owner, other_organization):
    upload = make_upload(owner, organization, content=b"secret", visibility="PRIVATE")
    browser.force_login(make_member(other_organization, "Administrator", "rival"))
    there, nowhere = browser.get(file_url("", upload.pk, upload.filename)), browser.get(NO_FILE)
    assert (there.status_code, there.content) == (nowhere.status_code, nowhere.content)


# FA-A14
def test_the_page_of_a_dead_link_does_not_tell_why_it_is_dead(browser, organization, owner):
    upload = make_upload(owner, organization, content=b"x")
    link = create_share_link(access=access_of(owner), upload=upload, expires_in=timedelta(days=1))
    ShareLink.objects.update(revoked_at=timezone.now())
    revoked = browser.get(f"/s/{token_of(link.pk)}/a.png")
    wrong = browser.get(f"/s/{token_of(link.pk)[:-1]}/a.png")
    assert (revoked.status_code, wrong.status_code) == (403, 403)
    assert revoked.content == wrong.content


# FA-A14
def test_head_is_answered_like_get_without_the_page(browser):
    answer = browser.head(NO_FILE)
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
    assert answer.content == b""


# FA-A15
@pytest.mark.parametrize("method", ["get", "head", "post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("/api/v1/categories", "/api/v1/categories/"),
        ("/api/v1//categories/", "/api/v1/categories/"),
        ("/api/v1/categories//", "/api/v1/categories/"),
        ("/api/v1/Categories/", "/api/v1/categories/"),
        ("/api/v1/categories.json", "/api/v1/categories/"),
        ("/api/v1/uploads/stats", "/api/v1/uploads/stats/"),
        ("/api/schema", "/api/schema/"),
    ],
)
@pytest.mark.parametrize("debug", [False, True])
def test_an_api_address_that_is_nearly_right_is_404_and_names_the_right_one(settings, method, path, right, debug):
    settings.DEBUG = debug
    answer = getattr(Client(), method)(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/json"
    if method != "head":
        error = answer.json()["errors"][0]
        assert error["code"] == "not_found"
        assert error["detail"].endswith(right)


# FA-A15
def test_a_write_without_its_slash_makes_nothing(organization):
    client = client_for(make_member(organization, "Administrator", "writer"))
    assert client.post("/api/v1/categories", {"name": "Lost"}).status_code == 404
    assert not Category.objects.exists()
    assert client.post("/api/v1/categories/", {"name": "Made"}).status_code == 201


# FA-A15
@pytest.mark.parametrize("debug", [False, True])
def test_outside_the_api_reads_alone_are_redirected(settings, as_admin, debug):
    settings.DEBUG = debug
    assert as_admin.get("/admin")["Location"] == "/admin/"
    assert as_admin.get("/admin/uploads/tag/add")["Location"] == "/admin/uploads/tag/add/"
    for path in ("/admin", "/admin/uploads/tag/add"):
        assert as_admin.post(path, {"name": "Lost"}).status_code == 404
