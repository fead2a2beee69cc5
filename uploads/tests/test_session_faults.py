"""What fails on the way in leaves a session that can go on, or one that left nothing."""

import ast
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError

from common.clock import Now
from tests.factories import client_for, make_member, make_organization
from tests.jobs import run_pending_jobs
from tests.uploading import code_of, complete, jpeg, opened, sent
from uploads.models import StorageAccount, StorageDeletion, Upload, UploadSession
from uploads.services import completing, opening
from uploads.storage import store
from uploads.storage.contract import RemovalFailure, StoreFull, StoreUnavailable
from uploads.storage.disk import DiskStore
from uploads.tests.sessions.calls import assert_nothing_is_left
from uploads.tests.test_multipart import PART, movie, send_parts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def organization():
    return make_organization("a")


@pytest.fixture
def client(organization):
    return client_for(make_member(organization, "Creator"))


def failing(error):
    def fail(*args, **kwargs):
        raise error

    return fail


# ST-06 DB-02
@pytest.mark.parametrize("call", ["stat", "read"])
def test_a_store_that_fails_at_completion_is_asked_again(client, monkeypatch, call):
    session = sent(client, jpeg())
    with monkeypatch.context() as broken:
        broken.setattr(DiskStore, call, failing(StoreUnavailable()))
        assert complete(client, session).status_code == 503
    assert UploadSession.objects.get().is_open
    assert complete(client, session).status_code == 201


# ST-06
@pytest.mark.parametrize("call", ["list_parts", "complete_multipart"])
def test_a_store_that_fails_to_join_parts_is_asked_again(client, monkeypatch, call):
    monkeypatch.setattr(opening, "part_size_of", lambda size: PART)
    data = movie(PART + 100)
    session = opened(client, data, type="VIDEO", content_type="video/mp4", filename="a.mp4")
    send_parts(client, session, data, 1, 2)
    with monkeypatch.context() as broken:
        broken.setattr(DiskStore, call, failing(StoreUnavailable()))
        assert complete(client, session).status_code == 503
    assert complete(client, session).status_code == 201


# ST-06
def test_a_store_that_cannot_begin_a_multipart_upload_is_asked_again(client, monkeypatch):
    monkeypatch.setattr(opening, "part_size_of", lambda size: PART)
    body = {"type": "VIDEO", "content_type": "video/mp4", "filename": "a.mp4", "size": PART + 1}
    headers = {"Idempotency-Key": "k"}
    with monkeypatch.context() as broken:
        broken.setattr(DiskStore, "start_multipart", failing(StoreUnavailable()))
        assert client.post("/api/v1/upload-sessions/", body, headers=headers).status_code == 503
        assert client.post("/api/v1/upload-sessions/", body).status_code == 503
    assert StorageAccount.objects.get(user=None).reserved == PART + 1
    assert client.post("/api/v1/upload-sessions/", body, headers=headers).status_code == 201
    assert UploadSession.objects.get(state="open").multipart_id


# DB-02
@pytest.mark.parametrize("step", ["apply_details", "finish_session", "submit"])
def test_a_row_that_cannot_be_written_leaves_the_session_open(client, monkeypatch, step):
    session = sent(client, jpeg())
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(completing, step, failing(DatabaseError("down")))
        assert complete(client, session).status_code >= 500
    assert Upload.everything.count() == 0
    assert StorageAccount.objects.get(user=None).used == 0
    assert complete(client, session).status_code == 201


# ST-05 ST-06
def test_refused_bytes_that_cannot_be_removed_now_are_removed_later(client, organization, monkeypatch):
    session = sent(client, b"<html>", filename="photo.jpg")
    with monkeypatch.context() as broken:
        broken.setattr(DiskStore, "remove", lambda self, keys: [RemovalFailure(key, "EIO") for key in keys])
        assert code_of(complete(client, session)) == "content_mismatch"
    assert store("media").stat(session["key"])
    StorageDeletion.objects.update(not_before=Now())
    run_pending_jobs("delete_objects")
    assert_nothing_is_left(organization)


