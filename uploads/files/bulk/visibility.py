"""Changing the visibility of many files: of all or none, or (`partial`) of those that the caller may edit."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Permission as GrantedPermission
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONArray
from django.utils import timezone
from django.utils.translation import gettext as _

from common.db.insert_select import Json, JsonList, insert_from
from common.db.transactions import transactional
from common.errors import Denied, Invalid
from permissions.access import Access
from permissions.choices import Action, Permission
from permissions.models import Role
from uploads.activity.record import record_activity, turned_into
from uploads.choices import ActivityAction
from uploads.files.bulk.selection import Locked, Selection, lock_selection, organization_of
from uploads.files.edit import find_roles
from uploads.kinds import kind_of
from uploads.models import Upload, UploadGroupObjectPermission


@dataclass(frozen=True, slots=True)
class VisibilityOutcome:
    """The outcome of each file, by id, in the order of the request. Files of fixed visibility are `denied`."""

    updated: list[UUID]
    denied: list[UUID]
    not_found: list[UUID]


@transactional
def bulk_visibility(
    *,
    access: Access,
    selection: Selection,
    visibility: str,
    allowed_roles: Sequence[UUID] | None = None,
    partial: bool = False,
) -> VisibilityOutcome:
    """Give the selected live files `visibility`, and (unless None) exactly these allowed roles.

    Files that would not change are not written, and count as updated. With `partial`, files that the caller may not
    edit are left out. Otherwise raises Denied with the ids of files that may not be edited or do not exist, and
    Invalid with those of fixed visibility. Raises DoesNotExist for a role of another organization.
    """
    locked = lock_selection(selection, access, Action.EDIT)
    fixed = _of_fixed_visibility(locked, visibility)
    if not partial:
        _require_all(locked)
        _require_changeable(fixed)
    for pk in fixed:
        del locked.allowed[pk]
    changed = [pk for pk, facts in locked.allowed.items() if facts.visibility != visibility]
    changes: dict[str, Any] = {"visibility": turned_into("visibility", visibility)}
    if allowed_roles is not None:
        roles = find_roles(organization_of(access), allowed_roles)
        other = _with_other_roles(locked.allowed, roles)
        changed = [pk for pk in locked.allowed if pk in other or locked.allowed[pk].visibility != visibility]
        changes["allowed_roles"] = JSONArray(_role_names(), Json(sorted(role.name for role in roles)))
    if changed:
        rows = Upload.objects.among(changed)
        record_activity(action=ActivityAction.ACCESS, uploads=rows, actor_id=access.user_id, changes=changes)
        rows.update(visibility=visibility, updated_at=timezone.now())
        if allowed_roles is not None:
            _allow_exactly(roles, changed)
    return VisibilityOutcome(list(locked.allowed), [*locked.denied, *fixed], locked.not_found)


def _require_all(locked: Locked) -> None:
    missing = [*locked.denied, *locked.not_found]
    if missing:
        raise Denied(
            _("You may not edit some of these files, or they do not exist. No file was changed."),
            attr="ids",
            code="denied",
            items=[str(pk) for pk in missing],
        )


def _of_fixed_visibility(locked: Locked, visibility: str) -> list[UUID]:
    """Return the allowed files whose type has another, fixed visibility."""
    kinds = {type_: kind_of(type_) for type_ in {facts.type for facts in locked.allowed.values()}}
    fixed = {type_ for type_, kind in kinds.items() if kind.fixed_visibility and kind.visibility != visibility}
    return [pk for pk, facts in locked.allowed.items() if facts.type in fixed]


def _require_changeable(fixed: Collection[UUID]) -> None:
    if fixed:
        raise Invalid(
            _("The visibility of some of these files is fixed. No file was changed."),
            attr="visibility",
            code="visibility_is_fixed",
            items=[str(pk) for pk in fixed],
        )


def _with_other_roles(ids: Collection[UUID], roles: Collection[Role]) -> set[UUID]:
    """Return those of `ids` whose allowed roles are not exactly `roles`."""
    groups: dict[UUID, set[int]] = defaultdict(set)
    for pk, group in _grants(ids).values_list("content_object_id", "group_id"):
        groups[pk].add(group)
    wanted = {role.group_id for role in roles}
    return {pk for pk in ids if groups.get(pk, set()) != wanted}


def _role_names() -> JsonList:
    """Return the names of the allowed roles of each file, as the history has them."""
    grants = UploadGroupObjectPermission.objects.filter(content_object=OuterRef("pk"))
    return JsonList(grants.order_by("group__role__name_sort").values(entry=F("group__role__name")))


def _allow_exactly(roles: Collection[Role], ids: Sequence[UUID]) -> None:
    """Write the allowed roles: two statements, and two more for each role."""
    groups = [role.group_id for role in roles]
    _grants(ids).exclude(group_id__in=groups).delete()
    granted = GrantedPermission.objects.get(codename=Permission.MEDIA_VIEW, content_type__app_label="uploads")
    for group in groups:
        having = _grants(ids).filter(group_id=group).values("content_object_id")
        rows = Upload.objects.among(ids).exclude(pk__in=having)
        insert_from(rows, UploadGroupObjectPermission, content_object=F("pk"), group=group, permission=granted.pk)


def _grants(ids: Collection[UUID]) -> QuerySet[UploadGroupObjectPermission]:
    return UploadGroupObjectPermission.objects.filter(content_object__pk__among=ids)
