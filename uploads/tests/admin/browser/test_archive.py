"""Files of the media browser as one zip."""

import io
import json
from itertools import pairwise
from zipfile import ZipFile

import pytest
from django.core.files.storage import storages

from permissions.choices import Visibility
from tests.factories import make_member, make_organization, make_upload
from uploads.admin.browser.archive import distinct_names, zipped
from uploads.models import Upload
from uploads.tests.admin.browser.conftest import ARCHIVE, BROWSER

pytestmark = pytest.mark.django_db


def _zip(client, **posted):
    answer = client.post(ARCHIVE, posted)
    assert answer.status_code == 200
    return ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def _stored(owner, organization, name, content, **fields):
    return make_upload(owner, organization, original_filename=name, content=content, **fields)


def test_chosen_files_come_as_one_zip_under_names_of_their_own(client, person, organization):
    uploads = [_stored(person, organization, "a.png", content) for content in (b"one", b"two")]
    archive = _zip(client, ids=",".join(str(upload.pk) for upload in uploads))
    assert archive.testzip() is None
    assert {archive.read(name) for name in archive.namelist()} == {b"one", b"two"}
    assert set(archive.namelist()) == {"a.png", "a (2).png"}


def test_a_zip_holds_only_what_one_may_see(client, person, organization):
    own = _stored(person, organization, "own.png", b"own")
    hidden = _stored(make_member(organization), organization, "hidden.png", b"hidden")
    foreign = make_organization()
    elsewhere = _stored(make_member(foreign), foreign, "foreign.png", b"x", visibility=Visibility.PUBLIC)
    trashed = _stored(person, organization, "trashed.png", b"trashed")
    Upload.objects.filter(pk=trashed.pk).update(deleted_at=trashed.created_at)
    archive = _zip(client, ids=f"{own.pk},{hidden.pk},{elsewhere.pk},{trashed.pk},nonsense")
    assert archive.namelist() == ["own.png"]


def test_all_that_match_come_as_one_zip(client, person, organization):
    _stored(person, organization, "spring.png", b"1", title="spring")
    _stored(person, organization, "other.png", b"2", title="other")
    shown = client.get(f"{BROWSER}?q=spring").context["listing"]["filter"]
    assert _zip(client, filter=json.dumps(shown), count=1).namelist() == ["spring.png"]


# FA-A1
@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"ids": ""},
        {"all": "1"},
        {"filter": '{"colour": ["red"]}', "count": "1"},
        {"filter": "{}"},
        {"filter": "{}", "count": "-1"},
        {"filter": "[]", "count": "1"},
        {"filter": "{", "count": "1"},
        {"filter": "[" * 100_000, "count": "1"},
        {"filter": '{"search": [{}]}', "count": "1"},
        {"filter": r'{"search": "\ud800"}', "count": "1"},
    ],
)
def test_a_zip_of_what_means_nothing_is_refused(posted, client, files):
    assert client.post(ARCHIVE, posted).status_code == 400


# FA-A1
@pytest.mark.parametrize("is_check", [True, False])
def test_a_zip_of_another_number_of_files_than_was_shown_is_refused(is_check, client, person, organization):
    _stored(person, organization, "one.png", b"x")
    posted = {"filter": "{}", "count": "2", **({"check": "1"} if is_check else {})}
    answer = client.post(ARCHIVE, posted)
    assert answer.status_code == 409
    assert "2 files were shown, 1 matches now" in answer.content.decode()
    posted["count"] = "1"
    assert client.post(ARCHIVE, posted).status_code == (204 if is_check else 200)


def test_a_zip_of_too_many_files_is_refused_rather_than_cut(client, person, organization, monkeypatch):
    monkeypatch.setattr("uploads.admin.browser.archive.MAX_FILES", 1)
    for name in ("spring.png", "other.png"):
        _stored(person, organization, name, b"x")
    assert client.post(ARCHIVE, {"filter": "{}", "count": 2}).status_code == 400
    assert _zip(client, filter='{"search": "spring"}', count=1).namelist() == ["spring.png"]


def test_a_file_whose_bytes_are_gone_is_named_and_the_others_come(client, person, organization):
    there = _stored(person, organization, "there.png", b"there")
    gone = _stored(person, organization, "gone.png", b"gone")
    storages[gone.storage].remove([gone.key])
    archive = _zip(client, ids=f"{there.pk},{gone.pk}")
    assert archive.read("there.png") == b"there"
    assert archive.read("files that could not be read.txt") == b"gone.png"


def test_a_zip_is_read_a_little_at_a_time(person, organization, monkeypatch):
    upload = _stored(person, organization, "large.bin", b"x")
    read = []

    def chunks(key):
        for number in range(50):
            read.append(number)
            yield bytes(100_000)

    monkeypatch.setattr(storages[upload.storage], "read", chunks)
    ahead = [len(read) for _ in zipped([(upload.storage, upload.key, "large.bin")])]
    assert all(after - before <= 2 for before, after in pairwise(ahead))
    assert read == list(range(50))


def test_zips_need_a_post(client):
    assert client.get(ARCHIVE).status_code == 405


@pytest.mark.parametrize(
    ("names", "distinct"),
    [
        (["a.png", "b.png"], ["a.png", "b.png"]),
        (["a.png", "A.PNG", "a.png"], ["a.png", "A (2).PNG", "a (3).png"]),
        (["a (2).png", "a.png", "a.png"], ["a (2).png", "a.png", "a (3).png"]),
        ([".env", ".env", "notes", "notes"], [".env", ".env (2)", "notes", "notes (2)"]),
    ],
)
def test_names_in_a_zip_are_distinct_on_every_system(names, distinct):
    assert distinct_names(names) == distinct
