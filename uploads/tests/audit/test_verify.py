"""Verifying finds every row without its bytes."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from uploads.audit.verify import is_chosen
from uploads.models import Upload
from uploads.storage import store
from uploads.tests.audit.conftest import put

pytestmark = pytest.mark.django_db


def verified(capsys, *arguments: str) -> tuple[int, list[dict]]:
    """The exit code and what was said, the counts last."""
    code = 0
    try:
        call_command("verify_files", "--json", *arguments)
    except CommandError as failed:
        code = failed.returncode
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_whole_files_are_read_and_found_well(any_store, library, capsys):
    library(3)
    library(1, storage="assets", type="LIBRARY", visibility="PUBLIC")

    code, [counts] = verified(capsys, "--all")

    assert (code, counts["rows"], counts["read"], counts["bytes"]) == (0, 4, 4, 20)


def test_missing_shorter_and_changed_bytes_are_told_apart(any_store, library, capsys):
    missing, shorter, changed, _ = library(4)
    store("media").remove([missing.key])
    put(shorter.key, b"byte")
    put(changed.key, b"BYTES")

    code, [*broken, counts] = verified(capsys, "--all")

    assert code == 1
    assert {(each["broken"], each["key"]) for each in broken} == {
        ("missing", missing.key),
        ("size", shorter.key),
        ("checksum", changed.key),
    }
    assert counts["broken_count"] == 3


def test_a_sample_of_none_reads_nothing_and_still_looks_for_every_object(library, capsys):
    missing, changed = library(2)
    store("media").remove([missing.key])
    put(changed.key, b"BYTES")

    code, [broken, counts] = verified(capsys, "--sample", "0")

    assert (code, broken["broken"], counts["read"]) == (1, "missing", 0)


def test_a_larger_sample_holds_the_smaller_one():
    chosen = [{number for number in range(2000) if is_chosen(str(number), share)} for share in (0.05, 0.2, 1.0)]
    assert chosen[0] < chosen[1] < chosen[2]
    assert 50 < len(chosen[0]) < 150
    assert len(chosen[2]) == 2000


def test_a_tombstone_needs_no_bytes_and_trash_does(library, capsys):
    trashed, entombed = library(2)
    Upload.everything.filter(pk=entombed.pk).update(deleted_at=timezone.now(), purging_at=timezone.now())
    Upload.everything.filter(pk=trashed.pk).update(deleted_at=timezone.now())
    store("media").remove([entombed.key, trashed.key])

    code, [broken, _] = verified(capsys)

    assert (code, broken["key"]) == (1, trashed.key)


def test_a_sample_beyond_all_is_wrong_usage(capsys):  # CM-01
    assert verified(capsys, "--sample", "101")[0] == 2
    assert verified(capsys, "--sample", "-1")[0] == 2
    assert verified(capsys, "--organization", "nowhere")[0] == 2
