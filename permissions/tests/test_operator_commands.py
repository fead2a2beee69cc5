"""What operators can rely on: exit codes, one JSON object a line, and a terminal that no file name can steer."""

import json
import os
import signal
import threading

import pytest
from django.contrib.auth.models import Permission as GrantedPermission
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from common.commands.locking import exclusive_lock
from common.commands.operator import Failed, LockHeld, OperatorCommand, UsageError, printable
from common.errors import Conflict
from permissions.choices import Permission
from permissions.models import Organization
from permissions.roles import ROLE_GRANTS
from permissions.services.memberships import create_organization, create_role

pytestmark = pytest.mark.django_db


class Doing(OperatorCommand):
    """A command that does what the test says."""

    requires_system_checks = ()

    def __init__(self, work):
        super().__init__()
        self.work = work

    def perform(self, **options):
        self.work(self)


def run(work, *arguments: str) -> int:
    """Return the exit code of a command line whose command does `work`."""
    try:
        Doing(work).run_from_argv(["manage.py", "doing", *arguments])
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return 0


def raising(error: BaseException):
    def work(command):
        raise error

    return work


@pytest.mark.parametrize(  # CM-02
    ("outcome", "code"),
    [
        (Failed("2 of 10 files could not be read."), 1),
        (Conflict("The file is in use."), 1),
        (FileNotFoundError(2, "No such file or directory", "manifest.csv"), 1),
        (UsageError("Days cannot be negative."), 2),
        (LockHeld(), 75),
        (KeyboardInterrupt(), 130),
    ],
)
def test_an_outcome_has_its_exit_code_and_no_traceback(outcome, code, capsys):
    assert run(raising(outcome)) == code

    assert "Traceback" not in capsys.readouterr().err


def test_success_exits_zero():  # CM-02
    assert run(lambda command: command.say("done")) == 0


def test_sigterm_ends_a_command_as_ctrl_c_does():  # CM-02
    assert run(lambda command: os.kill(os.getpid(), signal.SIGTERM)) == 130


def test_an_unknown_argument_is_wrong_usage(capsys):  # CM-01
    assert run(lambda command: None, "--nonsense") == 2

    assert "unrecognized arguments: --nonsense" in capsys.readouterr().err


def test_an_error_message_cannot_steer_the_terminal(capsys):  # CM-04
    run(raising(Failed("no file \x1b[2J")))
    run(raising(Conflict("no file \x1b[2J")))

    assert "\x1b[2J" not in capsys.readouterr().err


def test_text_is_printed_without_control_characters():  # CM-04
    assert printable("a\x1b[31m\u202egnp.exe\r\n") == r"a\x1b[31m\u202egnp.exe\r\n"
    assert printable("größe 画像.png") == "größe 画像.png"


def test_json_is_one_object_a_line_whatever_the_names(capsys):  # CM-04
    name = 'a"\n\x1b\u2028\udcff.png'

    run(lambda command: (command.record("text", name=name), command.say("for people only")), "--json")

    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line) for line in lines] == [{"name": name}]


@pytest.mark.django_db(transaction=True)
def counted(asked: list[int]) -> int:
    asked.append(1)
    return 4


def test_a_terminal_shows_how_far_how_fast_and_how_long(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich takes it for a terminal
    monkeypatch.setenv("COLUMNS", "120")
    asked: list[int] = []

    def work(command):
        with command.progress("Doing", lambda: counted(asked)) as advance:
            for _ in range(4):
                advance()

    assert run(work) == 0
    shown = capsys.readouterr().err
    assert "4/4" in shown
    assert "/s" in shown
    assert "0:00:00" in shown
    assert asked == [1]


def test_what_nobody_watches_is_not_counted(capsys):
    asked: list[int] = []

    def work(command):
        with command.progress("Doing", lambda: counted(asked)) as advance:
            advance()

    assert run(work) == run(work, "--json") == 0
    assert capsys.readouterr().err == ""
    assert asked == []


def test_a_second_holder_of_a_lock_is_turned_away():  # OC-11
    codes = []

    def try_to_clean() -> None:
        codes.append(run(lambda command: _take("cleaning")))
        codes.append(run(lambda command: _take("importing")))
        connection.close()

    with exclusive_lock("cleaning"):
        _in_a_thread(try_to_clean)
    _in_a_thread(try_to_clean)

    assert codes == [75, 0, 0, 0]


def _take(name: str) -> None:
    with exclusive_lock(name):
        pass


def _in_a_thread(work) -> None:
    """Run `work` on a database connection of its own."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_seed_roles_repairs_the_seeded_and_leaves_custom_roles_alone():  # PM-12
    organization = create_organization(slug="press", name="Press")
    custom = create_role(organization=organization, name="Archivist", permissions=frozenset({Permission.MEDIA_VIEW}))
    organization.roles.get(name="Creator").group.permissions.clear()

    call_command("seed_roles", verbosity=0)
    call_command("seed_roles", verbosity=0)

    existing = set(GrantedPermission.objects.values_list("codename", flat=True))
    for name, grants in ROLE_GRANTS.items():
        granted = organization.roles.get(name=name).group.permissions.values_list("codename", flat=True)
        assert set(granted) == {permission.value for permission in grants} & existing
    assert custom.group.permissions.count() == 1


def test_seed_roles_refuses_an_organization_that_does_not_exist():  # CM-01
    create_organization(slug="press", name="Press")

    with pytest.raises(CommandError, match="There is no organization 'nowhere'") as refused:
        call_command("seed_roles", "--organization", "nowhere")

    assert refused.value.returncode == 2
    assert Organization.objects.count() == 1


def test_every_command_of_ours_has_an_example_in_its_help(capsys):
    with pytest.raises(SystemExit):
        call_command("seed_roles", "--help")

    assert "example: manage.py seed_roles" in capsys.readouterr().out
