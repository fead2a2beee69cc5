"""Who may do what: the only file that decides.

`Access` is one caller in one organization, and `scope` narrows rows to it. `clauses` are the grounds on which an action
can be allowed: conditions on rows, each with its reason. `rule` joins those that apply to a caller into one condition.
Lists filter by it, and the check of one row asks the same queryset whether it contains the row, so a list and a detail
cannot disagree. `explain` says which clause decided. Callers ask by `queryset.allowing(access, action)`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache, reduce
from operator import or_
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from permissions.choices import Action, Permission, Reason, Visibility
from permissions.models import Role
from permissions.token_scopes import TokenScope

Rows = TypeVar("Rows", bound=QuerySet[Any])

NO_ROWS = Q(pk__in=[])
ALL_ROWS = ~NO_ROWS


@dataclass(frozen=True, slots=True)
class Access:
    """One caller in one organization.

    `user_id` is None for an anonymous caller. `organization_id` is None for a caller who acts in no organization, and
    for a superuser in the admin who acts in all of them (`everywhere`). `group_ids` are the groups of `role_ids`.
    `sees_shared` is False for a token whose scope leaves out `media_view`: it sees public files alone, neither the
    owner's nor those shared with the owner.
    """

    user_id: UUID | None
    organization_id: UUID | None
    permissions: frozenset[str] = field(default=frozenset())
    role_ids: tuple[UUID, ...] = ()
    group_ids: tuple[int, ...] = ()
    everywhere: bool = False
    sees_shared: bool = True

    def has(self, permission: Permission) -> bool:
        """Tell whether the caller's roles grant `permission` in this organization."""
        return permission.value in self.permissions

    def in_organization(self, organization_id: UUID) -> "Access":
        """Return the access of a superuser to all organizations narrowed to one; every other access as it is."""
        return replace(self, organization_id=organization_id, everywhere=False) if self.everywhere else self

    @property
    def is_anonymous(self) -> bool:
        return self.user_id is None


def narrowed(access: Access, token_scope: TokenScope | None) -> Access:
    """Return what a token of this scope may do of what its owner may do: never more."""
    if token_scope is None:
        return access
    permissions = access.permissions & token_scope.permissions
    sees_shared = Permission.MEDIA_VIEW.value in token_scope.permissions
    return replace(access, permissions=permissions, sees_shared=access.sees_shared and sees_shared)


def scope(rows: Rows, access: Access, field: str = "organization") -> Rows:
    """Return those of `rows` that are in the caller's organization, to which `field` is the path.

    All of them for a superuser who acts in all organizations, none for a caller who acts in no organization.
    Every list, count and lookup of one organization calls this function; nothing else compares organizations.
    """
    if access.everywhere:
        return rows
    return rows.none() if access.organization_id is None else rows.filter(**{field: access.organization_id})


def out_of_scope(rows: Rows, access: Access, field: str = "organization") -> Rows:
    """Return those of `rows` that `scope` leaves out."""
    if access.everywhere:
        return rows.none()
    return rows if access.organization_id is None else rows.exclude(**{field: access.organization_id})


@dataclass(frozen=True, slots=True)
class Clause:
    """One ground for an action: rows that meet `where`, for callers with `permission` (None: for every caller)."""

    reason: Reason
    where: Q
    permission: Permission | None = None

    def applies_to(self, access: Access) -> bool:
        return self.permission is None or access.has(self.permission)


# For each action that depends on the owner alone: the permission for own rows (None: there is none) and for all rows.
_OWNERSHIP: dict[Action, tuple[Permission | None, Permission]] = {
    Action.DELETE: (Permission.MEDIA_DELETE_OWN, Permission.MEDIA_DELETE_ALL),
    Action.EDIT: (Permission.MEDIA_EDIT_OWN, Permission.MEDIA_EDIT_ALL),
    Action.HAND_OVER: (None, Permission.MEDIA_EDIT_ALL),
    Action.PURGE: (None, Permission.MEDIA_DELETE_ALL),
    Action.SHARE: (Permission.MEDIA_EDIT_OWN, Permission.MEDIA_EDIT_ALL),
}


def rule(access: Access, action: Action, model: type[Model]) -> Q:
    """Return the condition that rows of `model` meet if `access` may do `action` to them.

    Raises LookupError for an action without a rule. The organization is not part of the condition: see `scope`.
    """
    conditions = [clause.where for clause in clauses(access, action, model) if clause.applies_to(access)]
    if any(where is ALL_ROWS for where in conditions):
        return ALL_ROWS
    return reduce(or_, conditions) if conditions else NO_ROWS


def clauses(access: Access, action: Action, model: type[Model]) -> list[Clause]:
    """Return every clause of `action`, whether it applies to `access` or not. Raises LookupError as `rule` does."""
    if action == Action.VIEW:
        return list(_view_clauses(access, model))
    if action not in _OWNERSHIP:
        raise LookupError(f"No rule for action {action!r}")
    own, every = _OWNERSHIP[action]
    owning = [Clause(Reason.OWNER, _own_rows(access), own)] if own else []
    owning.append(Clause(Reason.PERMISSION, ALL_ROWS, every))
    visible = rule(access, Action.VIEW, model) if action == Action.SHARE else ALL_ROWS
    if visible is ALL_ROWS:
        return owning
    return [Clause(clause.reason, clause.where & visible, clause.permission) for clause in owning]


