"""Queries of the usages of a file that a caller may see."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.db.models import Q, QuerySet

from permissions.access import Access
from uploads.models import Usage
from uploads.usages.registry import EntityLabel, labels_of, registered_names

USAGE_FIELDS = ("id", "entity_type", "entity_id", "field", "label", "url")
USAGES_SHOWN = 200  # beside a file; the usages endpoint pages through all of them

Entity = tuple[str, str]  # type and id


@dataclass(frozen=True, slots=True)
class VisibleUsages:
    """The usages of one upload that a caller may see, the oldest first, and the labels of their entities.

    `usage_count` minus their number is the number of hidden usages, of which the caller learns nothing else.
    """

    usages: QuerySet[Usage]
    labels: Mapping[Entity, EntityLabel]

    @classmethod
    def of(cls, upload_id: UUID, access: Access) -> Self:
        """Return the usages of entities that the caller may see. One query, and those of each registered type."""
        usages = Usage.objects.filter(upload_id=upload_id)
        ids = _entity_ids(usages)
        labels = {(name, pk): label for name, own in ids.items() for pk, label in labels_of(name, own, access).items()}
        hidden = Q(pk__in=[])
        for name, own in ids.items():
            hidden |= Q(entity_type=name, entity_id__in=[pk for pk in own if (name, pk) not in labels])
        if access.is_anonymous:
            hidden |= ~Q(entity_type__in=registered_names())
        return cls(usages.exclude(hidden), labels)

    def represent(self, usages: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return the representation of rows with at least USAGE_FIELDS."""
        return [self._represent(usage) for usage in usages]

    def first(self, limit: int = USAGES_SHOWN) -> list[dict[str, Any]]:
        """Return the representation of the first `limit` usages."""
        return self.represent(self.usages.values(*USAGE_FIELDS)[:limit])

    def _represent(self, usage: Mapping[str, Any]) -> dict[str, Any]:
        label = self.labels.get((usage["entity_type"], usage["entity_id"]), EntityLabel())
        return {
            **{name: usage[name] for name in USAGE_FIELDS},
            "id": str(usage["id"]),
            "label": label.text or usage["label"],
            "url": label.url or usage["url"],
        }


def _entity_ids(usages: QuerySet[Usage]) -> dict[str, set[str]]:
    """Return the ids of the entities of registered types, by type. One query."""
    ids: dict[str, set[str]] = defaultdict(set)
    registered = usages.filter(entity_type__in=registered_names()).order_by()
    for name, entity_id in registered.values_list("entity_type", "entity_id"):
        ids[name].add(entity_id)
    return ids
