"""The contract over a folder, with PUTs through the view that receives them."""

import pytest
from django.test import Client

from uploads.storage import store as store_of
from uploads.storage.contract import MissingObject
from uploads.tests.storage.contract import Contract, put


@pytest.fixture
def store(stores):
    return store_of("media")


@pytest.fixture
def send():
    return put_with_client


def put_with_client(ticket, body, *, url=None, headers=None):
    sent = {**ticket.headers, **(headers or {})}
    content_type = sent.pop("Content-Type", "application/octet-stream")
    answer = Client().generic(
        ticket.method, url or ticket.url, body, content_type=content_type, CONTENT_TYPE=content_type, headers=sent
    )
    return answer.status_code, answer.headers


class TestDiskStore(Contract):
    smallest_part = 1000
    clock_step = 0.0
    starts_between = ("a", "a/", "a/1x", "a/b", "a/b/", "a/b/cx")


def test_a_directory_takes_its_place_in_the_order_with_its_slash(store):
    keys = ["a-b", "a.x", "a/b", "a/b-c", "a/b.d/e", "a/c/d", "a0", "ab"]
    for key in keys:
        put(store, key)
    assert [each.key for each in store.walk()] == keys
    for after in keys:
        assert [each.key for each in store.walk(after=after)] == keys[keys.index(after) + 1 :]


def test_a_directory_larger_than_the_window_is_walked_in_order(store, monkeypatch):
    from uploads.storage.disk import walk

    monkeypatch.setattr(walk, "_NAMES", 3)
    keys = [f"many/{number:02}" for number in range(10)]
    for key in reversed(keys):
        put(store, key)
    assert [each.key for each in store.walk()] == keys


@pytest.mark.parametrize("multipart_id", ["../../etc", ".", "", "0" * 31 + "/", "é" * 32])
def test_an_upload_id_is_never_a_path(store, multipart_id):
    with pytest.raises(MissingObject):
        store.list_parts("org/key", multipart_id)
    assert store.abort_multipart("org/key", multipart_id) is None
