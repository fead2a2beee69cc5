"""Completing takes no longer for a large file: what its store does not tell is read in the background."""

from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest

from tests.factories import client_for, make_member, make_organization
from tests.jobs import run_pending_jobs
from tests.upload_calls import code_of, complete, jpeg, sent
from uploads.audit.verify import Verified, verify_files
from uploads.choices import Lane
from uploads.jobs import submit
from uploads.jobs.claim import claim_next
from uploads.models import Activity, Job, Upload, UploadSession, UploadVersion
from uploads.storage import checksum as checksums
from uploads.storage.contract import MissingObject
from uploads.storage.disk import DiskStore
from uploads.tests.jobs.calls import running

pytestmark = pytest.mark.django_db(transaction=True)

GONE = 404


@pytest.fixture
def organization():
    return make_organization("a")


@pytest.fixture
def client(organization):
    return client_for(make_member(organization, "Creator"))


@pytest.fixture
def reads(monkeypatch):
    """Every file counts as large, and the store tells no checksum; returns the lengths of all ranges that are read."""
    lengths = []
    stat, read = DiskStore.stat, DiskStore.read

    def untold(self, key):
        there = stat(self, key)
        return there and replace(there, checksum_sha256=None)

    def noted(self, key, start=0, end=None):
        for chunk in read(self, key, start, end):
            lengths.append(len(chunk))
            yield chunk

    monkeypatch.setattr(checksums, "may_read", lambda size: False)
    monkeypatch.setattr("uploads.sessions.scan.may_read", lambda size: False)
    monkeypatch.setattr(DiskStore, "stat", untold)
    monkeypatch.setattr(DiskStore, "read", noted)
    return lengths


def digest_of(data):
    return b64encode(sha256(data).digest()).decode()


def large(name=b"a"):
    """A picture followed by a megabyte that no inspection of its header needs."""
    return jpeg() + name * 1024**2


def misled(client, data, announced):
    """A session whose store took `data` although `announced` was promised, as stores do that know no checksums."""
    session = sent(client, data)
    UploadSession.objects.filter(pk=session["id"]).update(checksum_sha256=digest_of(announced))
    return session


# FA-C7
def test_a_large_file_is_completed_without_reading_it_and_hashed_in_the_background(client, reads):
    data = large()
    session = sent(client, data)
    answer = complete(client, session)
    assert (answer.status_code, answer.json()["checksum_sha256"]) == (201, None)
    assert sum(reads) < len(data) / 2
    run_pending_jobs("read_checksum")
    assert client.get(f"/api/v1/uploads/{session['id']}/").json()["checksum_sha256"] == digest_of(data)
    assert Job.objects.get(kind="read_checksum").state == "done"


# FA-C7
def test_a_file_is_served_with_a_strong_etag_before_it_was_read(client, reads):
    answer = complete(client, sent(client, large()), visibility="PUBLIC")
    first = client.get(answer.json()["download_url"].removeprefix("http://testserver"))
    first.close()
    assert (first.status_code, first["ETag"][0], len(first["ETag"]) > 40) == (200, '"', True)


# FA-C7
@pytest.mark.parametrize("share", [0.0, 1.0])
def test_what_was_not_read_yet_is_not_broken(client, reads, share):
    assert complete(client, sent(client, large())).status_code == 201
    [done] = verify_files(share=share)
    assert isinstance(done, Verified)


# FA-C7
def test_bytes_that_were_announced_otherwise_go_into_the_trash(client, reads):
    session = misled(client, large(), announced=b"others")
    assert complete(client, session).status_code == 201
    run_pending_jobs("read_checksum")
    assert client.get(f"/api/v1/uploads/{session['id']}/").status_code == GONE
    upload = Upload.everything.get()
    assert (upload.is_deleted, upload.checksum_sha256) == (True, digest_of(large()))
    assert list(Activity.objects.order_by("id").values_list("action", "actor_id"))[1:] == [
        ("edit", None),
        ("delete", None),
    ]


