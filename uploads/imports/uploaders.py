"""The uploader of each imported file: from a manifest, from the path, else the system user."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from common.db.ids import parse_id
from common.errors import Invalid
from permissions.models import Organization, User
from permissions.services.memberships import system_user

_PLACEHOLDER = re.compile(r"\\\{(username|email|id)\\\}")


class Uploaders:
    """Finds the uploader of each file among the members of an organization; looks each name up once.

    `pattern` is a path with one placeholder, ``users/{username}/``, ``{email}`` or ``{id}``; it must match from the
    beginning. `manifest` maps sources to user names and goes before the pattern. Raises Invalid for a pattern
    without a placeholder.
    """

    def __init__(self, organization: Organization, *, pattern: str = "", manifest: Mapping[str, str] | None = None):
        self._organization = organization
        self._manifest = manifest or {}
        self._pattern, self._field = _compiled(pattern)
        self._system = system_user()
        self._members: dict[tuple[str, str], User | None] = {}

    def of(self, source: str) -> User:
        """Return the uploader of the file recorded as `source`; the system user if none is known."""
        named = self._manifest.get(source)
        user = self._member("username", named) if named else None
        if user is None and self._pattern and (match := self._pattern.match(source)):
            user = self._member(self._field, match[1])
        return user or self._system

    def _member(self, field: str, value: str) -> User | None:
        if (field, value) not in self._members:
            members = User.objects.filter(memberships__organization=self._organization)
            wanted = parse_id(value) if field == "id" else value
            self._members[field, value] = members.filter(**{field: wanted}).first() if wanted else None
        return self._members[field, value]


def read_manifest(path: Path) -> dict[str, str]:
    """Read a CSV file with the columns `path` and `username`. Raises Invalid for other files."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return {row["path"]: row["username"] for row in csv.DictReader(file)}
    except (KeyError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid(_("The manifest is not a CSV file with the columns path and username.")) from error


def _compiled(pattern: str) -> tuple[re.Pattern[str] | None, str]:
    if not pattern:
        return None, ""
    escaped = re.escape(pattern)
    placeholders = _PLACEHOLDER.findall(escaped)
    if len(placeholders) != 1:
        raise Invalid(_("The pattern needs one of {username}, {email} and {id}."))
    return re.compile(_PLACEHOLDER.sub("([^/]+)", escaped)), placeholders[0]
