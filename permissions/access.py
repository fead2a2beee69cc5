"""Who may do what: the only file that decides.

An `Access` is what one caller may do in one organization. `rule` states each rule once, as a `Q`; lists filter by it
and detail checks ask the same queryset whether it contains the row, so the two cannot disagree.
"""

from dataclasses import dataclass, field
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
    try:
        decide = _RULES[Action(action)]
    except (ValueError, KeyError):
        raise LookupError(f"No rule for action {action!r}") from None
    return decide(access, model)


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


def _granted(access: Access, model: type[Model]) -> Q:
    """Rows whose allowed roles include one of mine, or that were granted to me personally. Subqueries, never joins."""
    by_role: Any = get_group_obj_perms_model(cast(Any, model)).objects.filter(group_id__in=access.group_ids)
    by_name: Any = get_user_obj_perms_model(cast(Any, model)).objects.filter(user_id=access.user_id)
    return Q(pk__in=by_role.values("content_object_id")) | Q(pk__in=by_name.values("content_object_id"))


def _may_view(access: Access, model: type[Model]) -> Q:
    if access.has(Permission.MEDIA_VIEW_ALL):
        return EVERYBODY
    public = Q(visibility=Visibility.PUBLIC)
    if access.is_anonymous:
        return public
    return public | _own(access) | (Q(visibility=Visibility.ROLE_BASED) & _granted(access, model))


def _own_or_all(own: Permission, everything: Permission):
    def decide(access: Access, model: type[Model]) -> Q:
        if access.has(everything):
            return EVERYBODY
        return _own(access) if access.has(own) else NOBODY

    return decide


def _all_only(everything: Permission):
    def decide(access: Access, model: type[Model]) -> Q:
        return EVERYBODY if access.has(everything) else NOBODY

    return decide


_RULES = {
    Action.VIEW: _may_view,
    Action.EDIT: _own_or_all(Permission.MEDIA_EDIT_OWN, Permission.MEDIA_EDIT_ALL),
    Action.SHARE: _own_or_all(Permission.MEDIA_EDIT_OWN, Permission.MEDIA_EDIT_ALL),
    Action.DELETE: _own_or_all(Permission.MEDIA_DELETE_OWN, Permission.MEDIA_DELETE_ALL),
    Action.HAND_OVER: _all_only(Permission.MEDIA_EDIT_ALL),
    Action.PURGE: _all_only(Permission.MEDIA_DELETE_ALL),
}