# FA-C7
def test_a_replacement_that_was_announced_otherwise_gives_way_to_the_earlier_bytes(client, reads):
    first = complete(client, sent(client, large())).json()
    run_pending_jobs("read_checksum")
    session = misled(client, large(b"b"), announced=b"others")
    answer = client.post(f"/api/v1/uploads/{first['id']}/replace/", {"upload_session": session["id"]})
    assert answer.status_code == 200, answer.content
    run_pending_jobs("read_checksum")
    shown = client.get(f"/api/v1/uploads/{first['id']}/").json()
    assert shown["checksum_sha256"] == digest_of(large())
    assert UploadVersion.objects.get(number=2).checksum_sha256 == digest_of(large(b"b"))


# FA-C7
@pytest.mark.parametrize("is_first_right", [True, False])
def test_of_several_wrong_replacements_none_comes_back(client, reads, is_first_right):
    data = large()
    first = complete(client, misled(client, data, announced=data if is_first_right else b"others")).json()
    for name in (b"b", b"c"):
        session = misled(client, large(name), announced=b"others")
        client.post(f"/api/v1/uploads/{first['id']}/replace/", {"upload_session": session["id"]})
    run_pending_jobs("read_checksum")
    upload = Upload.everything.get()
    assert upload.is_deleted is not is_first_right
    assert not is_first_right or upload.checksum_sha256 == digest_of(data)


# FA-C7
def test_a_version_that_was_replaced_before_it_was_read_is_read_too(client, reads):
    first = complete(client, sent(client, large())).json()
    session = sent(client, large(b"b"))
    client.post(f"/api/v1/uploads/{first['id']}/replace/", {"upload_session": session["id"]})
    run_pending_jobs("read_checksum")
    assert Upload.objects.get().checksum_sha256 == digest_of(large(b"b"))
    assert UploadVersion.objects.get().checksum_sha256 == digest_of(large())


# FA-C7
def test_a_reading_that_died_is_taken_up_again(client, reads, monkeypatch):
    complete(client, sent(client, large()))
    readable = DiskStore.read
    monkeypatch.setattr(DiskStore, "read", lambda *_: missing())
    run_pending_jobs("read_checksum", may_fail=True)
    run_sweep()
    assert [job.state for job in run_pending_jobs("read_checksum", may_fail=True)] == ["dead"]
    monkeypatch.setattr(DiskStore, "read", readable)
    run_sweep()
    run_pending_jobs("read_checksum")
    assert Upload.objects.get().checksum_sha256 == digest_of(large())
    assert Job.objects.get(kind="read_checksum").max_attempts < 30


def missing():
    raise MissingObject


def run_sweep():
    submit("sweep_checksums")
    run_pending_jobs("sweep_checksums")


def finds_nothing(chunks):
    sum(map(len, chunks))


def finds_everything(chunks):
    return f"Test-Signature in {sum(map(len, chunks))} bytes"


# FA-C7
@pytest.mark.parametrize(("scanner", "status"), [("finds_nothing", 201), ("finds_everything", 400)])
def test_a_large_file_is_scanned_in_the_background_before_its_session_completes(
    client, settings, reads, scanner, status
):
    settings.UPLOAD_SCANNER = f"{__name__}.{scanner}"
    session = sent(client, large())
    for _ in range(2):
        answer = complete(client, session)
        assert (answer.status_code, code_of(answer), answer["Retry-After"]) == (503, "being_scanned", "5")
    assert Upload.everything.count() == 0
    assert Job.objects.filter(kind="scan_session").count() == 1
    run_pending_jobs("scan_session")
    assert complete(client, session).status_code == status


# FA-C8
def test_one_large_file_is_scanned_at_a_time_so_that_other_jobs_have_a_worker():
    running("scan_session", subject="a")
    assert submit("scan_session", subject="b").state == "queued"
    assert claim_next([Lane.DEFAULT]) is None


# FA-C7
@pytest.mark.s3
def test_a_checksum_that_an_s3_store_does_not_keep_is_read_in_the_background(client, s3_stores, monkeypatch):
    monkeypatch.setattr(checksums, "may_read", lambda size: False)
    data = large()
    answer = complete(client, sent(client, data))
    assert (answer.status_code, answer.json()["checksum_sha256"]) == (201, None)
    run_pending_jobs("read_checksum")
    assert Upload.objects.get().checksum_sha256 == digest_of(data)
