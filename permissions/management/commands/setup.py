"""Set an empty installation up: its first organization, administrator and quota."""

import getpass
import sys
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from common.commands.operator import OperatorCommand, UsageError
from permissions.accounts.forms import SetUpForm
from permissions.models import Membership
from permissions.services.installation import has_accounts, proposed_slug, set_up, slug_of

# Field of the form → the option that fills it, which the terminal asks for where it is missing.
OPTIONS = {
    "organization": "--organization",
    "slug": "--slug",
    "quota": "--quota",
    "username": "--admin",
    "email": "--email",
}
REQUIRED = ("organization", "username")


class Command(OperatorCommand):
    help = (
        "Set an empty installation up: the first organization, its administrator and its quota. Asks for what no "
        "option names; with --password-stdin it asks for nothing. A second run with the same names changes nothing."
    )
    example = "setup --organization 'Acme Press' --admin ada --email ada@acme.example --quota 50GB --password-stdin"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", metavar="NAME", default="", help="The name of the company or team.")
        parser.add_argument("--slug", default="", help="Programs name it so; default: made from the name.")
        parser.add_argument("--admin", metavar="USERNAME", default="", help="User name of the administrator.")
        parser.add_argument("--email", metavar="ADDRESS", default="", help="Address of the administrator.")
        parser.add_argument(
            "--quota", metavar="SIZE", default="", help="Of all files, such as 50GB; default: no limit."
        )
        parser.add_argument("--password-stdin", action="store_true", help="Read the password from standard input.")

    def perform(self, *, admin: str, password_stdin: bool, **options: Any) -> None:
        given = {"username": admin, **{name: options[name] for name in OPTIONS if name != "username"}}
        if has_accounts():
            self._tell_existing(given)
            return
        fields = given if password_stdin else self._ask(given)
        password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _ask_password()
        form = SetUpForm({**fields, "password": password})
        if not form.is_valid():
            raise UsageError(_sentences(form))
        organization = set_up(organization=form.new_organization, administrator=form.instance)
        self.record(
            f"{organization} is set up. {form.instance.username} signs in at /admin/ and invites people there.",
            organization=organization.slug,
            administrator=form.instance.username,
            quota=organization.storage_quota,
            changed=True,
        )

    def _tell_existing(self, given: Mapping[str, str]) -> None:
        """Report that nothing is left to do. Raises UsageError where the accounts are others."""
        slug = given["slug"] or slug_of(given["organization"])
        rows = Membership.objects.filter(user__username=given["username"], organization__slug=slug)
        if not rows.exists():
            raise UsageError(
                "This installation has accounts already; nothing was changed. Administrators sign in at /admin/: there "
                "are “Invitations” and “Organizations”. For a lost password: manage.py changepassword USERNAME."
            )
        self.record(
            f"{slug} is set up already, with {given['username']}; nothing was changed.",
            organization=slug,
            administrator=given["username"],
            changed=False,
        )

    def _ask(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return `given`, with what the terminal answers for the rest. Raises UsageError without a terminal."""
        if not sys.stdin.isatty():
            missing = [OPTIONS[name] for name in REQUIRED if not given[name]]
            raise UsageError(f"No terminal to ask on: give {', '.join([*missing, '--password-stdin'])}.")
        fields = SetUpForm.base_fields
        answers = dict(given)
        for name in OPTIONS:
            proposal = proposed_slug(answers["organization"]) if name == "slug" else ""
            hint = f" [{proposal}]" if proposal else "" if name in REQUIRED else " (may be empty)"
            while not answers[name]:
                answers[name] = input(f"{fields[name].label or name}{hint}: ").strip() or proposal
                if name not in REQUIRED:
                    break
        return answers


def _ask_password() -> str:
    first = getpass.getpass("Password: ")
    if getpass.getpass("Password again: ") != first:
        raise UsageError("The two passwords differ; nothing was changed.")
    return first


def _sentences(form: SetUpForm) -> str:
    """Return the errors of the form, each with the option that it is about."""
    named = {**OPTIONS, "password": "password"}
    return " ".join(f"{named.get(name, name)}: {' '.join(map(str, errors))}" for name, errors in form.errors.items())