def _view_clauses(access: Access, model: type[Model]) -> Iterator[Clause]:
    """Yield the clauses of viewing. Grants are subqueries, never joins, so that no list needs `distinct()`."""
    yield Clause(Reason.PUBLIC, Q(visibility=Visibility.PUBLIC))
    yield Clause(Reason.PERMISSION, ALL_ROWS, Permission.MEDIA_VIEW_ALL)
    if access.user_id is None or not access.sees_shared:
        return
    yield Clause(Reason.OWNER, _own_rows(access))
    roles, people = _grant_models(model)
    by_role = roles._base_manager.filter(group_id__in=access.group_ids)
    by_name = people._base_manager.filter(user_id=access.user_id)
    role_based = Q(visibility=Visibility.ROLE_BASED)
    yield Clause(Reason.ALLOWED_ROLE, role_based & Q(pk__in=by_role.values("content_object_id")))
    yield Clause(Reason.PERSONAL_GRANT, role_based & Q(pk__in=by_name.values("content_object_id")))


def _own_rows(access: Access) -> Q:
    return NO_ROWS if access.is_anonymous else Q(uploaded_by_id=access.user_id)


@cache  # guardian walks all relations of the model to find them
def _grant_models(model: type[Model]) -> tuple[type[Model], type[Model]]:
    """Return the models of the allowed roles and of the personal grants of rows of `model`."""
    return get_group_obj_perms_model(cast(Any, model)), get_user_obj_perms_model(cast(Any, model))


# The same ownership rules for rows that are in memory: no query


class OwnershipScope(Enum):
    """The rows that an action may be done to, where only ownership decides."""

    EVERY_ROW = "every row"
    OWN_ROWS = "own rows"
    NO_ROW = "no row"


def ownership_scope(access: Access, action: Action) -> OwnershipScope:
    """Return the rows that `access` may do `action` to. Raises KeyError for an action outside `_OWNERSHIP`."""
    own, every = _OWNERSHIP[action]
    if access.has(every):
        return OwnershipScope.EVERY_ROW
    if own is None or access.is_anonymous or not access.has(own):
        return OwnershipScope.NO_ROW
    return OwnershipScope.OWN_ROWS


def is_within(rows: OwnershipScope, access: Access, owner_id: UUID) -> bool:
    """Tell whether `rows` include a row of this owner, as `rule` would: for lists that state the allowed actions."""
    return rows is OwnershipScope.EVERY_ROW or (rows is OwnershipScope.OWN_ROWS and owner_id == access.user_id)


def permits(access: Access, action: Action, owner_id: UUID) -> bool:
    """Tell whether `action` is allowed on a row of this owner. Raises KeyError as `ownership_scope` does."""
    return is_within(ownership_scope(access, action), access, owner_id)


# Rows without an owner: content, categories, library resources


def model_rule(access: Access, action: str, model: type[Model]) -> Q:
    """Return the condition for rows that model permissions govern: a permission holds for all rows of the model.

    `action` is one of view, add, change, delete; anything else raises LookupError. A model may declare `public_rows`,
    a Q of the rows that every caller may view, anonymous callers included.
    """
    if action not in {"view", "add", "change", "delete"}:
        raise LookupError(f"No rule for action {action!r}")
    if access.has(Permission(f"{action}_{model._meta.model_name}")):
        return ALL_ROWS
    return getattr(model, "public_rows", NO_ROWS) if action == "view" else NO_ROWS


# The explanation of a decision


class OwnedRow(Protocol):
    """A row under `rule`: see `permissions.managers.AccessControlledModel`."""

    pk: UUID
    organization_id: UUID
    visibility: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with its permissions and roles: those it rests on or, after a refusal, any that would allow it."""

    allowed: bool
    reason: Reason
    permissions: tuple[Permission, ...] = ()
    roles: tuple[Role, ...] = ()


def explain(access: Access, action: Action, row: OwnedRow) -> Explanation:
    """Tell whether `access` may do `action` to `row`, and why. One query per clause at most, and one for the roles.

    Raises LookupError for an action without a rule, ValueError for a row of another organization.
    """
    if not (access.everywhere or row.organization_id == access.organization_id):
        raise ValueError("The row belongs to another organization.")
    model = cast(type[Model], type(row))
    rows = model._base_manager.filter(pk=row.pk)
    missing: list[Permission] = []
    for clause in clauses(access, action, model):
        if not rows.filter(clause.where).exists():
            continue
        if clause.applies_to(access):
            roles = _allowed_roles(row).filter(group_id__in=access.group_ids)
            by_role = tuple(roles) if clause.reason is Reason.ALLOWED_ROLE else ()
            return Explanation(True, clause.reason, (clause.permission,) if clause.permission else (), by_role)
        missing += [clause.permission] if clause.permission else []
    return _explain_refused(access, action, row, tuple(missing))


def _explain_refused(access: Access, action: Action, row: OwnedRow, missing: tuple[Permission, ...]) -> Explanation:
    if action == Action.VIEW and row.visibility == Visibility.ROLE_BASED:
        return Explanation(False, Reason.NO_ALLOWED_ROLE, missing, tuple(_allowed_roles(row)))
    if action == Action.VIEW:
        return Explanation(False, Reason.PRIVATE, missing)
    owned = ownership_scope(access, action)
    if owned is OwnershipScope.EVERY_ROW:  # sharing also needs the right to view
        return Explanation(False, Reason.NOT_VISIBLE, explain(access, Action.VIEW, row).permissions)
    reason = Reason.NOT_OWNER if owned is OwnershipScope.OWN_ROWS else Reason.PERMISSION_MISSING
    return Explanation(False, reason, missing)


def _allowed_roles(row: OwnedRow) -> QuerySet[Role]:
    grants = _grant_models(cast(type[Model], type(row)))[0]._base_manager.filter(content_object=row)
    return Role.objects.filter(group_id__in=grants.values("group_id"), organization_id=row.organization_id)
