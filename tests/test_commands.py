"""Every command for operators: an example in its help, JSON that is JSON, exit codes, dry runs that write nothing."""

import json
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import CommandError
from django.db import connection

from common.commands.operator import OperatorCommand
from tests.factories import make_member, make_upload
from uploads.storage.disk import DiskStore

pytestmark = pytest.mark.django_db

APPS = ("permissions", "uploads", "resources", "media_library")
SERVERS = {"tick", "work"}  # they run for as long as the machine does
# Command lines that only look; each must pass where neither the database nor the stores can be written.
LOOKING = (
    ["audit_orphans"],
    ["clean_orphans"],
    ["expire_sessions", "--dry-run"],
    ["purge_deleted"],
    ["recount_storage"],
    ["recount_usages"],
    ["verify_files", "--all"],
)


def operator_commands() -> list[str]:
    return sorted(name for name, app in get_commands().items() if app in APPS and name not in SERVERS)


def command_class(name: str) -> type:
    return import_module(f"{get_commands()[name]}.management.commands.{name}").Command


@pytest.mark.parametrize("name", operator_commands())
def test_a_command_shows_an_example_of_itself(name, capsys):
    assert issubclass(command_class(name), OperatorCommand)
    with pytest.raises(SystemExit) as left:
        call_command(name, "--help")
    said = capsys.readouterr().out
    assert left.value.code == 0
    assert f"example: manage.py {name}" in " ".join(said.split())
    assert "--json" in said


@pytest.mark.parametrize("name", operator_commands())
def test_an_argument_that_does_not_exist_is_wrong_usage(name, capsys):  # CM-01
    with pytest.raises(SystemExit) as left:
        command_class(name)().run_from_argv(["manage.py", name, "--nonsense"])
    assert left.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


NUMBERS = [
    ["tick", "--loop", "-1"],
    ["tick", "--loop", "0"],
    ["tick", "--loop", "nan"],
    ["work", "--processes", "0"],
    ["work", "--processes", "-2"],
    ["work", "--grace", "-1"],
    ["work", "--tick", "0"],
]


@pytest.mark.parametrize("arguments", NUMBERS, ids=" ".join)
def test_a_number_below_the_least_is_wrong_usage(arguments):
    with pytest.raises(CommandError, match="must be at least") as refused:
        call_command(*arguments)
    assert refused.value.returncode == 2


@pytest.mark.parametrize("name", [name for name in operator_commands() if name not in {"seed_roles"}])
def test_an_organization_that_does_not_exist_is_wrong_usage(name, organization):  # CM-01
    parser = command_class(name)().create_parser("manage.py", name)
    if not any("--organization" in action.option_strings and not action.required for action in parser._actions):
        pytest.skip("works on no organization in particular")
    required = [action for action in parser._actions if action.required]
    if required:
        pytest.skip("needs more arguments; its own tests ask this")
    with pytest.raises(CommandError) as refused:
        call_command(name, "--organization", "nowhere")
    assert refused.value.returncode == 2


@pytest.mark.parametrize("line", LOOKING, ids=lambda line: line[0])
def test_looking_writes_neither_rows_nor_objects(line, organization, capsys, monkeypatch):  # CM-06 CM-04
    name = 'a"\n\x1b\u2028.png'
    make_upload(make_member(organization), organization, content=b"bytes", original_filename=name, title=name)
    for writing in ("put", "copy", "remove", "publish", "abort_multipart"):
        monkeypatch.setattr(DiskStore, writing, refuse)

    with connection.execute_wrapper(only_reading):
        call_command(*line, "--json")

    said = capsys.readouterr().out.splitlines()
    assert [type(json.loads(each)) for each in said] == [dict] * len(said)


def refuse(*arguments, **named):
    raise AssertionError("A dry run writes to the store.")


def only_reading(execute, sql, parameters, many, context):
    assert sql.lstrip().upper().startswith(("SELECT", "SAVEPOINT", "ROLLBACK", "RELEASE", "WITH", "DECLARE")), sql
    return execute(sql, parameters, many, context)


def test_every_command_is_named_in_the_documents():
    told = "".join(path.read_text() for path in Path(settings.BASE_DIR, "docs").glob("*.md"))
    told += Path(settings.BASE_DIR, "README.md").read_text()
    assert [name for name in operator_commands() if name not in told] == []
