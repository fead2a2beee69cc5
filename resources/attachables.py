"""What documents can be attached to.

Content is one such type; an app, also one of a host project, adds its own in its `registrations.py`::

    register_attachable(Attachable(EntityType("course", labels=course_labels), lock=lock_course))
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from common.errors import NotFound
from uploads.usages.registry import EntityType, register_entity


@dataclass(frozen=True, slots=True)
class Attachable:
    """A kind of entity that documents are attached to.

    `lock(organization_id, entity_id)` locks the entity for the transaction under way, so that it cannot be deleted
    meanwhile, and returns what to call it, or None where that organization has none (any more). An app that deletes
    an entity for a while calls `services.attaching.suspend_attachments`, for good `drop_attachments`.
    """

    entity_type: EntityType
    lock: Callable[[UUID, str], str | None]


_attachables: dict[str, Attachable] = {}


def register_attachable(attachable: Attachable) -> None:
    """Declare a kind of entity, also to the usages of files. Raises ValueError for a name that is taken."""
    register_entity(attachable.entity_type)
    _attachables[attachable.entity_type.name] = attachable


def lock_entity(organization_id: UUID, entity_type: str, entity_id: str) -> str:
    """Lock an entity and return what to call it. Raises LookupError for a type nobody registered, NotFound."""
    label = _attachables[entity_type].lock(organization_id, entity_id)
    if label is None:
        raise NotFound
    return label
