"""Cleaning removes what still belongs to nothing, and tells of every object."""

from uuid import uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from tests.factories import make_upload
from tests.invariants import unreferenced_objects
from uploads.audit import remove_orphans
from uploads.audit.clean import PlanRefused, apply_plan
from uploads.audit.plan import InvalidPlan, read_plan
from uploads.choices import ActivityAction
from uploads.models import Activity, StorageDeletion, Upload
from uploads.storage import store
from uploads.storage.contract import RemovalFailure, StoreUnavailable
from uploads.tests.audit.conftest import MOST, audited, keys, noted, put, strays

pytestmark = pytest.mark.django_db


def test_orphans_go_and_everything_else_stays(any_store, library, later):
    kept = {upload.key for upload in library(3)}
    strays(2)
    store("media").start_multipart("m/1", content_type="video/mp4")
    plan = audited()

    done = apply_plan(plan, **MOST)

    assert (done.removed, done.bytes, done.aborted, done.failed, done.left) == (2, 10, 1, 0, 0)
    assert keys() == kept
    assert list(store("media").unfinished()) == []
    assert not StorageDeletion.objects.exists()
    assert list(unreferenced_objects()) == []


def test_every_removal_is_in_the_journal_and_in_the_history_of_the_file(library, later, organization):
    library(1)
    stray = put(f"{organization.pk}/uploads/{(old := uuid4())}/original.png")
    plan = audited()

    apply_plan(plan, **MOST)

    assert noted(plan) == [("removing", stray), ("removed", stray)]
    entry = Activity.objects.get(action=ActivityAction.CLEAN)
    assert (entry.upload_id, entry.organization_id, entry.changes["key"]) == (old, organization.pk, stray)


def test_what_has_a_row_by_now_or_is_another_object_stays(library, later, owner, organization):
    library(2)
    strays(3)
    plan = audited()
    make_upload(owner, organization, key="stray/0")
    put("stray/1", b"other")
    store("media").remove(["stray/2"])
    put("stray/1", b"longer than it was")

    done = apply_plan(plan, **MOST)

    assert done.removed == 0
    assert done.kept == {"claimed": 1, "changed": 1, "gone": 1}
    assert {"stray/0", "stray/1"} < keys()


def test_a_row_that_comes_at_the_last_moment_keeps_its_object(library, later, owner, organization, monkeypatch):
    library(1)
    strays(2)
    plan = audited()
    before = remove_orphans._schedule

    def adopting(storage, findings):
        entries = before(storage, findings)
        make_upload(owner, organization, key="stray/0")
        return entries

    monkeypatch.setattr(remove_orphans, "_schedule", adopting)
    done = apply_plan(plan, **MOST)

    assert (done.removed, done.kept["claimed"]) == (1, 1)
    assert "stray/0" in keys()
    assert not StorageDeletion.objects.exists()


# OC-09
def test_an_empty_database_is_refused(later):
    strays(3)
    plan = audited()

    with pytest.raises(PlanRefused, match="holds no files"):
        apply_plan(plan, **MOST)

    assert len(keys()) == 3


# OC-09
def test_a_database_that_lost_its_files_since_the_audit_is_refused(library, later):
    library(5)
    strays(1)
    plan = audited()
    Upload.everything.update(deleted_at=timezone.now(), purging_at=timezone.now())
    Upload.everything.filter(pk__in=Upload.everything.values("pk")[:2]).hard_delete()

    with pytest.raises(PlanRefused, match="held 5 files at the audit and holds 3"):
        apply_plan(plan, **MOST)

    assert "stray/0" in keys()


# OC-09
def test_a_plan_of_another_database_or_other_stores_is_refused(library, later, settings, tmp_path):
    library(1)
    strays(1)
    plan = audited()
    options = {**settings.STORAGES["media"]["OPTIONS"], "location": tmp_path}
    settings.STORAGES = {**settings.STORAGES, "media": {**settings.STORAGES["media"], "OPTIONS": options}}

    with pytest.raises(PlanRefused, match="another database or other stores"):
        apply_plan(plan, **MOST)


def test_an_absurd_share_is_refused_unless_told(library, later):
    library(8)
    strays(1)
    plan = audited()
    with pytest.raises(PlanRefused, match="11%"):
        apply_plan(plan)
    assert "stray/0" in keys()

    assert apply_plan(plan, max_share=0.12).removed == 1


def test_a_run_removes_its_limit_and_the_next_one_goes_on(library, later):
    library(1)
    strays(5)
    plan = audited()

    first, second, third = (apply_plan(plan, limit=2, **MOST) for _ in range(3))

    assert [(done.removed, done.left) for done in (first, second, third)] == [(2, 3), (2, 1), (1, 0)]


# OC-07
def test_what_a_store_refuses_is_never_reported_as_removed(library, later, monkeypatch):
    library(1)
    strays(3)
    plan = audited()
    remove = type(store("media")).remove

    def refusing(self, some):
        some = set(some)
        return [*remove(self, some - {"stray/1"}), *(RemovalFailure(key, "AccessDenied") for key in some & {"stray/1"})]

    monkeypatch.setattr(type(store("media")), "remove", refusing)
    with pytest.raises(CommandError, match="1 objects could not be deleted") as failed:
        call_command("clean_orphans", "--apply", str(plan.path), "--max-share", "100")

    assert failed.value.returncode == 1
    assert ("failed", "stray/1") in noted(plan)
    assert ("removed", "stray/1") not in noted(plan)
    assert StorageDeletion.objects.get().key == "stray/1"


# OC-07 ST-06
@pytest.mark.parametrize("quarantine", [False, True])
@pytest.mark.parametrize("number", range(1, 12))
def test_whichever_call_fails_nothing_is_lost_and_the_next_run_converges(
    library, later, monkeypatch, number, quarantine
):
    kept = {upload.key for upload in library(2)}
    strays(3)
    plan = audited()
    calls = 0

    def fragile(name):
        real = getattr(type(store("media")), name)

        def call(self, *arguments, **named):
            nonlocal calls
            calls += 1
            if calls == number:
                raise StoreUnavailable
            return real(self, *arguments, **named)

        return call

    for name in ("stat", "copy", "remove"):
        monkeypatch.setattr(type(store("media")), name, fragile(name))
    try:
        apply_plan(plan, quarantine=quarantine, **MOST)
    except StoreUnavailable:
        assert calls == number
    calls = 1000  # no more faults
    assert kept <= keys()
    left = {key for key in keys() if key.startswith("stray/")}
    removed = {key for what, key in noted(plan) if what == "removed"}
    assert not left & removed
    StorageDeletion.objects.all().delete()  # as if the background had not come by
    apply_plan(plan, quarantine=quarantine, **MOST)
    assert {key for key in keys() if not key.startswith("quarantine/")} == kept


def test_a_plan_that_was_cut_short_is_refused(library, later, tmp_path):
    library(1)
    strays(2)
    whole = audited().path.read_bytes()
    for length in (0, 1, 50, len(whole) // 2, len(whole) - 1):
        cut = tmp_path / str(length)
        cut.write_bytes(whole[:length])
        with pytest.raises(InvalidPlan):
            read_plan(cut)
