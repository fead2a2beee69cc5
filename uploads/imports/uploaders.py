"""The uploader of each imported file: from a manifest or another system, from the path, else the system user."""

import re
from unicodedata import normalize

from django.db.models import Q
from django.utils.translation import gettext as _

from common.db.ids import parse_id
from common.errors import Invalid
from permissions.models import Organization, User
from permissions.services.memberships import system_user
from uploads.imports.catalogs import NOTHING, Entry
from uploads.imports.sources import name_forms

_KEPT = 10_000  # members, so that memory stays bounded
_PLACEHOLDER = re.compile(r"\\\{(username|email|id)\\\}")


class Uploaders:
    """Finds the uploader of each file among the members of an organization; keeps the last ones that it found.

    `pattern` is a path with one placeholder, ``users/{username}/``, ``{email}`` or ``{id}``; it must match from the
    beginning. The entry of a file goes before the pattern. Names match composed and decomposed. Raises Invalid for a
    pattern without a placeholder.
    """

    def __init__(self, organization: Organization, *, pattern: str = "") -> None:
        self._organization = organization
        self._pattern, self._field = _compiled(normalize("NFC", pattern))
        self._system = system_user()
        self._members: dict[tuple[str, str], User | None] = {}

    def of(self, path: str, entry: Entry = NOTHING) -> User:
        """Return the uploader of the file at `path`; the system user if none is known."""
        return (
            self._member("email", entry.email)
            or self._member("username", entry.username)
            or self._member(self._field, self._named_in(path))
            or self._system
        )

    def _named_in(self, path: str) -> str:
        match = self._pattern.match(normalize("NFC", path)) if self._pattern else None
        return match[1] if match else ""

    def _member(self, field: str, value: str) -> User | None:
        if not value:
            return None
        if (field, value) not in self._members:
            if len(self._members) >= _KEPT:
                self._members.clear()
            members = User.objects.filter(memberships__organization=self._organization)
            self._members[field, value] = members.filter(_named(field, value)).order_by("pk").first()
        return self._members[field, value]


def _named(field: str, value: str) -> Q:
    if field == "id":
        return Q(pk=parse_id(value))
    if field == "email":
        return Q(email__iexact=value)
    return Q(username__in=[*name_forms(value), User.normalize_username(value)])


def _compiled(pattern: str) -> tuple[re.Pattern[str] | None, str]:
    if not pattern:
        return None, ""
    escaped = re.escape(pattern)
    placeholders = _PLACEHOLDER.findall(escaped)
    if len(placeholders) != 1:
        raise Invalid(_("The pattern needs one of {username}, {email} and {id}."))
    return re.compile(_PLACEHOLDER.sub("([^/]+)", escaped)), placeholders[0]
