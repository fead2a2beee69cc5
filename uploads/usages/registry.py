"""The registry of types of entities that usages name, with the labels that a caller may see.

A usage row names an entity by type and id. A type that no app registered belongs to another system: members see its
usages with the label and address that they were recorded with, anonymous callers do not see them. An app registers
its own types in `registrations.py`::

    register_entity(EntityType("content", labels=content_labels))

with a function that returns the labels of those entities that the caller may see.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.db.models import Model

from permissions.access import Access


@dataclass(frozen=True, slots=True)
class EntityLabel:
    """The text and the URL of an entity in responses. Empty ones fall back to those of the usage row."""

    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class EntityType:
    """A type of entity.

    `labels(access, ids)` maps those of `ids` that the caller may see to their labels; the others stay hidden.
    Usages of a `managed` type are written by the app that owns the entities; the usages API refuses to change them.
    Where the entities are rows of a `model` in the admin, its pages link to their forms.
    """

    name: str
    labels: Callable[[Access, Collection[str]], Mapping[str, EntityLabel]]
    managed: bool = True
    model: type[Model] | None = None


_types: dict[str, EntityType] = {}


def register_entity(entity_type: EntityType) -> None:
    """Register a type of entity. Raises ValueError for a name that is taken."""
    if entity_type.name in _types:
        raise ValueError(f"Entities of type {entity_type.name!r} are registered already.")
    _types[entity_type.name] = entity_type


def labels_of(name: str, ids: Collection[str], access: Access) -> Mapping[str, EntityLabel]:
    """Return the labels of those entities of a type that the caller may see; none for a type of another system."""
    known = _types.get(name)
    return known.labels(access, ids) if known else {}


def is_managed(name: str) -> bool:
    """Tell whether only the owning app writes usages of this entity type, in upper or lower case."""
    return any(known.managed and known.name == name.strip().lower() for known in _types.values())


def registered_models() -> dict[str, type[Model]]:
    """Return the models of the registered types that have one, by the names of the types."""
    return {name: known.model for name, known in _types.items() if known.model}


def registered_names() -> list[str]:
    """Return the names of all registered types."""
    return sorted(_types)