# US-08: a URL that S3 signed before the session ended can still bring bytes for a while
def test_bytes_that_arrive_after_the_session_ended_are_removed_by_the_outbox(client, organization):
    data = jpeg()
    session = opened(client, data)
    assert client.delete(f"/api/v1/upload-sessions/{session['id']}/").status_code == 204
    store("media").put(session["key"], BytesIO(data), content_type="image/jpeg")
    StorageDeletion.objects.update(not_before=Now())
    run_pending_jobs("delete_objects")
    assert_nothing_is_left(organization)


# US-31
def test_a_full_disk_leaves_nothing_of_a_form(client, organization, monkeypatch):
    monkeypatch.setattr(DiskStore, "put", failing(StoreFull()))
    file = SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")
    answer = client.post("/api/v1/uploads/", {"type": "IMAGE", "file": file}, format="multipart")
    assert (answer.status_code, code_of(answer)) == (507, "insufficient_storage")
    assert_nothing_is_left(organization)


# FA-C3 FA-C13
@pytest.mark.parametrize("error", [StoreUnavailable(), OSError("the disk is gone"), RuntimeError("unforeseen")])
@pytest.mark.parametrize("in_parts", [True, False])
def test_a_session_is_aborted_while_its_store_is_away(client, organization, monkeypatch, error, in_parts):
    if in_parts:
        monkeypatch.setattr(opening, "part_size_of", lambda size: PART)
        data = movie(PART + 100)
        session = opened(client, data, type="VIDEO", content_type="video/mp4", filename="a.mp4")
        send_parts(client, session, data, 1)
    else:
        session = sent(client, jpeg())
    with monkeypatch.context() as broken:
        broken.setattr(DiskStore, "remove", failing(error))
        broken.setattr(DiskStore, "abort_multipart", failing(error))
        assert client.delete(f"/api/v1/upload-sessions/{session['id']}/").status_code == 204
    run_pending_jobs("remove_session")
    assert_nothing_is_left(organization)


# FA-C3
def test_a_form_says_that_the_store_is_away_even_where_nothing_can_be_removed(client, organization, monkeypatch):
    file = SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")
    with monkeypatch.context() as broken:
        broken.setattr(DiskStore, "put", failing(StoreUnavailable()))
        broken.setattr(DiskStore, "remove", failing(StoreUnavailable()))
        answer = client.post("/api/v1/uploads/", {"type": "IMAGE", "file": file}, format="multipart")
    assert (answer.status_code, code_of(answer)) == (503, "unavailable")
    assert answer["Retry-After"]
    assert_nothing_is_left(organization)


def is_down(chunks):
    raise ConnectionError("no scanner here")


def finds_everything(chunks):
    return f"Test-Signature in {sum(map(len, chunks))} bytes"


# US-37 ST-10
def test_a_file_waits_while_the_scanner_is_down_and_goes_when_it_finds_something(client, organization, settings):
    session = sent(client, jpeg())
    settings.UPLOAD_SCANNER = f"{__name__}.is_down"
    assert complete(client, session).status_code == 503
    assert UploadSession.objects.get().is_open
    settings.UPLOAD_SCANNER = f"{__name__}.finds_everything"
    assert code_of(complete(client, session)) == "content_mismatch"
    assert_nothing_is_left(organization)


# PM-13: whoever makes an upload stands in this list, and says there how its bytes were checked
MAKERS = {"uploads/services/completing.py", "uploads/importing/recording.py"}  # imports ask the same inspection


def makes_uploads(source: Path) -> bool:
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in ("Upload", "models.Upload") or called.endswith(
                ("Upload.everything.create", "Upload.objects.create", "Upload.everything.bulk_create")
            ):
                return True
    return False


# PM-13
def test_every_way_in_makes_its_upload_in_one_place():
    layers = ("permissions", "uploads", "resources", "media_library", "config")
    sources = [path for layer in layers for path in (Path(project.BASE_DIR) / layer).rglob("*.py")]
    ours = [path for path in sources if not {"tests", "migrations"} & set(path.parts)]
    assert {str(path.relative_to(project.BASE_DIR)) for path in ours if makes_uploads(path)} == MAKERS
