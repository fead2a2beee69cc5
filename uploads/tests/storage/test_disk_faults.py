"""The disk store when the disk, this process or another one misbehaves."""

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from datetime import timedelta
from io import BytesIO

import pytest

from uploads.storage.contract import ObjectExists, StoreFull, StoreUnavailable
from uploads.storage.disk import DiskStore, multipart
from uploads.storage.disk.incoming import Incoming
from uploads.storage.disk.tokens import PutToken
from uploads.tests.storage.contract import put

KEY = "org/uploads/1/original.png"
DURING_A_WRITE = ["write", "fsync", "link", "fchmod", "mkdir", "open"]


def receive(store, put_token, chunks):
    with Incoming(store, put_token) as incoming:
        for chunk in chunks:
            incoming.write(chunk)
        incoming.settle()
        return incoming.keep()


@pytest.fixture
def store(tmp_path):
    return DiskStore(location=tmp_path / "media", alias="media")


def put_token(size=5, **more):
    return PutToken("media", KEY, size, 2**33, **more)


def failing(monkeypatch, name, number, nth):
    """Let the `nth` call of os.<name> from now on fail with `number`."""
    if name == "write":
        return _failing_write(monkeypatch, number, nth)
    real, calls = getattr(os, name), []

    def fail(*arguments, **named):
        calls.append(name)
        if len(calls) == nth:
            raise OSError(number, os.strerror(number))
        return real(*arguments, **named)

    monkeypatch.setattr(os, name, fail)
    return calls


def _failing_write(monkeypatch, number, nth):
    from uploads.storage.disk.tree import Draft

    real, calls = Draft.write, []

    def fail(draft, chunk):
        calls.append("write")
        if len(calls) == nth:
            real(draft, chunk[:1])
            raise OSError(number, os.strerror(number))
        return real(draft, chunk)

    monkeypatch.setattr(Draft, "write", fail)
    return calls


# US-31, ST-07
@pytest.mark.parametrize("nth", range(1, 7))
@pytest.mark.parametrize("name", DURING_A_WRITE)
@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, StoreFull),
        (errno.EDQUOT, StoreFull),
        (errno.EIO, StoreUnavailable),
        (errno.EROFS, StoreUnavailable),
        (errno.EMFILE, StoreUnavailable),
        (errno.ESTALE, StoreUnavailable),
    ],
)
def test_a_failing_disk_leaves_a_whole_object_or_none(store, monkeypatch, name, nth, number, expected):
    with monkeypatch.context() as patched:
        calls = failing(patched, name, number, nth)
        try:
            receive(store, put_token(), [b"he", b"llo"])
        except StoreUnavailable as error:
            assert type(error) is expected
    if len(calls) >= nth:  # the fault did happen; the object's facts may come after it
        stored = store.stat(KEY)
        assert stored is None or b"".join(store.read(KEY)) == b"hello"
    assert list((store.tree.root / ".tmp").glob("*")) == []
    assert store.remove([KEY]) == []
    assert receive(store, put_token(), [b"hello"])


# US-31
@pytest.mark.parametrize(("error", "status"), [(StoreFull, 507), (StoreUnavailable, 503)])
def test_a_full_disk_and_a_broken_one_have_their_statuses(error, status):
    assert error.status == status


# ST-08
def test_the_file_and_then_its_directory_are_synced_before_anybody_hears_of_it(store, monkeypatch):
    put(store, "org/uploads/1/other")
    events = []
    real_fsync, real_link = os.fsync, os.link

    def fsync(descriptor):
        events.append("file" if stat.S_ISREG(os.fstat(descriptor).st_mode) else "directory")
        return real_fsync(descriptor)

    def link(*arguments, **named):
        events.append("link")
        return real_link(*arguments, **named)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "link", link)
    receive(store, put_token(), [b"hello"])
    assert events[:3] == ["file", "link", "directory"]


# US-38
def test_modes_are_ours_whatever_the_umask_of_other_threads(store):
    stop = threading.Event()

    def change_umask():
        while not stop.is_set():
            for mask in (0o000, 0o022, 0o077, 0o027):
                os.umask(mask)

    before = os.umask(0o022)
    changing = [threading.Thread(target=change_umask) for _ in range(2)]
    writing = [threading.Thread(target=put, args=(store, f"org/{number}/a/b")) for number in range(18)]
    try:
        for thread in changing + writing:
            thread.start()
        for thread in writing:
            thread.join()
    finally:
        stop.set()
        for thread in changing:
            thread.join()
        os.umask(before)
    for path in store.tree.root.rglob("*"):
        expected = 0o750 if path.is_dir() else 0o640
        assert stat.S_IMODE(path.stat().st_mode) == expected, path
    assert stat.S_IMODE(store.tree.root.stat().st_mode) == 0o750


