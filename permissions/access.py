"""Who may do what: the only file that decides.

An `Access` is what one caller may do in one organization. `rule` states each rule once, as a `Q`; lists filter by it
and detail checks ask the same queryset whether it contains the row, so the two cannot disagree. A rule is made of
`clauses`, each with its reason, so that `explain` asks the rule itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, reduce
from operator import or_
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from permissions.choices import Action, Permission, Reason, Visibility
from permissions.models import Role

Rows = TypeVar("Rows", bound=QuerySet[Any])

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


@dataclass(frozen=True, slots=True)
class Clause:
    """One ground for being allowed something: rows that meet `where`, for those with `permission` (None: for all)."""

    reason: Reason
    where: Q
    permission: Permission | None = None

    def is_open_to(self, access: Access) -> bool:
        return self.permission is None or access.has(self.permission)


def rule(access: Access, action: Action, model: type[Model]) -> Q:
    """Return the condition that rows of `model` meet when `access` may do `action` to them.

    Raises LookupError for an action that has no rule. The organization itself is not part of the condition;
    `AccessControlledModel.objects.allowing` adds it.
    """
    opened = [clause.where for clause in clauses(access, action, model) if clause.is_open_to(access)]
    if any(where is EVERYBODY for where in opened):
        return EVERYBODY
    return reduce(or_, opened) if opened else NOBODY


def clauses(access: Access, action: Action, model: type[Model]) -> list[Clause]:
    """Return every clause to be allowed `action`, those that are closed to `access` included. Raises as `rule`."""
    if action == Action.VIEW:
        return list(_view_clauses(access, model))
    if action not in _BY_OWNERSHIP:
        raise LookupError(f"No rule for action {action!r}")
    found = _ownership_clauses(access, Action(action))
    if action != Action.SHARE:
        return list(found)
    visible = rule(access, Action.VIEW, model)  # nobody shares what they may not see
    if visible is EVERYBODY:
        return list(found)
    return [Clause(clause.reason, clause.where & visible, clause.permission) for clause in found]


def scope(rows: Rows, access: Access, field: str = "organization") -> Rows:
    """Return those of `rows` that are in the caller's organization, to which `field` is the path.

    All of them for a superuser who acts in all organizations, none for a caller who is bound to no organization.
    Every list, count and lookup that is about one organization asks here; nothing else compares organizations.
    """
    if access.everywhere:
        return rows
    return rows.none() if access.organization_id is None else rows.filter(**{field: access.organization_id})


def out_of_scope(rows: Rows, access: Access, field: str = "organization") -> Rows:
    """Return those of `rows` that `scope` leaves out."""
    if access.everywhere:
        return rows.none()
    return rows if access.organization_id is None else rows.exclude(**{field: access.organization_id})


def model_rule(access: Access, action: str, model: type[Model]) -> Q:
    """Return the condition for rows that Django's model permissions govern (content, categories, library resources).

    `action` is one of view, add, change, delete; anything else raises LookupError. A model may declare `public_rows`,
    a Q: anybody may view those, also anonymous callers.
    """
    if action not in {"view", "add", "change", "delete"}:
        raise LookupError(f"No rule for action {action!r}")
    if access.has(Permission(f"{action}_{model._meta.model_name}")):
        return EVERYBODY
    return getattr(model, "public_rows", NOBODY) if action == "view" else NOBODY


def _own(access: Access) -> Q:
    return NOBODY if access.is_anonymous else Q(uploaded_by_id=access.user_id)


@cache  # guardian walks all relations of the model to find them
def grants_of(model: type[Model]) -> tuple[Any, Any]:
    """Return the models of allowed roles and of personal grants of rows of `model`."""
    return get_group_obj_perms_model(cast(Any, model)), get_user_obj_perms_model(cast(Any, model))


def _view_clauses(access: Access, model: type[Model]) -> Iterator[Clause]:
    """Grants are asked by subqueries, never by joins, so that no list needs `distinct()`."""
    yield Clause(Reason.PUBLIC, Q(visibility=Visibility.PUBLIC))
    yield Clause(Reason.PERMISSION, EVERYBODY, Permission.MEDIA_VIEW_ALL)
    if access.is_anonymous:
        return
    yield Clause(Reason.OWNER, _own(access))
    roles, names = grants_of(model)
    by_role = roles.objects.filter(group_id__in=access.group_ids)
    by_name = names.objects.filter(user_id=access.user_id)
    role_based = Q(visibility=Visibility.ROLE_BASED)
    yield Clause(Reason.ALLOWED_ROLE, role_based & Q(pk__in=by_role.values("content_object_id")))
    yield Clause(Reason.PERSONAL_GRANT, role_based & Q(pk__in=by_name.values("content_object_id")))


class OwnershipScope(Enum):
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


def ownership_scope(access: Access, action: Action) -> OwnershipScope:
    """Return how far `action` reaches for `access`. Raises LookupError for an action that ownership does not decide."""
    own, everything = _BY_OWNERSHIP[action]
    if access.has(everything):
        return OwnershipScope.EVERY_ROW
    if own is None or access.is_anonymous or not access.has(own):
        return OwnershipScope.NO_ROW
    return OwnershipScope.OWN_ROWS


def is_within(reached: OwnershipScope, access: Access, owner_id: UUID) -> bool:
    """Tell of a row already read, by its owner, what `rule` would say of it: for lists that show what one may do."""
    return reached is OwnershipScope.EVERY_ROW or (reached is OwnershipScope.OWN_ROWS and owner_id == access.user_id)


def permits(access: Access, action: Action, owner_id: UUID) -> bool:
    """Tell of one row by its owner whether `action` is allowed. Raises LookupError as `reach` does."""
    return is_within(ownership_scope(access, action), access, owner_id)


def _ownership_clauses(access: Access, action: Action) -> Iterator[Clause]:
    own, everything = _BY_OWNERSHIP[action]
    if own is not None:
        yield Clause(Reason.OWNER, _own(access), own)
    yield Clause(Reason.PERMISSION, EVERYBODY, everything)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision and its reason.

    `permissions` and `roles` are what it rests on; where it is a refusal, any one of them would turn it.
    """

    allowed: bool
    reason: Reason
    permissions: tuple[Permission, ...] = ()
    roles: tuple[Role, ...] = ()


