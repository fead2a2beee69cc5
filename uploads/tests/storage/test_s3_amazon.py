"""Amazon's own addresses, which no other server has: buckets are host names there, and regions count."""

from datetime import timedelta
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from moto import mock_aws

from uploads.storage.contract import StoreUnavailable
from uploads.storage.s3 import S3Store, clients

REGION = "eu-central-1"
HOUR = timedelta(hours=1)


@pytest.fixture
def amazon(settings, monkeypatch):
    """A store in a bucket in Frankfurt, with settings that name no endpoint."""
    settings.S3_ENDPOINT_URL = settings.S3_PUBLIC_ENDPOINT_URL = ""
    settings.S3_REGION = REGION
    settings.S3_ACCESS_KEY_ID, settings.S3_SECRET_ACCESS_KEY = "AKIDEXAMPLE", "secret"
    monkeypatch.setattr(clients, "_clients", {})  # one made before is not listened to
    with mock_aws():
        bucket = {"LocationConstraint": REGION}
        boto3.client("s3", region_name=REGION).create_bucket(Bucket="media-eu", CreateBucketConfiguration=bucket)
        yield S3Store(bucket_name="media-eu")


def test_objects_are_kept_listed_read_and_removed(amazon):
    for key in ("a/1.txt", "a/2.txt", "b/3.txt"):
        amazon.put(key, BytesIO(key.encode()), content_type="text/plain")
    assert [found.key for found in amazon.walk("a/")] == ["a/1.txt", "a/2.txt"]
    assert b"".join(amazon.read("a/2.txt", 2, 5)) == b"2.t"
    assert amazon.stat("b/3.txt").content_type == "text/plain"
    assert amazon.remove(["a/1.txt", "missing"]) == []
    assert amazon.stat("a/1.txt") is None


def test_addresses_for_clients_name_the_bucket_as_a_host_and_the_region(amazon):
    ticket = amazon.sign_upload("a/1.txt", size=3, content_type="text/plain", expires_in=HOUR)
    assert ticket.url.startswith(f"https://media-eu.s3.{REGION}.amazonaws.com/a/1.txt?")
    asked = parse_qs(urlsplit(ticket.url).query)
    assert asked["X-Amz-Credential"][0].split("/")[2:4] == [REGION, "s3"]
    assert "content-length" in asked["X-Amz-SignedHeaders"][0].split(";")


def test_a_bucket_that_is_not_there_is_an_unavailable_store(amazon):
    with pytest.raises(StoreUnavailable):
        S3Store(bucket_name="media-us").put("a/1.txt", BytesIO(b"1"), content_type="text/plain")
