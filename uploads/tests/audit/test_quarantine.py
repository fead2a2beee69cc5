"""What was cleaned into quarantine is brought back or emptied."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from common.errors import Invalid
from uploads.audit.clean import apply_plan
from uploads.audit.quarantine import quarantined_objects, restore_object
from uploads.storage import store
from uploads.tests.audit.conftest import MOST, audited, keys, put, strays

pytestmark = pytest.mark.django_db


def test_a_quarantined_run_can_be_taken_back(any_store, library, later):
    library(2)
    gone = strays(3)
    before = keys()
    plan = audited()

    assert apply_plan(plan, quarantine=True, **MOST).removed == 3
    assert not gone & keys()
    assert audited().summary.tallies["media"].quarantined == 3
    assert audited().summary.total("object_without_row") == 0
    call_command("restore_quarantine", plan.summary.run, "--apply")

    assert keys() == before
    assert b"".join(store("media").read("stray/0")) == b"stray"


def test_restoring_never_writes_over_another_object(library, later):
    library(1)
    strays(1)
    plan = audited()
    apply_plan(plan, quarantine=True, **MOST)
    put("stray/0", b"something else")

    with pytest.raises(CommandError, match="1 objects are still in the quarantine"):
        call_command("restore_quarantine", plan.summary.run, "--apply")

    assert b"".join(store("media").read("stray/0")) == b"something else"
    [(storage, held)] = quarantined_objects(plan.summary.run)
    assert not restore_object(storage, plan.summary.run, held)


def test_a_quarantine_can_be_emptied_for_good(library, later):
    [upload] = library(1)
    strays(2)
    plan = audited()
    apply_plan(plan, quarantine=True, **MOST)

    call_command("restore_quarantine", plan.summary.run)
    assert len(keys()) == 3
    call_command("restore_quarantine", plan.summary.run, "--apply", "--remove")

    assert keys() == {upload.key}


@pytest.mark.parametrize("run", ["", "../x", "a" * 31, "A" * 32])
def test_a_run_that_cannot_be_is_wrong_usage(run):
    with pytest.raises(Invalid):
        list(quarantined_objects(run))
    with pytest.raises(CommandError) as refused:
        call_command("restore_quarantine", run, "--apply")
    assert refused.value.returncode == 2
