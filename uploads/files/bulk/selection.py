"""The files of a bulk change: selected, locked, and divided by the rule."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Case, Value, When
from django.utils.translation import gettext as _

from common.errors import Invalid, SelectionChanged
from permissions.access import Access, rule
from permissions.choices import Action
from uploads.models import Upload
from uploads.querysets import UploadQuerySet

MAX_MATCHING = 100_000  # files of one filter


@dataclass(frozen=True, slots=True)
class Selection:
    """Files that a caller selects: those of `rows` with one of `ids`, or all of `rows` where `ids` is None.

    `count` is the number that the caller was shown for all of `rows`. Rows of other organizations are left out.
    """

    rows: UploadQuerySet
    ids: Collection[UUID] | None = None
    count: int = 0


class Facts(NamedTuple):
    """Facts of a locked file."""

    type: str
    visibility: str
    usage_count: int


@dataclass(slots=True)
class Locked:
    """The selected files, locked until the end of the transaction; `allowed` with some facts of each.

    `not_found` are ids of no selected row: unknown, of another organization, or in another state.
    """

    allowed: dict[UUID, Facts] = field(default_factory=dict)
    denied: list[UUID] = field(default_factory=list)
    not_found: list[UUID] = field(default_factory=list)


def lock_selection(selection: Selection, access: Access, action: Action) -> Locked:
    """Lock the selected rows in order of id, so that two calls do not deadlock. One statement.

    The rule is evaluated on the locked rows: a call that waited sees what the call before it committed.
    Raises Invalid where more than MAX_MATCHING rows match a filter, SelectionChanged where their number is not the
    one that was shown.
    """
    may = Case(When(rule(access, action, Upload), then=Value(True)), default=False, output_field=BooleanField())
    # Keys do not change, so a transaction that only refers to a row need not wait.
    rows = selection.rows.in_organization(access).order_by("pk").select_for_update(of=("self",), no_key=True)
    rows = rows[: MAX_MATCHING + 1] if selection.ids is None else rows.among(selection.ids)
    chosen = {pk: (allowed, facts) for pk, allowed, *facts in rows.values_list("pk", may, *Facts._fields)}
    if selection.ids is None and len(chosen) > MAX_MATCHING:
        detail = _("More than %(count)s files match.") % {"count": f"{MAX_MATCHING:,}"}
        raise Invalid(detail, attr="filter", code="too_many")
    if selection.ids is None and len(chosen) != selection.count:
        raise SelectionChanged(shown=selection.count, matching=len(chosen))
    locked = Locked()
    for pk in dict.fromkeys(chosen if selection.ids is None else selection.ids):
        if pk not in chosen:
            locked.not_found.append(pk)
        elif not chosen[pk][0]:
            locked.denied.append(pk)
        else:
            locked.allowed[pk] = Facts(*chosen[pk][1])
    return locked


def organization_of(access: Access) -> UUID:
    """Return the organization of `access`. Raises Invalid for a superuser who acts in all organizations."""
    if access.organization_id is None:
        raise Invalid(_("Choose one organization for this."))
    return access.organization_id
