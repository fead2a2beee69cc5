"""Many objects written together on disk: what is synced when, and what is kept open meanwhile."""

import errno
import os
from pathlib import Path

import pytest

from uploads.storage.contract import StoreFull, StoreUnavailable
from uploads.storage.disk import DiskStore
from uploads.tests.storage.contract import put


@pytest.fixture
def store(tmp_path):
    return DiskStore(location=tmp_path / "media", alias="media")


def open_files():
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def syncs(monkeypatch):
    """Every file and directory that is synced from now on, in order, by its inode."""
    synced, real = [], os.fsync

    def fsync(descriptor):
        synced.append(os.fstat(descriptor).st_ino)
        return real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return synced


# ST-08
def test_a_batch_is_synced_when_it_ends_files_before_their_directories(store, monkeypatch):
    put(store, "org/uploads/1/original")
    keys = [f"org/uploads/{number}/original" for number in range(2, 5)]
    synced = syncs(monkeypatch)
    with store.batch() as batch:
        for key in keys:
            put(batch, key)
        assert synced == []
    files = [store.tree.root / key for key in keys]
    assert synced[:3] == [path.stat().st_ino for path in files]
    folders = {path.parent for path in files} | {store.tree.root / "org/uploads"}
    assert sorted(synced[3:]) == sorted(folder.stat().st_ino for folder in folders)


# ST-08
def test_a_batch_syncs_at_once_that_it_made_a_directory_for_others_to_write_in(store, monkeypatch):
    put(store, "elsewhere")
    synced = syncs(monkeypatch)
    with store.batch() as batch:
        put(batch, "org/uploads/1/original")
        parents = [store.tree.root, store.tree.root / "org"]
        assert synced == [parent.stat().st_ino for parent in parents]


def test_a_large_batch_keeps_few_files_open(store):
    before = open_files()
    with store.batch() as batch:
        for number in range(200):
            put(batch, f"org/uploads/{number}/original")
            assert open_files() < before + 150
    assert open_files() == before
    assert sum(1 for _ in store.walk()) == 200


@pytest.mark.parametrize(("number", "expected"), [(errno.ENOSPC, StoreFull), (errno.EIO, StoreUnavailable)])
def test_a_batch_that_the_disk_refuses_at_its_end_says_so(store, monkeypatch, number, expected):
    def refuse(descriptor):
        raise OSError(number, "no")

    put(store, "org/uploads/1/original")
    before = open_files()
    with monkeypatch.context() as patched, pytest.raises(expected), store.batch() as batch:
        put(batch, "org/uploads/2/original")
        patched.setattr(os, "fsync", refuse)
    assert open_files() == before


def test_a_batch_continues_when_the_last_file_of_its_directory_is_removed(store):
    with store.batch() as batch:
        put(batch, "org/uploads/1/original")
        assert store.remove(["org/uploads/1/original"]) == []
        assert not (store.tree.root / "org").exists()
        put(batch, "org/uploads/2/original")
    assert [found.key for found in store.walk()] == ["org/uploads/2/original"]
