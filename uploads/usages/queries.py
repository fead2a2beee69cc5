"""Where a file is used, as far as a caller may know."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.db.models import Q, QuerySet

from permissions.access import Access
from uploads.models import Usage
from uploads.usages.registry import Shown, declared_names, entity_type

USAGE_FIELDS = ("id", "entity_type", "entity_id", "field", "label", "url")
USAGES_SHOWN = 200  # beside a file; the usages endpoint pages through all of them

Entity = tuple[str, str]  # type and id


@dataclass(frozen=True, slots=True)
class WhereUsed:
    """The usages of one upload that a caller may see, the oldest first, and how their entities are shown.

    `usage_count` minus their number is how many others there are, of which the caller learns no more.
    """

    usages: QuerySet[Usage]
    entities: dict[Entity, Shown]

    @classmethod
    def of(cls, upload_id: UUID, access: Access) -> Self:
        """Ask each declared type once which of its entities the caller may see: one query, and those of the types."""
        usages = Usage.objects.filter(upload_id=upload_id)
        ids: dict[str, set[str]] = defaultdict(set)
        declared = usages.filter(entity_type__in=declared_names()).order_by()
        for name, entity_id in declared.values_list("entity_type", "entity_id"):
            ids[name].add(entity_id)
        shown = {(name, pk): how for name, own in ids.items() for pk, how in _shown(name, own, access).items()}
        hidden = Q(pk__in=[])
        for name, own in ids.items():
            hidden |= Q(entity_type=name, entity_id__in=[pk for pk in own if (name, pk) not in shown])
        if access.is_anonymous:
            hidden |= ~Q(entity_type__in=declared_names())
        return cls(usages.exclude(hidden), shown)

    def represent(self, usages: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the answer for rows that hold at least USAGE_FIELDS."""
        return [self._represent(usage) for usage in usages]

    def first(self, limit: int = USAGES_SHOWN) -> list[dict[str, Any]]:
        """Return the answers for the first `limit` of them."""
        return self.represent(self.usages.values(*USAGE_FIELDS)[:limit])

    def _represent(self, usage: dict[str, Any]) -> dict[str, Any]:
        shown = self.entities.get((usage["entity_type"], usage["entity_id"]), Shown())
        return {
            **{name: usage[name] for name in USAGE_FIELDS},
            "id": str(usage["id"]),
            "label": shown.label or usage["label"],
            "url": shown.url or usage["url"],
        }


def _shown(name: str, ids: set[str], access: Access) -> dict[str, Shown]:
    declared = entity_type(name)
    return dict(declared.shown(access, ids)) if declared else {}
