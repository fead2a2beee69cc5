"""`clean_orphans` as a command."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from uploads.models import StorageDeletion
from uploads.tests.audit.conftest import audited, keys, locked_elsewhere, put, strays

pytestmark = pytest.mark.django_db


# OC-01
def test_alone_the_command_plans_and_touches_nothing(library, later, capsys):
    library(1)
    strays(2)
    before = keys()

    call_command("clean_orphans")

    said = capsys.readouterr().out
    assert "Object without a row: 2" in said
    assert "Nothing was deleted." in said
    assert "would be refused" in said
    assert keys() == before
    assert not StorageDeletion.objects.exists()


def test_json_holds_every_finding_and_the_summary(library, later, capsys):
    library(1)
    put("stray/\u202e\x1b[31m")

    call_command("audit_orphans", "--json")

    finding, summary = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert finding["key"] == "stray/\u202e\x1b[31m"
    assert summary["stores"]["media"]["found"] == {"object_without_row": 1}


# OC-11
def test_a_second_cleaner_is_turned_away(library, later):
    library(1)
    strays(1)
    plan = audited()
    with locked_elsewhere(), pytest.raises(CommandError) as held:
        call_command("clean_orphans", "--apply", str(plan.path))
    assert held.value.returncode == 75
    assert "stray/0" in keys()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--grace-hours", "1"],
        ["--storage", "nowhere"],
        ["--organization", "nowhere"],
        ["--prefix", "press"],
        ["--apply", "/nowhere"],
        ["--apply", "manage.py"],
        ["--limit", "0"],
        ["--max-share", "-1"],
        ["--max-share", "101"],
        ["--plan", "/nowhere/plan"],
        ["--inventory", "media=/nowhere"],
        ["--inventory", "nowhere=manage.py"],
    ],
)
def test_arguments_without_sense_are_wrong_usage(arguments, organization):  # CM-01
    with pytest.raises(CommandError) as refused:
        call_command("clean_orphans", *arguments)
    assert refused.value.returncode == 2
