"""What usages name: kinds of entity, and what a caller may learn of them.

A usage row names an entity by type and id. Types that nobody declared belong to other systems: their usages are shown
with the label and address that they came with, to members only. An app declares its own types, in `registrations.py`::

    register_entity(EntityType("content", shown=content_shown))

with a function that says which of some entities the caller may see, and how they are called.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.db.models import Model

from permissions.access import Access


@dataclass(frozen=True, slots=True)
class Shown:
    """An entity as a caller sees it. An empty field leaves what the usage row says."""

    label: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class EntityType:
    """A kind of entity.

    `shown(access, ids)` maps those of `ids` that the caller may see to how they are shown; the others stay hidden.
    Usages of a `managed` type are written by the app that keeps the entities; the usages API refuses to touch them.
    Where the entities are rows of a `model` in the admin, its pages lead to their forms there.
    """

    name: str
    shown: Callable[[Access, Collection[str]], Mapping[str, Shown]]
    managed: bool = True
    model: type[Model] | None = None


_types: dict[str, EntityType] = {}


def register_entity(entity_type: EntityType) -> None:
    """Declare a kind of entity. Once per name; apps call it in `registrations.py`."""
    if entity_type.name in _types:
        raise ValueError(f"Entities of type {entity_type.name!r} are registered already.")
    _types[entity_type.name] = entity_type


def entity_type(name: str) -> EntityType | None:
    """The declared type of that name, or None for one of another system."""
    return _types.get(name)


def is_managed(name: str) -> bool:
    """Tell whether usages by entities of this type are written by an app alone. Case does not make another type."""
    return any(known.managed and known.name == name.strip().lower() for known in _types.values())


def declared_models() -> dict[str, type[Model]]:
    """The models of the declared types that have one, by the names of the types."""
    return {name: known.model for name, known in _types.items() if known.model}


def declared_names() -> list[str]:
    """The names of all declared types."""
    return sorted(_types)