def explain(access: Access, action: Action, row: Any) -> Explanation:
    """Tell whether `access` may do `action` to `row`, a governed row, and why. At most a query a clause, and the roles.

    Raises LookupError for an action that has no rule, ValueError for a row of another organization.
    """
    rows = type(row)._base_manager.in_organization(access).filter(pk=row.pk)
    if not (access.everywhere or row.organization_id == access.organization_id):
        raise ValueError("The row belongs to another organization.")
    closed = []
    for clause in clauses(access, action, type(row)):
        if not rows.filter(clause.where).exists():
            continue
        if clause.is_open_to(access):
            return _allowed(access, clause, row)
        closed.append(clause)
    return _refused(access, action, row, closed)


def _allowed(access: Access, clause: Clause, row: Any) -> Explanation:
    roles = _allowed_roles(row).filter(group_id__in=access.group_ids) if clause.reason is Reason.ALLOWED_ROLE else ()
    return Explanation(True, clause.reason, (clause.permission,) if clause.permission else (), tuple(roles))


def _refused(access: Access, action: Action, row: Any, closed: list[Clause]) -> Explanation:
    lacking = tuple(clause.permission for clause in closed if clause.permission)
    if action == Action.VIEW and row.visibility == Visibility.ROLE_BASED:
        return Explanation(False, Reason.NO_ALLOWED_ROLE, lacking, tuple(_allowed_roles(row)))
    if action == Action.VIEW:
        return Explanation(False, Reason.PRIVATE, lacking)
    reached = ownership_scope(access, action)
    if reached is OwnershipScope.EVERY_ROW:  # sharing asks for more than its own right
        return Explanation(False, Reason.NOT_VISIBLE, explain(access, Action.VIEW, row).permissions)
    reason = Reason.NOT_OWNER if reached is OwnershipScope.OWN_ROWS else Reason.PERMISSION_MISSING
    return Explanation(False, reason, lacking)


def _allowed_roles(row: Any) -> Any:
    model: Any = type(row)
    grants = grants_of(model)[0].objects.filter(content_object=row)
    return Role.objects.filter(group_id__in=grants.values("group_id"), organization_id=row.organization_id)
