"""The contract over a real S3 server, which checks signatures, expiry, pinned headers, checksums and conditions."""

import time
from datetime import timedelta
from io import BytesIO
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from uploads.storage import store as store_of
from uploads.storage.contract import Disposition, StoreUnavailable
from uploads.tests.storage.contract import KEY, SOON, Contract, put

pytestmark = pytest.mark.s3


@pytest.fixture
def store(s3_stores):
    return store_of("media")


@pytest.fixture
def send():
    return put_with_urllib


def put_with_urllib(ticket, body, *, url=None, headers=None):
    request = Request(url or ticket.url, data=body, method=ticket.method, headers={**ticket.headers, **(headers or {})})
    try:
        with urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers
    except HTTPError as refused:
        with refused:
            return refused.code, refused.headers


class TestS3Store(Contract):
    pass


def test_a_signed_download_presents_the_file_as_asked_and_to_anyone(store):
    put(store, KEY, b"picture", "image/png")
    asked = Disposition('a "b"; ü.png', "application/octet-stream", inline=False, extra={"Cache-Control": "private"})
    with urlopen(store.sign_download(KEY, disposition=asked, expires_in=SOON)) as answer:
        assert answer.read() == b"picture"
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment; filename")
        assert answer.headers["Cache-Control"] == "private"


@pytest.mark.parametrize("key", ["a/ünïcødé +%41.png", "a/quote'~!*().png"])
def test_signed_downloads_reach_odd_keys(store, key):
    put(store, key, b"odd")
    with urlopen(store.sign_download(key, disposition=Disposition("x", "image/png", True), expires_in=SOON)) as answer:
        assert answer.read() == b"odd"


def test_an_altered_download_address_is_refused(store):
    put(store, KEY, b"picture")
    url = store.sign_download(KEY, disposition=Disposition("x", "image/png", True), expires_in=SOON)
    for changed in (url.replace("image%2Fpng", "text%2Fhtml"), url.replace("original", "another"), url[:-1] + "_"):
        with pytest.raises(HTTPError) as refused:
            urlopen(changed)
        refused.value.close()
        assert refused.value.code == 403


def test_an_object_is_not_readable_without_a_signature(store, s3_stores):
    put(store, KEY, b"secret")
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{s3_stores.endpoint}/{store.bucket_name}/{KEY}")
    refused.value.close()
    assert refused.value.code == 403


def test_long_listings_are_paged(store, monkeypatch):
    for number in range(7):
        put(store, f"many/{number}")
    ask = store.client.list_objects_v2
    monkeypatch.setattr(store.client, "list_objects_v2", lambda **wanted: ask(**wanted, MaxKeys=2))
    assert [each.key for each in store.walk("many/", after="many/0")] == [f"many/{number}" for number in range(1, 7)]


def test_a_store_that_lists_out_of_order_is_refused_loudly(store, monkeypatch):
    for key in ("a", "b", "c"):
        put(store, key)
    ask = store.client.list_objects_v2

    def backwards(**wanted):
        page = ask(**wanted)
        return {**page, "Contents": page["Contents"][::-1]}

    with monkeypatch.context() as patched:
        patched.setattr(store.client, "list_objects_v2", backwards)
        with pytest.raises(StoreUnavailable):
            list(store.walk())


def test_all_parts_are_listed_however_many(store, monkeypatch):
    upload = store.start_multipart(KEY, content_type="video/mp4")
    for number in range(1, 6):
        put_with_urllib(store.sign_part(KEY, upload, number, size=1, expires_in=SOON), b"x")
    ask = store.client.list_parts
    monkeypatch.setattr(store.client, "list_parts", lambda **wanted: ask(**wanted, MaxParts=2))
    assert [part.part_number for part in store.list_parts(KEY, upload)] == [1, 2, 3, 4, 5]
    store.abort_multipart(KEY, upload)


# ST-01
def test_a_lost_answer_to_complete_is_looked_up(store, monkeypatch):
    upload = store.start_multipart(KEY, content_type="video/mp4")
    put_with_urllib(store.sign_part(KEY, upload, 1, size=5, expires_in=SOON), b"hello")
    parts = store.list_parts(KEY, upload)
    real = store._join

    def answer_lost(*arguments):
        real(*arguments)
        raise StoreUnavailable

    monkeypatch.setattr(store, "_join", answer_lost)
    store.complete_multipart(KEY, upload, parts)
    assert b"".join(store.read(KEY)) == b"hello"


def test_a_put_larger_than_a_part_arrives_whole(store, monkeypatch):
    from boto3.s3.transfer import TransferConfig

    from uploads.storage.s3 import store as module

    small = TransferConfig(multipart_threshold=5 * 1024**2, multipart_chunksize=5 * 1024**2, use_threads=False)
    monkeypatch.setattr(module, "_TRANSFER", small)
    stored = store.put(KEY, BytesIO(b"x" * (5 * 1024**2 + 1)), content_type="video/mp4")
    assert stored.size == 5 * 1024**2 + 1
    assert stored.checksum_sha256 is None


def test_an_expired_download_is_refused(store):
    put(store, KEY, b"picture")
    url = store.sign_download(KEY, disposition=Disposition("x", "image/png", True), expires_in=timedelta(seconds=2))
    time.sleep(3)
    with pytest.raises(HTTPError) as refused:
        urlopen(url)
    refused.value.close()
    assert refused.value.code == 403
