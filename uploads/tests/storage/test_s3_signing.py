"""Signing for S3, without a server: it must not need one."""

import socket
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import botocore.auth
import pytest

from config.environment.origins import public_bucket_url
from uploads.storage.contract import Disposition
from uploads.storage.s3 import S3Store, clients
from uploads.storage.s3.presign import Credentials, presigned, steady_time

HOUR = timedelta(hours=1)
SHOWN = Disposition('ü "1".png', "image/png", inline=True)


@pytest.fixture
def offline(monkeypatch):
    def refuse(*_):
        raise AssertionError("signing went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def store(settings, offline):
    settings.S3_ENDPOINT_URL = "http://inside.example:9000"
    settings.S3_PUBLIC_ENDPOINT_URL = "https://files.example"
    settings.S3_REGION, settings.S3_ACCESS_KEY_ID, settings.S3_SECRET_ACCESS_KEY = "auto", "key", "secret"
    return S3Store(bucket_name="media")


def query_of(url):
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


# US-08: without these a client could send another length or type, or write over an object
def test_an_upload_pins_length_type_checksum_and_absence(store):
    ticket = store.sign_upload("a/b", size=5, content_type="image/png", checksum_sha256="abc=", expires_in=HOUR)
    signed = query_of(ticket.url)["X-Amz-SignedHeaders"].split(";")
    assert signed == ["content-length", "content-type", "host", "if-none-match", "x-amz-checksum-sha256"]
    assert ticket.headers == {"Content-Type": "image/png", "If-None-Match": "*", "x-amz-checksum-sha256": "abc="}
    assert query_of(ticket.url)["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"


def test_a_part_pins_its_length(store):
    ticket = store.sign_part("a/b", "upload", 3, size=5, expires_in=HOUR)
    query = query_of(ticket.url)
    assert query["X-Amz-SignedHeaders"] == "content-length;host"
    assert (query["partNumber"], query["uploadId"], ticket.headers) == ("3", "upload", {})


def test_addresses_name_the_store_as_clients_reach_it(store):
    assert store.sign_upload("a/b", size=5, content_type="image/png", expires_in=HOUR).url.startswith(
        "https://files.example/media/a/b?"
    )
    assert store.sign_download("a/b", disposition=SHOWN, expires_in=HOUR).startswith("https://files.example/media/a/b?")
    assert store.client.meta.endpoint_url == "http://inside.example:9000"


def test_nothing_is_signed_for_longer_than_stores_accept(store):
    ticket = store.sign_upload("a/b", size=5, content_type="image/png", expires_in=timedelta(days=30))
    assert query_of(ticket.url)["X-Amz-Expires"] == str(7 * 24 * 3600)
    assert ticket.expires_at <= datetime.now(UTC) + timedelta(days=7)
    url = store.sign_download("a/b", disposition=SHOWN, expires_in=timedelta(days=30))
    assert query_of(url)["X-Amz-Expires"] == str(7 * 24 * 3600)


def test_clients_are_made_once_and_shared(store):
    assert store.client is S3Store(bucket_name="other").client


def test_on_amazon_the_bucket_is_the_host(settings, offline):
    settings.S3_ENDPOINT_URL = settings.S3_PUBLIC_ENDPOINT_URL = ""
    settings.S3_REGION, settings.S3_ACCESS_KEY_ID, settings.S3_SECRET_ACCESS_KEY = "eu-west-1", "key", "secret"
    amazon = S3Store(bucket_name="media")
    put = amazon.sign_upload("a/b", size=5, content_type="image/png", expires_in=HOUR)
    get = amazon.sign_download("a/b", disposition=SHOWN, expires_in=HOUR)
    assert urlsplit(get).netloc == urlsplit(put.url).netloc == "media.s3.eu-west-1.amazonaws.com"


# FA-C6: no certificate of Amazon's fits a host name with more dots
@pytest.mark.parametrize("bucket", ["media", "media.example.com", "media_files", "Media", "me.dia", "xn--media"])
@pytest.mark.parametrize(
    "endpoint",
    ["", "https://s3.eu-west-1.amazonaws.com", "https://s3.cn-north-1.amazonaws.com.cn", "https://files.example/s3"],
)
def test_every_address_of_a_bucket_names_it_in_the_same_place(settings, offline, bucket, endpoint):
    settings.S3_ENDPOINT_URL = settings.S3_PUBLIC_ENDPOINT_URL = endpoint
    settings.S3_REGION, settings.S3_ACCESS_KEY_ID, settings.S3_SECRET_ACCESS_KEY = "eu-west-1", "key", "secret"
    store = S3Store(bucket_name=bucket)
    urls = [
        store.sign_upload("a/b", size=5, content_type="image/png", expires_in=HOUR).url,
        store.sign_part("a/b", "id", 1, size=5, expires_in=HOUR).url,
        store.sign_download("a/b", disposition=SHOWN, expires_in=HOUR),
        f"{public_bucket_url(endpoint, 'eu-west-1', bucket)}/a/b",
        store.client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a/b"}),
    ]
    [address] = {url.partition("?")[0] for url in urls}
    in_host = bucket in ("media", "xn--media") and "files.example" not in endpoint
    assert urlsplit(address).netloc.startswith(f"{bucket}.") is in_host
    assert urlsplit(address).path.endswith("/a/b" if in_host else f"/{bucket}/a/b")


@pytest.mark.parametrize("key", ["a/b.png", "ä/ü +%41~'!*().png", "new\nline"])
@pytest.mark.parametrize("token", ["", "session/token+="])
@pytest.mark.parametrize(("method", "call"), [("GET", "get_object"), ("HEAD", "head_object")])
def test_a_presigned_address_is_what_botocore_would_sign(store, monkeypatch, key, token, method, call):
    at = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda remove_tzinfo=True: at)
    client = clients.boto3.session.Session("key", "secret", token or None, "auto").client(
        "s3", endpoint_url="https://files.example", config=clients.config_for("path")
    )
    theirs = client.generate_presigned_url(
        call,
        Params={"Bucket": "media", "Key": key, "ResponseContentType": "image/png", "ResponseCacheControl": "private"},
        ExpiresIn=300,
    )
    ours = presigned(
        method,
        store._address(key),
        {"response-content-type": "image/png", "response-cache-control": "private"},
        credentials=Credentials("key", "secret", token),
        region="auto",
        at=at,
        expires_in=timedelta(seconds=300),
    )
    assert query_of(ours) == query_of(theirs)
    assert urlsplit(ours).path == urlsplit(theirs).path


def test_a_download_keeps_its_address_for_half_its_life_so_that_browsers_can_cache_it():
    five_minutes = timedelta(minutes=5)
    start = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
    times = [steady_time(start + timedelta(seconds=second), five_minutes) for second in range(150)]
    assert set(times) == {start}
    after = start + timedelta(seconds=150)
    assert steady_time(after, five_minutes) == after


def test_credentials_do_not_show_themselves():
    assert "secret" not in repr(Credentials("key", "secret", "token-secret"))
