"""Why somebody may or may not do something to one row, asked of the rule itself."""

from dataclasses import dataclass
from typing import Any

from permissions.access import Access, Reach, Way, grants_of, reach, ways
from permissions.choices import Action, Because, Permission, Visibility
from permissions.models import Role


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision and its reason.

    `permissions` and `roles` are what it rests on; where it is a refusal, any one of them would turn it.
    """

    allowed: bool
    because: Because
    permissions: tuple[Permission, ...] = ()
    roles: tuple[Role, ...] = ()


def explain(access: Access, action: Action, row: Any) -> Explanation:
    """Tell whether `access` may do `action` to `row`, a governed row, and why. At most a query a way, and the roles.

    Raises LookupError for an action that has no rule, ValueError for a row of another organization.
    """
    rows = type(row)._base_manager.within(access).filter(pk=row.pk)
    if not (access.everywhere or row.organization_id == access.organization_id):
        raise ValueError("The row belongs to another organization.")
    closed = []
    for way in ways(access, action, type(row)):
        if not rows.filter(way.where).exists():
            continue
        if way.is_open_to(access):
            return _allowed(access, way, row)
        closed.append(way)
    return _refused(access, action, row, closed)


def _allowed(access: Access, way: Way, row: Any) -> Explanation:
    roles = _allowed_roles(row).filter(group_id__in=access.group_ids) if way.because is Because.ALLOWED_ROLE else ()
    return Explanation(True, way.because, (way.permission,) if way.permission else (), tuple(roles))


def _refused(access: Access, action: Action, row: Any, closed: list[Way]) -> Explanation:
    lacking = tuple(way.permission for way in closed if way.permission)
    if action == Action.VIEW and row.visibility == Visibility.ROLE_BASED:
        return Explanation(False, Because.NO_ALLOWED_ROLE, lacking, tuple(_allowed_roles(row)))
    if action == Action.VIEW:
        return Explanation(False, Because.PRIVATE, lacking)
    reached = reach(access, action)
    if reached is Reach.EVERY_ROW:  # sharing asks for more than its own right
        return Explanation(False, Because.NOT_VISIBLE, explain(access, Action.VIEW, row).permissions)
    return Explanation(False, Because.NOT_OWNER if reached is Reach.OWN_ROWS else Because.PERMISSION_MISSING, lacking)


def _allowed_roles(row: Any) -> Any:
    model: Any = type(row)
    grants = grants_of(model)[0].objects.filter(content_object=row)
    return Role.objects.filter(group_id__in=grants.values("group_id"), organization_id=row.organization_id)
