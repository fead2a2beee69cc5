"""The findings of audits, and the scope of an audit."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Invalid
from uploads.checks import place_of
from uploads.storage import store

QUARANTINE = "quarantine/"


class FindingKind(TextChoices):
    """Kinds of findings. A plan cleans orphans, multipart uploads and temporary files; the others need a person."""

    ORPHAN = "object_without_row", _("Object without a row")
    MISSING = "row_without_object", _("Row without an object")
    WRONG_SIZE = "wrong_size", _("Object of the wrong size")
    TRASH = "trash", _("In the trash and still stored")
    SESSION = "stale_session", _("Expired upload session")
    MULTIPART = "unfinished_multipart", _("Unfinished multipart upload")
    TEMPORARY = "temporary_file", _("Temporary file of an interrupted write")


CLEANED = frozenset({FindingKind.ORPHAN, FindingKind.MULTIPART, FindingKind.TEMPORARY})


class SharedPlace(Conflict):
    """409: two stores share one place, so the objects of each would look like orphans of the other."""

    detail = gettext_noop("Two stores share one place. Give each its own before an audit.")


@dataclass(frozen=True, slots=True)
class Finding:
    """One object, row or upload. `modified_at` is ISO 8601, by the store's clock; `id` that of a session or upload."""

    kind: str
    storage: str
    key: str
    size: int = 0
    etag: str = ""
    modified_at: str = ""
    id: str = ""

    def facts(self) -> dict[str, Any]:
        return {name: value for name in self.__slots__ if (value := getattr(self, name))}


@dataclass(frozen=True)
class Scope:
    """What an audit covers: everything, the keys of one organization, or those below one folder; in which stores."""

    storages: tuple[str, ...] = ()
    organization_id: UUID | None = None
    folder: str = ""

    def __post_init__(self) -> None:
        known = audited_storages()
        unknown = [alias for alias in self.storages if alias not in known]
        if unknown:
            text = gettext("There is no store %(name)r. The stores are: %(known)s.")
            raise Invalid(text % {"name": unknown[0], "known": ", ".join(known)})
        if self.folder and (not self.folder.endswith("/") or self.folder.startswith("/")):
            text = gettext("A prefix ends with a slash and does not begin with one, unlike %(prefix)r.")
            raise Invalid(text % {"prefix": self.folder})
        if self.folder and self.organization_id:
            raise Invalid(gettext("Name an organization or a prefix, not both."))

    @property
    def aliases(self) -> tuple[str, ...]:
        return self.storages or audited_storages()

    @property
    def prefix(self) -> str:
        return f"{self.organization_id}/" if self.organization_id else self.folder


@dataclass
class Tally:
    """The counts of one store; `found` and `bytes` are by kind, `young` are objects too young to judge."""

    objects: int = 0
    object_bytes: int = 0
    rows: int = 0
    young: int = 0
    quarantined: int = 0
    found: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        self.found[finding.kind] = self.found.get(finding.kind, 0) + 1
        self.bytes[finding.kind] = self.bytes.get(finding.kind, 0) + finding.size

    @property
    def orphan_share(self) -> float:
        """The share of orphans among all objects, 0 to 1."""
        return self.found.get(FindingKind.ORPHAN, 0) / self.objects if self.objects else 0.0


@dataclass(frozen=True)
class Summary:
    """One audit: the tally of each store, when it began, and the number of uploads in the database at that time."""

    run: str
    started_at: datetime
    uploads: int
    tallies: dict[str, Tally]

    def total(self, kind: str) -> int:
        return sum(tally.found.get(kind, 0) for tally in self.tallies.values())

    def facts(self) -> dict[str, Any]:
        return {
            "run": self.run,
            "started_at": self.started_at.isoformat(),
            "uploads": self.uploads,
            "stores": {alias: asdict(tally) for alias, tally in self.tallies.items()},
        }


def audited_storages() -> tuple[str, ...]:
    """Return the aliases of settings.STORAGES that keep the contract of stores. Raises SharedPlace."""
    aliases = tuple(alias for alias in settings.STORAGES if hasattr(store(alias), "walk"))
    if len({place_of(store(alias)) for alias in aliases}) < len(aliases):
        raise SharedPlace
    return aliases
