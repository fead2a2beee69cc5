"""Report stored files by organization, type and user."""

from typing import Any

from django.core.management.base import CommandParser
from django.template.defaultfilters import filesizeformat

from common.commands.operator import OperatorCommand
from common.text import exact_size
from permissions.management.arguments import organization_named
from permissions.models import Organization, User
from uploads.stats.figures import accounts_of, report_of

KINDS = ("files", "trash", "versions", "renditions")


class Command(OperatorCommand):
    help = "Report what each organization stores: files, trash, earlier versions and renditions, by type and by user."
    example = "storage_report --organization demo --json"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--organization", action="append", metavar="SLUG", help="Only this organization. May be repeated."
        )

    def perform(self, *, organization: list[str] | None, **options: Any) -> None:
        chosen = [organization_named(slug) for slug in organization or []] or Organization.objects.all()
        for each in chosen:
            self._report(each)

    def _report(self, organization: Organization) -> None:
        accounts, lines = accounts_of(organization), list(report_of(organization))
        people = [line["key"] for line in lines if line["line"] == "user"]
        names = dict(User.objects.filter(pk__in=people).order_by().values_list("pk", "username"))
        for line in lines:
            about, key = line.pop("line"), line.pop("key")
            facts: dict[str, Any] = {"line": about, **({about: key} if key else {}), **line}
            if about == "user":
                facts["username"] = names.get(key, "")
            if about != "type":
                facts |= accounts.get(key, {"used": 0, "reserved": 0, "quota": None})
            self.record(_sentence(about, facts), **facts)


def _sentence(about: str, facts: dict[str, Any]) -> str:
    named = {"organization": facts["organization"], "type": f"  {facts.get('type')}"}
    stored = ", ".join(f"{facts[kind]['count']} {kind} {_bytes(facts[kind]['size'])}" for kind in KINDS)
    return f"{named.get(about) or '  ' + (facts['username'] or str(facts['user']))}: {stored}{_account(facts)}"


def _account(facts: dict[str, Any]) -> str:
    if "used" not in facts:
        return ""
    quota = "no quota" if facts["quota"] is None else f"a quota of {exact_size(facts['quota'])}"
    return f"; {_bytes(facts['used'])} used and {_bytes(facts['reserved'])} reserved of {quota}"


def _bytes(size: int) -> str:
    return filesizeformat(size).replace("\xa0", " ")
