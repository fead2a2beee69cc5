"""What uploads themselves declare: users, whose avatars are usages, and files that are just being imported."""

from collections.abc import Collection, Mapping

from permissions.access import Access
from permissions.ids import parse_id
from permissions.models import User
from uploads.entities import EntityType, Shown, register_entity
from uploads.models import ImportedFile
from uploads.usage_names import USER_ENTITY
from uploads.uses import Use, register_use


def users_shown(access: Access, ids: Collection[str]) -> Mapping[str, Shown]:
    """Members know each other; anonymous callers learn of nobody."""
    if access.is_anonymous:
        return {}
    users = User.objects.filter(pk__in=[pk for pk in map(parse_id, ids) if pk])
    if not access.everywhere:
        users = users.filter(memberships__organization_id=access.organization_id)
    return {str(pk): Shown(label=f"Avatar of {name}") for pk, name in users.values_list("pk", "username")}


class PlannedImports(Use):
    """Keys that an import has written down and is copying to, or will when it is run again."""

    def needs(self, storage: str, keys: Collection[str]) -> set[str]:
        planned = ImportedFile.objects.filter(upload=None, storage=storage, key__in=list(keys))
        return set(planned.values_list("key", flat=True))


register_use(PlannedImports())
register_entity(EntityType(USER_ENTITY, shown=users_shown, model=User))
