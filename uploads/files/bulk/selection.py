"""Which files are meant, and what the caller may do with each of them: decided once, on locked rows."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Case, Value, When

from common.errors import Invalid, SelectionChanged
from permissions.access import Access, rule
from permissions.choices import Action
from uploads.models import Upload
from uploads.querysets import UploadQuerySet

MOST_MATCHING = 100_000  # files of one filter


@dataclass(frozen=True, slots=True)
class Selection:
    """Files that a caller names: those of `rows` with one of `ids`, or (None) all `count` of `rows`.

    `count` is the number that the caller was shown. Rows of other organizations are never among them.
    """

    rows: UploadQuerySet
    ids: Collection[UUID] | None = None
    count: int = 0


class Facts(NamedTuple):
    """What is known of a locked file."""

    type: str
    visibility: str
    usage_count: int


@dataclass(slots=True)
class Locked:
    """The chosen files, locked until the end of the transaction; of the `allowed` ones some facts are known.

    `not_found` are the ids that are none of the chosen rows: unknown, foreign, or in the wrong state.
    """

    allowed: dict[UUID, Facts] = field(default_factory=dict)
    denied: list[UUID] = field(default_factory=list)
    not_found: list[UUID] = field(default_factory=list)


def lock_selection(selection: Selection, access: Access, action: Action) -> Locked:
    """Lock the chosen rows in order of id, so that two calls wait for each other and never for ever. One statement.

    The rule is asked of the rows as they are once locked: whoever waited decides on what the one before left.
    Raises Invalid where more than MOST_MATCHING rows match a filter, SelectionChanged where their number is not the
    one that was shown.
    """
    may: Any = Case(When(rule(access, action, Upload), then=Value(True)), default=False, output_field=BooleanField())
    # Keys are not touched, so whoever only refers to a row need not wait.
    rows = selection.rows.in_organization(access).order_by("pk").select_for_update(of=("self",), no_key=True)
    rows = rows[: MOST_MATCHING + 1] if selection.ids is None else rows.among(selection.ids)
    found = {pk: (allowed, facts) for pk, allowed, *facts in rows.values_list("pk", may, *Facts._fields)}
    if selection.ids is None and len(found) > MOST_MATCHING:
        raise Invalid(f"More than {MOST_MATCHING:,} files match.", attr="filter", code="too_many")
    if selection.ids is None and len(found) != selection.count:
        raise SelectionChanged(shown=selection.count, matching=len(found))
    locked = Locked()
    for pk in dict.fromkeys(found if selection.ids is None else selection.ids):
        if pk not in found:
            locked.not_found.append(pk)
        elif not found[pk][0]:
            locked.denied.append(pk)
        else:
            locked.allowed[pk] = Facts(*found[pk][1])
    return locked


def organization_of(access: Access) -> UUID:
    """Return the one organization that `access` acts in. Raises Invalid for a superuser who acts in all of them."""
    if access.organization_id is None:
        raise Invalid("Act in one organization for this.")
    return access.organization_id
