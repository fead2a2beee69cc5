"""The disk store keeps to its own directory, whatever the names and whatever changes in it."""

import os
import threading
from uuid import UUID

import pytest
from django.core.exceptions import SuspiciousFileOperation

from uploads.storage.contract import MissingObject, StoreUnavailable
from uploads.storage.disk import DiskStore
from uploads.tests.storage.contract import put

KEY = "org/uploads/1/original.png"


@pytest.fixture
def store(tmp_path):
    return DiskStore(location=tmp_path / "media", alias="media")


# OC-13
def test_symlinks_are_never_followed(store, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    put(store, "org/real")
    (store.tree.root / "org" / "link").symlink_to(outside / "secret")
    (store.tree.root / "linked").symlink_to(outside)
    for key in ("org/link", "linked/secret"):
        assert store.stat(key) is None
        with pytest.raises(MissingObject):
            next(store.read(key))
        with pytest.raises(MissingObject):
            store.local_path(key)
    assert [each.key for each in store.walk()] == ["org/real"]
    assert [each.key for each in store.walk("linked/")] == []
    with pytest.raises(StoreUnavailable):
        put(store, "linked/new")
    assert store.remove(["linked/secret"]) == []
    assert [path.name for path in outside.iterdir()] == ["secret"]


# US-19
@pytest.mark.parametrize(
    "key",
    [
        "../x",
        "a/../../x",
        "/etc/passwd",
        "a//b",
        "a/./b",
        "",
        ".",
        "..",
        "a/",
        ".tmp/x",
        ".parts/x",
        "a\0b",
        "a/\udcff",
    ],
)
def test_what_is_no_key_is_refused(store, key):
    for ask in (store.stat, store.local_path, lambda key: put(store, key), lambda key: store.remove([key])):
        with pytest.raises(SuspiciousFileOperation):
            ask(key)


def test_removing_the_last_file_removes_its_directories_and_its_facts(store):
    put(store, KEY)
    store.remove([KEY])
    assert list(store.tree.root.glob("[!.]*")) == []
    assert [path for path in (store.tree.root / ".facts").rglob("*") if path.is_file()] == []


def test_writing_into_a_directory_that_is_being_removed_succeeds(store):
    failures = []

    def write_and_remove(number):
        for turn in range(40):
            try:
                put(store, f"org/shared/{number}-{turn}")
            except (OSError, StoreUnavailable) as error:
                failures.append(error)
            store.remove([f"org/shared/{number}-{turn}"])

    threads = [threading.Thread(target=write_and_remove, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


# OC-13
def test_a_file_that_vanishes_while_walking_is_passed_over(store):
    for name in ("a", "b", "c"):
        put(store, f"org/{name}")
    walking = store.walk()
    assert next(walking).key == "org/a"
    store.remove(["org/b"])
    assert [each.key for each in walking] == ["org/c"]


def test_names_that_are_not_utf8_are_passed_over(store):
    put(store, "org/a")
    (store.tree.root / "org" / os.fsdecode(b"\xff")).touch()
    assert [each.key for each in store.walk()] == ["org/a"]


# OC-13
@pytest.mark.parametrize("path", ["..", "../outside", "org/..", "org/../..", "org/../../outside", "./.."])
def test_no_listing_leads_out_of_the_store(store, tmp_path, path):
    put(store, "org/a")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").touch()
    assert [each.key for each in store.walk(f"{path}/")] == []
    with pytest.raises(SuspiciousFileOperation):
        store.listdir(path)


# ST-07
@pytest.mark.parametrize("there", ["file", "symlink"])
def test_a_draft_is_a_file_of_its_own_or_is_refused(store, tmp_path, monkeypatch, there):
    """A guessed name of a draft lets nobody write elsewhere, nor through a link that was put there."""
    name = UUID(int=7)
    monkeypatch.setattr("uploads.storage.disk.tree.uuid4", lambda: name)
    put(store, "org/first")
    victim = tmp_path / "victim"
    victim.write_bytes(b"theirs")
    planted = store.tree.root / ".tmp" / name.hex
    planted.symlink_to(victim) if there == "symlink" else planted.write_bytes(b"theirs")
    with pytest.raises(StoreUnavailable):
        put(store, "org/second")
    assert store.stat("org/second") is None
    assert planted.read_bytes() == victim.read_bytes() == b"theirs"