def test_of_many_receiving_the_same_key_exactly_one_succeeds(store):
    results, start = [], threading.Barrier(8)

    def receive_one(number):
        body = bytes([65 + number]) * 5
        start.wait()
        try:
            receive(store, put_token(), [body])
            results.append(body)
        except ObjectExists:
            results.append(None)

    threads = [threading.Thread(target=receive_one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [body for body in results if body]
    assert len(results) == 8
    assert winners == [b"".join(store.read(KEY))]
    assert store.stat(KEY).checksum_sha256


RECEIVER = """
import sys, time
from uploads.storage.disk import DiskStore
from uploads.storage.disk.incoming import Incoming
from uploads.storage.disk.tokens import PutToken

store = DiskStore(location=sys.argv[1], alias="media")
with Incoming(store, PutToken("media", sys.argv[2], 5, 2**33)) as incoming:
    incoming.write(b"he")
    print("half", flush=True)
    time.sleep(60)
"""


# US-30
def test_a_receiver_killed_in_mid_body_leaves_only_a_temporary_file_that_is_reaped(store):
    process = subprocess.Popen(
        [sys.executable, "-c", RECEIVER, store.tree.root, KEY], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "half\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert store.stat(KEY) is None
    assert list(store.walk()) == []
    [left] = (store.tree.root / ".tmp").iterdir()
    assert store.reap_temporary_files(timedelta(hours=1)) == 0
    long_ago = time.time() - 7200
    os.utime(left, (long_ago, long_ago))
    assert store.reap_temporary_files(timedelta(hours=1)) == 1
    assert list((store.tree.root / ".tmp").iterdir()) == []
    assert receive(store, put_token(), [b"hello"])


def test_reaping_leaves_multipart_uploads_alone(store):
    upload = store.start_multipart(KEY, content_type="video/mp4")
    assert store.reap_temporary_files(timedelta(seconds=-60)) == 0
    assert store.list_parts(KEY, upload) == []


def test_a_checksum_never_describes_other_bytes(store):
    put(store, KEY, b"first")
    path = store.tree.root / KEY
    path.write_bytes(b"other")
    assert store.stat(KEY).checksum_sha256 is None


@pytest.mark.parametrize("torn", [b"", b"{", b"{}", b"[1]", b"\xff"])
def test_a_torn_memory_of_a_checksum_is_no_checksum(store, torn):
    put(store, KEY, b"first")
    [facts] = [path for path in (store.tree.root / ".facts").rglob("*") if path.is_file()]
    facts.write_bytes(torn)
    assert store.stat(KEY).checksum_sha256 is None
    assert b"".join(store.read(KEY)) == b"first"


def test_a_failing_reader_leaves_nothing(store):
    class Broken(BytesIO):
        def read(self, size=-1):
            raise OSError(errno.EIO, "broken")

    with pytest.raises(StoreUnavailable):
        store.put(KEY, Broken(), content_type="image/png")
    assert store.stat(KEY) is None
    assert list((store.tree.root / ".tmp").glob("*")) == []


# FA-A6
@pytest.mark.parametrize("moment", ["list_parts", "append_parts"])
def test_a_twin_call_that_joins_the_parts_meanwhile_is_no_failure(store, monkeypatch, moment):
    upload = store.start_multipart(KEY, content_type="video/mp4")
    for number, body in ((1, b"first"), (2, b"later")):
        receive(store, put_token(multipart_id=upload, part=number), [body])
    parts = store.list_parts(KEY, upload)
    real = getattr(multipart, moment)

    def overtaken(*arguments):
        monkeypatch.setattr(multipart, moment, real)
        store.complete_multipart(KEY, upload, parts)
        return real(*arguments)

    monkeypatch.setattr(multipart, moment, overtaken)
    store.complete_multipart(KEY, upload, parts)
    assert b"".join(store.read(KEY)) == b"firstlater"
    assert list(store.unfinished()) == []
