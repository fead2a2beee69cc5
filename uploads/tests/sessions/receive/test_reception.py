"""PUTs to the disk store's signed addresses, as a client sends them."""

from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from django.core.signing import Signer
from django.test import Client

from common.resilience import deadlines
from uploads.sessions.receive.reception import Reception
from uploads.storage import store

KEY = "o/uploads/1/original.png"
SOON = timedelta(minutes=15)


def signed(size=5, *, key=KEY, expires_in=SOON, checksum_sha256="", content_type="image/png"):
    return store("media").sign_upload(
        key, size=size, content_type=content_type, checksum_sha256=checksum_sha256, expires_in=expires_in
    )


def send(ticket, body=b"hello", *, url=None, content_type="image/png", method="put", client=None, **extra):
    client = client or Client(enforce_csrf_checks=True)
    extra.setdefault("CONTENT_TYPE", content_type)  # the test client leaves it out of an empty request
    return getattr(client, method)(url or ticket.url, body, content_type=content_type, **extra)


def leftovers():
    return list((store("media").tree.root / ".tmp").glob("*"))


def code_of(answer):
    assert answer["Content-Type"] == "application/json"
    return answer.json()["errors"][0]["code"]


def test_a_signed_put_stores_the_bytes_without_any_login():
    ticket = signed()
    answer = send(ticket)
    assert answer.status_code == 200
    stored = store("media").stat(KEY)
    assert answer["ETag"] == stored.etag
    assert (stored.size, stored.content_type) == (5, "image/png")
    assert stored.checksum_sha256 == b64encode(sha256(b"hello").digest()).decode()
    assert leftovers() == []


# US-13
@pytest.mark.parametrize("body", [b"hell", b"hello!", b"", b"x" * 100_000])
def test_a_body_of_another_length_is_refused_and_leaves_nothing(body):
    answer = send(signed(), body)
    assert answer.status_code == 400
    assert code_of(answer) == "size_mismatch"
    assert store("media").stat(KEY) is None
    assert leftovers() == []


# US-08
def test_any_changed_character_of_the_address_is_refused():
    ticket = signed()
    start = len("/storage/")
    for position in range(start, len(ticket.url)):
        changed = "A" if ticket.url[position] != "A" else "B"
        answer = send(ticket, url=ticket.url[:position] + changed + ticket.url[position + 1 :])
        assert answer.status_code == 403, position
    assert store("media").stat(KEY) is None


# US-08
@pytest.mark.parametrize("tail", ["?x=1", "/", "x", "%00", "?"])
def test_an_address_with_something_appended_is_refused_or_the_same(tail):
    ticket = signed()
    answer = send(ticket, url=ticket.url + tail)
    assert answer.status_code == (200 if tail == "?" else 403)


# US-08
def test_an_expired_address_is_refused():
    answer = send(signed(expires_in=timedelta(seconds=-1)))
    assert answer.status_code == 403
    assert store("media").stat(KEY) is None


# US-08
@pytest.mark.parametrize("method", ["get", "post", "patch", "delete", "head"])
def test_another_method_is_refused(method):
    ticket = signed()
    answer = getattr(Client(), method)(ticket.url)
    assert answer.status_code == 403
    assert store("media").stat(KEY) is None


# US-08
def test_another_content_type_is_refused():
    assert send(signed(), content_type="text/html").status_code == 403


# US-08
def test_a_token_signed_for_another_purpose_is_refused():
    permit = Signer(salt="uploads.storage.receive").unsign_object(signed().url.rpartition("/")[2])
    other = Signer(salt="download").sign_object(permit)
    assert Client().put(f"/storage/media/{other}", b"hello", content_type="image/png").status_code == 403


# US-08
def test_other_bytes_than_announced_are_refused():
    announced = b64encode(sha256(b"hello").digest()).decode()
    answer = send(signed(checksum_sha256=announced), b"jello")
    assert answer.status_code == 400
    assert code_of(answer) == "checksum_mismatch"
    assert store("media").stat(KEY) is None


def test_an_address_signed_with_a_former_secret_key_is_honoured_while_that_is_a_fallback(settings):
    ticket = signed()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert send(ticket).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert send(ticket).status_code == 403


def test_nothing_is_overwritten():
    ticket = signed()
    assert send(ticket).status_code == 200
    answer = send(ticket, b"other")
    assert answer.status_code == 412
    assert b"".join(store("media").read(KEY)) == b"hello"


def test_a_store_that_does_not_exist_or_takes_no_bytes_is_refused():
    ticket = signed()
    for alias in ("default", "staticfiles", "nonsense"):
        assert send(ticket, url=ticket.url.replace("/media/", f"/{alias}/")).status_code == 403


def test_parts_are_received_and_replaced():
    media = store("media")
    multipart_id = media.start_multipart(KEY, content_type="image/png")
    ticket = media.sign_part(KEY, multipart_id, 1, size=5, expires_in=SOON)
    assert send(ticket, b"first").status_code == 200
    answer = send(ticket, b"again", content_type="application/octet-stream")
    assert answer.status_code == 200
    assert [part.etag for part in media.list_parts(KEY, multipart_id)] == [answer["ETag"]]


# US-34
def test_a_part_of_an_upload_that_is_over_is_refused():
    media = store("media")
    multipart_id = media.start_multipart(KEY, content_type="image/png")
    ticket = media.sign_part(KEY, multipart_id, 1, size=5, expires_in=SOON)
    media.abort_multipart(KEY, multipart_id)
    assert send(ticket, b"first").status_code == 404


def test_a_client_that_goes_away_leaves_nothing():
    answer = send(signed(), b"hello", **{"wsgi.input": BytesIO(b"hel")})
    assert answer.status_code == 400
    assert store("media").stat(KEY) is None
    assert leftovers() == []


def test_a_preflight_of_an_allowed_origin_is_answered(settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://front.example"]
    answer = Client().options(
        signed().url,
        HTTP_ORIGIN="https://front.example",
        HTTP_ACCESS_CONTROL_REQUEST_METHOD="PUT",
        HTTP_ACCESS_CONTROL_REQUEST_HEADERS="content-type",
    )
    assert answer.status_code in (200, 204)
    assert answer["Access-Control-Allow-Origin"] == "https://front.example"
    assert "PUT" in answer["Access-Control-Allow-Methods"]


def test_the_etag_is_readable_for_scripts_of_an_allowed_origin(settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://front.example"]
    answer = send(signed(), HTTP_ORIGIN="https://front.example")
    assert "ETag" in answer["Access-Control-Expose-Headers"]


# CF-07 of addresses: behind a proxy the address names the public host
def test_addresses_start_with_the_public_url(settings):
    settings.PUBLIC_URL = "https://files.example"
    assert signed().url.startswith("https://files.example/storage/media/")


# FA-C2
def test_the_session_of_a_put_to_disk_is_looked_up_within_a_deadline(monkeypatch):
    seen = []
    monkeypatch.setattr(Reception, "_begin", lambda self: seen.append(deadlines.remaining()))
    Reception(method="PUT", address="media/x", query="", content_type="", length="1").begin()
    assert seen[0] > 0
