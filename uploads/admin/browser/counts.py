"""The number of files of each choice of the sidebar. The page requests it after it is shown, since counting is slow."""

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict
from uuid import UUID

from django.db.models import Count, Q

from permissions.access import Access
from permissions.choices import Permission, Visibility
from permissions.models import User
from uploads.admin.browser.query import files_of
from uploads.admin.browser.state import BrowserState
from uploads.choices import UploadType
from uploads.files.bulk import MAX_MATCHING
from uploads.models import Upload, UploadTag
from uploads.querysets import UploadQuerySet

COUNTED = MAX_MATCHING  # files; a total above it is not exact, and no bulk call takes more
OFFERED = 12  # tags, categories, people: the most frequent ones; others are typed

Fixed = dict[str, int]  # the number of files by value


class Choice(TypedDict):
    value: str
    text: str
    count: int


class Counts(TypedDict):
    """Counts by filter, of `most` files and one more: with more, they are shares of those.

    Fixed choices have counts by value, others are listed.
    """

    total: int
    most: int
    type: Fixed
    visibility: Fixed
    in_use: Fixed
    tag: list[Choice]
    category: list[Choice]
    uploaded_by: list[Choice]


def counts_of(state: BrowserState, access: Access) -> Counts:
    """Return the total and the counts of the choices of each filter, as if that filter were not set.

    Four to nine queries for any number of files. Raises Invalid, Denied.
    """
    total, fixed = _fixed(state, access)
    return {
        "total": total,
        "most": COUNTED,
        "type": fixed["type"],
        "visibility": fixed["visibility"],
        "in_use": fixed["in_use"],
        "tag": _tags(files_of(state, access)),
        "category": _categories(files_of(state.without("category"), access).exclude(category="")),
        "uploaded_by": _people(files_of(state.without("uploaded_by"), access)) if _sees_all(access) else [],
    }


def _sees_all(access: Access) -> bool:
    return access.has(Permission.MEDIA_VIEW_ALL)


def _fixed(state: BrowserState, access: Access) -> tuple[int, dict[str, Fixed]]:
    """Return the total and the counts of fixed choices: one query, and one more for each such filter that is set."""
    wanted: dict[str, dict[str, Q]] = {
        "type": {value: Q(type=value) for value in UploadType.values},
        "visibility": {value: Q(visibility=value) for value in Visibility.values},
        "in_use": {"true": Q(usage_count__gt=0), "false": Q(usage_count=0)},
    }
    everything = _counted(files_of(state, access), {"total": Q(), **_flat(wanted)})
    fixed: dict[str, Fixed] = {}
    for name, choices in wanted.items():
        counts = everything
        if name in state.parameters:
            counts = _counted(files_of(state.without(name), access), _flat({name: choices}))
        fixed[name] = {value: counts[f"{name}_{value}"] for value in choices}
    return everything["total"], fixed


def _flat(wanted: dict[str, dict[str, Q]]) -> dict[str, Q]:
    return {f"{name}_{value}": condition for name, choices in wanted.items() for value, condition in choices.items()}


def _counted(rows: UploadQuerySet, wanted: dict[str, Q]) -> dict[str, int]:
    return _bounded(rows, "type", "visibility", "usage_count").aggregate(
        **{name: Count("id", filter=condition) if condition else Count("id") for name, condition in wanted.items()}
    )


def _bounded(rows: UploadQuerySet, *columns: str) -> Any:
    """Return columns of as many of the rows as are counted, any of them where there are more."""
    return rows.order_by().values("id", *columns)[: COUNTED + 1]


def _tags(rows: UploadQuerySet) -> list[Choice]:
    tagged = UploadTag.objects.filter(upload_id__in=_bounded(rows)).order_by()
    counted = tagged.values("tag__name").annotate(count=Count("upload_id"))
    top = counted.order_by("-count", "tag__name_sort", "tag__name")[:OFFERED]
    return [_choice(row["tag__name"], row["tag__name"], row["count"]) for row in top]


def _categories(rows: UploadQuerySet) -> list[Choice]:
    counted = Upload.everything.filter(pk__in=_bounded(rows)).values("category").annotate(count=Count("pk"))
    top = counted.order_by("-count", "category")[:OFFERED]
    return [_choice(row["category"], row["category"], row["count"]) for row in top]


def _people(rows: UploadQuerySet) -> list[Choice]:
    column = "uploaded_by_id"
    counted = Upload.everything.filter(pk__in=_bounded(rows)).values(column).annotate(count=Count("pk"))
    top = list(counted.order_by("-count", column)[:OFFERED])
    names = _names(row[column] for row in top)
    return [_choice(str(row[column]), names.get(row[column], str(row[column])), row["count"]) for row in top]


def _names(ids: Iterable[UUID]) -> Mapping[UUID, str]:
    return dict(User.objects.filter(pk__in=list(ids)).values_list("pk", "username"))


def _choice(value: str, text: str, count: int) -> Choice:
    return {"value": value, "text": text, "count": count}
