"""Who may do what: the only file that decides.

An `Access` is what one caller may do in one organization. `rule` states each rule once, as a `Q`; lists filter by it
and detail checks ask the same queryset whether it contains the row, so the two cannot disagree.
"""

from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any, cast
from uuid import UUID

from django.db.models import Model, Q
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from permissions.choices import Action, Permission, Visibility

NOBODY = Q(pk__in=[])
EVERYBODY = ~Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class Access:
    """One caller in one organization.

    `user_id` is None for an anonymous caller. `organization_id` is None only for a superuser in the admin, who acts
    in all of them. `group_ids` are the groups of the caller's roles there.
    """

    user_id: UUID | None
    organization_id: UUID | None
    permissions: frozenset[str] = field(default=frozenset())
    role_ids: tuple[UUID, ...] = ()
    group_ids: tuple[int, ...] = ()
    everywhere: bool = False

    def has(self, permission: Permission) -> bool:
        """Tell whether the caller's roles grant `permission` in this organization."""
        return permission.value in self.permissions

    @property
    def is_anonymous(self) -> bool:
        return self.user_id is None


def rule(access: Access, action: Action, model: type[Model]) -> Q:
    """Return the condition that rows of `model` meet when `access` may do `action` to them.

    Raises LookupError for an action that has no rule. The organization itself is not part of the condition;
    `Governed.objects.allowing` adds it.
    """
    if action == Action.VIEW:
        return _may_view(access, model)
    if action not in _BY_OWNERSHIP:
        raise LookupError(f"No rule for action {action!r}")
    return _by_ownership(access, Action(action))


def model_rule(access: Access, action: str, model: type[Model]) -> Q:
    """Return the condition for rows that Django's model permissions govern (content, categories, library resources).

    `action` is one of view, add, change, delete; anything else raises LookupError.
    """
    if action not in {"view", "add", "change", "delete"}:
        raise LookupError(f"No rule for action {action!r}")
    codename = Permission(f"{action}_{model._meta.model_name}")
    return EVERYBODY if access.has(codename) else NOBODY


def _own(access: Access) -> Q:
    return NOBODY if access.is_anonymous else Q(uploaded_by_id=access.user_id)


@cache  # guardian walks all relations of the model to find them
def _grant_models(model: type[Model]) -> tuple[Any, Any]:
    return get_group_obj_perms_model(cast(Any, model)), get_user_obj_perms_model(cast(Any, model))


def _granted(access: Access, model: type[Model]) -> Q:
    """Rows whose allowed roles include one of mine, or that were granted to me personally. Subqueries, never joins."""
    roles, names = _grant_models(model)
    by_role = roles.objects.filter(group_id__in=access.group_ids)
    by_name = names.objects.filter(user_id=access.user_id)
    return Q(pk__in=by_role.values("content_object_id")) | Q(pk__in=by_name.values("content_object_id"))


def _may_view(access: Access, model: type[Model]) -> Q:
    if access.has(Permission.MEDIA_VIEW_ALL):
        return EVERYBODY
    public = Q(visibility=Visibility.PUBLIC)
    if access.is_anonymous:
        return public
    return public | _own(access) | (Q(visibility=Visibility.ROLE_BASED) & _granted(access, model))


class Reach(Enum):
    """How far an action reaches that depends on nothing but ownership."""

    EVERY_ROW = "every row"
    OWN_ROWS = "own rows"
    NO_ROW = "no row"


# Of each such action: the permission for own rows (None: owning is not enough) and the one for every row.
_BY_OWNERSHIP: dict[Action, tuple[Permission | None, Permission]] = {
    Action.DELETE: (Permission.MEDIA_DELETE_OWN, Permission.MEDIA_DELETE_ALL),
    Action.EDIT: (Permission.MEDIA_EDIT_OWN, Permission.MEDIA_EDIT_ALL),
    Action.HAND_OVER: (None, Permission.MEDIA_EDIT_ALL),
    Action.PURGE: (None, Permission.MEDIA_DELETE_ALL),
    Action.SHARE: (Permission.MEDIA_EDIT_OWN, Permission.MEDIA_EDIT_ALL),
}


def reach(access: Access, action: Action) -> Reach:
    """Return how far `action` reaches for `access`. Raises LookupError for an action that ownership does not decide."""
    own, everything = _BY_OWNERSHIP[action]
    if access.has(everything):
        return Reach.EVERY_ROW
    if own is None or access.is_anonymous or not access.has(own):
        return Reach.NO_ROW
    return Reach.OWN_ROWS


def is_within(reached: Reach, access: Access, owner_id: UUID) -> bool:
    """Tell of a row already read, by its owner, what `rule` would say of it: for lists that show what one may do."""
    return reached is Reach.EVERY_ROW or (reached is Reach.OWN_ROWS and owner_id == access.user_id)


def permits(access: Access, action: Action, owner_id: UUID) -> bool:
    """Tell of one row by its owner whether `action` is allowed. Raises LookupError as `reach` does."""
    return is_within(reach(access, action), access, owner_id)


def _by_ownership(access: Access, action: Action) -> Q:
    return {Reach.EVERY_ROW: EVERYBODY, Reach.OWN_ROWS: _own(access), Reach.NO_ROW: NOBODY}[reach(access, action)]
