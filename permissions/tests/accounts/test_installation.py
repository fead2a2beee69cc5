"""Setting an empty installation up, in the browser and on the terminal."""

import io
import json
import sys
from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client

from permissions.models import Organization, User
from permissions.services.installation import AlreadySetUp, NewOrganization, make_code, set_up
from permissions.services.memberships import create_organization, system_user
from tests.factories import client_for, make_user

pytestmark = pytest.mark.django_db

SETUP = "/account/setup/"
VALUES = {
    "organization": "Acme Press",
    "quota": "50 GB",
    "username": "ada",
    "display_name": "Ada",
    "email": "ada@acme.example",
    "password": "correct horse battery",
}


def submit(client, code=None, **values):
    return client.post(f"{SETUP}?code={make_code() if code is None else code}", {**VALUES, **values})


# FA-E1
def test_the_page_makes_an_organization_an_administrator_and_a_quota(client):
    system_user()  # owns imported files, and is no account
    assert client.get(f"{SETUP}?code={make_code()}").status_code == 200
    assert submit(client)["Location"] == "/admin/"
    organization, ada = Organization.objects.get(), User.objects.get(username="ada")
    assert (organization.slug, organization.storage_quota) == ("acme-press", 50_000_000_000)
    assert (organization.is_default, organization.public_listing) == (True, False)
    assert ada.is_superuser and ada.roles.get().name == "Administrator"
    assert client.get("/admin/").status_code == 200  # signed in
    assert client_for(ada).get("/api/v1/me/").json()["organization"]["storage"]["quota"] == 50_000_000_000


@pytest.mark.parametrize("code", ["", "x", "made:up:code"])
def test_without_the_code_the_page_says_where_it_is(client, code):
    answer = submit(client, code=code)
    assert answer.status_code == 403
    assert "scripts/manage setup" in answer.content.decode()
    assert not User.objects.exists()


def test_the_code_opens_nothing_once_there_is_an_account(client):
    code = make_code()
    assert submit(client, code=code).status_code == 302
    assert Client().get(f"{SETUP}?code={code}").status_code == 404
    assert submit(Client(), code=code, username="eve").status_code == 404
    assert not User.objects.filter(username="eve").exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"organization": ""}, "organization"),
        ({"quota": "much"}, "quota"),
        ({"slug": "a b"}, "slug"),
        ({"username": ""}, "username"),
        ({"email": "ada"}, "email"),
        ({"password": "short"}, "password"),
    ],
)
def test_a_wrong_value_is_shown_at_its_field(client, values, field):
    answer = submit(client, **values)
    assert list(answer.context["form"].errors) == [field]
    assert not User.objects.exists() and not Organization.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("exists", [True, False])
def test_two_at_once_make_one_administrator(exists):
    if exists:
        create_organization(slug="default", name="Default", is_default=True)
    outcomes, start = [], Barrier(2)

    def work(name):
        start.wait()
        try:
            set_up(organization=NewOrganization(name, name), administrator=User(username=name))
            outcomes.append("done")
        except AlreadySetUp:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=work, args=[name]) for name in ("one", "two")]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ["done", "refused"]
    assert User.objects.count() == 1


def run(monkeypatch, capsys, *arguments, password="correct horse battery"):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    call_command("setup", *arguments, "--password-stdin", "--json")
    return json.loads(capsys.readouterr().out)


OPTIONS = ("--organization=Acme", "--slug=acme", "--admin=ada", "--email=ada@acme.example", "--quota=50GB")


def test_the_command_sets_up_once_and_changes_nothing_the_second_time(monkeypatch, capsys):
    facts = {"organization": "acme", "administrator": "ada", "quota": 50_000_000_000, "changed": True}
    assert run(monkeypatch, capsys, *OPTIONS) == facts
    assert run(monkeypatch, capsys, *OPTIONS, password="another")["changed"] is False
    assert User.objects.get().check_password("correct horse battery")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--admin=ada"], "--organization"),
        (["--organization=Acme", "--admin=ada", "--quota=lots"], "--quota"),
        (["--organization=Acme", "--admin=a b"], "--admin"),
    ],
)
def test_the_command_names_the_option_that_is_wrong(monkeypatch, capsys, arguments, sentence):
    with pytest.raises(CommandError, match=sentence) as raised:
        run(monkeypatch, capsys, *arguments)
    assert raised.value.returncode == 2
    assert not Organization.objects.exists()


def test_the_command_leaves_other_accounts_alone(monkeypatch, capsys):
    make_user("someone")
    with pytest.raises(CommandError, match="accounts already"):
        run(monkeypatch, capsys, *OPTIONS)
    assert not Organization.objects.exists()


def test_without_a_terminal_the_command_says_what_to_give(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with pytest.raises(CommandError, match="--organization, --admin, --password-stdin"):
        call_command("setup")
