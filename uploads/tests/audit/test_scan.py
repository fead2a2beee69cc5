"""An audit finds what stores and rows do not agree about, and nothing else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from common.errors import Invalid
from tests.factories import make_rendition, make_version
from uploads.audit import clocks, scan
from uploads.audit.clocks import SHORTEST_GRACE, earliest_now, grace_time
from uploads.audit.compare import RowsOutOfOrder, unique
from uploads.audit.findings import FindingKind, Scope, SharedPlace, Tally
from uploads.audit.scan import audit
from uploads.choices import RenditionKind, SessionState
from uploads.models import StorageDeletion, Upload, UploadSession
from uploads.names import rendition_key
from uploads.storage import key_holders, store
from uploads.storage.contract import StoreUnavailable
from uploads.storage.key_holders import KeyHolder
from uploads.tests.audit.conftest import audited, found, put

pytestmark = pytest.mark.django_db


def make_session(owner, organization, key: str, **fields) -> UploadSession:
    now = timezone.now()
    values = {"type": "IMAGE", "filename": "a.png", "content_type": "image/png", "size": 5, "storage": "media"}
    values |= {"created_at": now, "expires_at": now + timedelta(hours=1)}
    return UploadSession.objects.create(organization=organization, user=owner, key=key, **{**values, **fields})


def test_a_library_in_order_has_no_findings(any_store, library, later):
    library(3)
    library(2, storage="assets", type="LIBRARY", visibility="PUBLIC")

    plan = audited()

    assert found(plan) == set()
    assert {alias: (tally.objects, tally.rows) for alias, tally in plan.summary.tallies.items()} == {
        "media": (3, 3),
        "assets": (2, 2),
    }


def test_every_kind_of_disagreement_is_found_in_every_store(any_store, library, later, owner, organization):
    missing, smaller, trashed, _ = library(4)
    store("media").remove([missing.key])
    put(smaller.key, b"byte")
    Upload.everything.filter(pk=trashed.pk).update(deleted_at=timezone.now())
    stray, asset = put(f"{organization.pk}/uploads/{uuid4()}/original.png"), put("x/y", storage="assets")
    stale = make_session(owner, organization, "s/1", expires_at=timezone.now() - timedelta(hours=1))
    store("media").start_multipart("m/1", content_type="video/mp4")

    plan = audited()

    assert found(plan) == {
        (FindingKind.MISSING, missing.key),
        (FindingKind.WRONG_SIZE, smaller.key),
        (FindingKind.TRASH, trashed.key),
        (FindingKind.ORPHAN, stray),
        (FindingKind.ORPHAN, asset),
        (FindingKind.SESSION, stale.key),
        (FindingKind.MULTIPART, "m/1"),
    }


# OC-02 OC-05
def test_what_any_row_names_is_no_orphan(library, later, owner, organization):
    live, entombed = library(2)
    Upload.everything.filter(pk=entombed.pk).update(deleted_at=timezone.now(), purging_at=timezone.now())
    put(make_rendition(live).key, b"12345")
    put(make_rendition(entombed).key, b"12345")
    put(make_version(live, "v/1").key)
    put(make_version(entombed, "v/2").key)
    put(make_session(owner, organization, "s/1").key)
    StorageDeletion.objects.create(storage="media", key=put("o/1"), reason="purge")
    StorageDeletion.objects.create(storage="media", key="p/q/", is_prefix=True, reason="purge")
    put("p/q/r/s")
    put(rendition_key(live, RenditionKind.LARGE))

    assert found(audited()) == set()


def test_a_tombstone_is_not_missed_when_its_bytes_are_gone(library, later):
    [upload] = library()
    Upload.everything.filter(pk=upload.pk).update(deleted_at=timezone.now(), purging_at=timezone.now())
    make_version(upload, "v/1")
    make_rendition(upload)
    store("media").remove([upload.key])

    assert found(audited()) == set()


def test_a_session_that_is_over_claims_nothing(library, later, owner, organization):
    library(1)
    make_session(owner, organization, put("s/1"), state=SessionState.FAILED, ended_at=timezone.now())

    assert found(audited()) == {(FindingKind.ORPHAN, "s/1")}


# OC-04
def test_what_is_young_is_left_alone_and_counted():
    put("a/b")
    store("media").start_multipart("m/1", content_type="video/mp4")

    plan = audited(storages=("media",))

    assert found(plan) == set()
    assert plan.summary.tallies["media"].young == 1


# OC-04
def test_the_grace_time_is_never_shorter_than_an_upload_may_take():
    assert grace_time() == timedelta(hours=48)
    assert timedelta(hours=25) < SHORTEST_GRACE
    with pytest.raises(Invalid, match="must be at least"):
        grace_time(24)


# OC-15
@pytest.mark.parametrize("slow", ["machine", "database", "store"])
def test_age_is_by_the_clock_that_is_behind(monkeypatch, slow):
    now = timezone.now()
    said = dict.fromkeys(["machine", "database", "store"], now) | {slow: now - timedelta(hours=1)}
    monkeypatch.setattr(clocks.timezone, "now", lambda: said["machine"])
    monkeypatch.setattr(clocks, "database_now", lambda: said["database"])
    monkeypatch.setattr(type(store("media")), "clock", lambda self: said["store"])

    assert earliest_now("media") == now - timedelta(hours=1)


# OC-15
def test_both_stores_say_what_time_it_is(any_store):
    assert abs(store("media").clock() - timezone.now()) < timedelta(minutes=1)


def test_an_organization_is_audited_by_its_own_folder_alone(library, later, organization, other_organization):
    library(1)
    mine = put(f"{organization.pk}/uploads/x")
    put(f"{other_organization.pk}/uploads/x")
    put(f"{organization.pk}-not/x")

    assert found(audited(organization_id=organization.pk)) == {(FindingKind.ORPHAN, mine)}


def test_a_prefix_is_a_whole_folder(library, later):
    put("press/a")
    put("press-2019/a")

    assert found(audited(folder="press/")) == {(FindingKind.ORPHAN, "press/a")}
    for wrong in ("press", "/press/"):
        with pytest.raises(Invalid, match="prefix ends with a slash"):
            Scope(folder=wrong)


def test_a_store_that_does_not_exist_is_refused():
    with pytest.raises(Invalid, match="no store 'default'"):
        Scope(storages=("default",))


def test_two_stores_in_one_place_are_refused(settings):
    settings.STORAGES = {**settings.STORAGES, "assets": settings.STORAGES["media"]}

    with pytest.raises(SharedPlace):
        audited()


# OC-10: folders beside names that begin alike, which some stores list in an order of their own
def test_keys_of_every_kind_are_compared_exactly(any_store, library, later, owner, organization):
    odd = [
        "a b/c",
        *["a/b", "a-b", "a.b", "a+b", "a/b-c/d", "größe/ü", "画像/画", "😀/x", "￮", "#", "%2F/%", "&<>"],
        "z" * 200,
        "a/b/c d",
    ]
    odd += [f"n{'-' * (number % 3)}/{number:04}" for number in range(1100)]
    if any_store == "disk":  # where a/b cannot be a file and a folder
        odd = [key for key in odd if key != "a/b"] + ["new\nline"]
    kept, stray = odd[::2], set(odd[1::2])
    for key in odd:
        put(key, b"bytes")
    Upload.everything.bulk_create(make_upload_row(owner, organization, key) for key in kept)

    plan = audited(storages=("media",))

    assert {key for kind, key in found(plan)} == stray
    assert plan.summary.tallies["media"].objects == len(odd)


def make_upload_row(owner, organization, key: str) -> Upload:
    now = timezone.now()
    return Upload(
        organization=organization,
        uploaded_by=owner,
        type="IMAGE",
        visibility="PRIVATE",
        filename="a",
        size=5,
        original_filename="a",
        mime_type="image/png",
        key=key,
        created_at=now,
        updated_at=now,
    )


def test_rows_that_are_not_sorted_by_bytes_stop_the_audit():
    with pytest.raises(RowsOutOfOrder):
        list(unique([("b", 0, 1), ("a", 0, 1)], Tally()))


# OC-07
@pytest.mark.parametrize("call", range(1, 4))
def test_a_store_that_fails_leaves_no_plan(library, later, monkeypatch, tmp_path, call):
    library(2)
    calls, walk = 0, type(store("media")).walk

    def failing(self, prefix="", *, after=""):
        nonlocal calls
        for each in walk(self, prefix):
            calls += 1
            if calls == call:
                raise StoreUnavailable
            yield each
        raise StoreUnavailable

    monkeypatch.setattr(type(store("media")), "walk", failing)
    with pytest.raises(StoreUnavailable):
        audit(Scope(), path=tmp_path / "plan.jsonl")

    assert list(tmp_path.iterdir()) == []


def test_what_changes_while_the_audit_runs_is_no_finding(library, later, owner, organization, monkeypatch):
    """A replaced file's bytes move from one table to another; an upload arrives; a file is purged."""
    moving, purged = library(2)
    before = scan.expected_keys

    def meanwhile(storage, prefix):
        rows = list(before(storage, prefix))
        if storage == "media":
            Upload.everything.filter(pk=moving.pk).update(key="elsewhere")
            make_version(Upload.everything.get(pk=moving.pk), moving.key)
            put("elsewhere", b"bytes")
            store("media").remove([purged.key])
            Upload.everything.filter(pk=purged.pk).hard_delete()
        return [row for row in rows if row[0] != moving.key]

    Upload.everything.filter(pk=purged.pk).update(deleted_at=timezone.now(), purging_at=timezone.now())
    monkeypatch.setattr(scan, "expected_keys", meanwhile)

    assert found(audited()) == set()


class Streams(KeyHolder):
    """An app whose rows need what lies below a folder."""

    def needed_keys(self, storage, keys):
        return {key for key in keys if key.startswith("streams/1/")}


def test_what_another_app_needs_is_no_orphan(library, later, monkeypatch):
    library(1)
    monkeypatch.setattr(key_holders, "_holders", [*key_holders.key_holders(), Streams("streams", Upload, None)])
    put("streams/1/master.m3u8")
    put("streams/2/master.m3u8")

    assert found(audited()) == {(FindingKind.ORPHAN, "streams/2/master.m3u8")}
