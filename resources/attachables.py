"""The entity types that documents can be attached to.

Content is one of them. Any app, also one of a host project, registers its own in its `registrations.py`::

    register_attachable(Attachable(EntityType("course", labels=course_labels), lock=lock_course))
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from common.errors import NotFound
from uploads.usages.registry import EntityType, register_entity


@dataclass(frozen=True, slots=True)
class Attachable:
    """An entity type that documents can be attached to.

    `lock(organization_id, entity_id)` locks the entity for the current transaction, so that it cannot be deleted, and
    returns its name, or None if the organization has no such entity. An app that moves an entity to the trash calls
    `services.attachments.suspend_attachments`; one that deletes it for good calls `drop_attachments`.
    """

    entity_type: EntityType
    lock: Callable[[UUID, str], str | None]


_attachables: dict[str, Attachable] = {}


def register_attachable(attachable: Attachable) -> None:
    """Register a type, also as an entity type of usages. Raises ValueError for a name that is taken."""
    register_entity(attachable.entity_type)
    _attachables[attachable.entity_type.name] = attachable


def lock_entity(organization_id: UUID, entity_type: str, entity_id: str) -> str:
    """Lock an entity and return its name. Raises LookupError for an unknown type, NotFound for a missing entity."""
    label = _attachables[entity_type].lock(organization_id, entity_id)
    if label is None:
        raise NotFound
    return label
