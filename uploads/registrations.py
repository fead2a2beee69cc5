"""The entity type of uploads itself: users, whose avatars are usages."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from common.db.ids import parse_id
from permissions.access import Access, scope
from permissions.models import User
from uploads.usages.avatars import USER_ENTITY
from uploads.usages.registry import EntityLabel, EntityType, register_entity


def user_labels(access: Access, ids: Collection[str]) -> Mapping[str, EntityLabel]:
    """Return the labels of users: members see each other, anonymous callers see no user."""
    if access.is_anonymous:
        return {}
    users = User.objects.filter(pk__in=[pk for pk in map(parse_id, ids) if pk])
    users = scope(users, access, "memberships__organization")
    return {
        str(pk): EntityLabel(text=_("Avatar of %(name)s") % {"name": name})
        for pk, name in users.values_list("pk", "username")
    }


register_entity(EntityType(USER_ENTITY, labels=user_labels, model=User))
