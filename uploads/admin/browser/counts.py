"""How many files each choice of the sidebar would show. Asked for after the page is there: counting is what costs."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Count, Q

from permissions.access import Access
from permissions.choices import Permission, Visibility
from permissions.models import User
from uploads.admin.browser.page import files_of
from uploads.admin.browser.state import BrowserState
from uploads.choices import UploadType
from uploads.files.bulk import MOST_MATCHING
from uploads.models import UploadTag
from uploads.querysets import UploadQuerySet

COUNTED = MOST_MATCHING  # files; a total above it is not exact, and no call takes as many
OFFERED = 12  # tags, categories, people: the most frequent ones; others are typed

Counts = list[dict[str, Any]]


def counts_of(state: BrowserState, access: Access) -> dict[str, Any]:
    """Return the total and, by filter, the choices with their counts: each as if that filter were not set.

    Four to nine queries, whatever the number of files. Raises Invalid, Denied.
    """
    fixed = _fixed(state, access)
    return {
        "total": fixed["total"],
        "most": COUNTED,
        **{name: fixed[name] for name in ("type", "visibility", "in_use")},
        "tag": _tags(files_of(state, access)),
        "category": _by(files_of(state.without("category"), access).exclude(category=""), "category"),
        "uploaded_by": _people(files_of(state.without("uploaded_by"), access)) if _sees_all(access) else [],
    }


def _sees_all(access: Access) -> bool:
    return access.has(Permission.MEDIA_VIEW_ALL)


def _fixed(state: BrowserState, access: Access) -> dict[str, Any]:
    """Choices that are known beforehand, counted in one pass; in one more for each such filter that is set."""
    wanted: dict[str, dict[str, Q]] = {
        "type": {value: Q(type=value) for value in UploadType.values},
        "visibility": {value: Q(visibility=value) for value in Visibility.values},
        "in_use": {"true": Q(usage_count__gt=0), "false": Q(usage_count=0)},
    }
    everything = _counted(files_of(state, access), {"total": Q(), **_flat(wanted)})
    found: dict[str, Any] = {"total": everything["total"]}
    for name, choices in wanted.items():
        counts = everything
        if name in state.parameters:
            counts = _counted(files_of(state.without(name), access), _flat({name: choices}))
        found[name] = {value: counts[f"{name}_{value}"] for value in choices}
    return found


def _flat(wanted: dict[str, dict[str, Q]]) -> dict[str, Q]:
    return {f"{name}_{value}": condition for name, choices in wanted.items() for value, condition in choices.items()}


def _counted(rows: UploadQuerySet, wanted: dict[str, Q]) -> dict[str, int]:
    bounded = rows.order_by().values("id", "type", "visibility", "usage_count")[: COUNTED + 1]
    return bounded.aggregate(
        **{name: Count("id", filter=condition) if condition else Count("id") for name, condition in wanted.items()}
    )


def _tags(rows: UploadQuerySet) -> Counts:
    words = UploadTag.objects.filter(upload_id__in=rows.order_by().values("pk")).order_by()
    counted = words.values("tag__name").annotate(count=Count("upload_id"))
    top = counted.order_by("-count", "tag__name_sort", "tag__name")[:OFFERED]
    return [_choice(row["tag__name"], row["tag__name"], row["count"]) for row in top]


def _by(rows: UploadQuerySet, column: str, said: Callable[[Iterable[Any]], dict[Any, str]] = dict) -> Counts:
    top = rows.order_by().values(column).annotate(count=Count("pk")).order_by("-count", column)[:OFFERED]
    found = list(top)
    names = said(row[column] for row in found) if said is not dict else {}
    return [_choice(str(row[column]), names.get(row[column], str(row[column])), row["count"]) for row in found]


def _people(rows: UploadQuerySet) -> Counts:
    return _by(rows, "uploaded_by_id", _names)


def _names(ids: Iterable[Any]) -> dict[Any, str]:
    return dict(User.objects.filter(pk__in=list(ids)).values_list("pk", "username"))


def _choice(value: str, text: str, count: int) -> dict[str, Any]:
    return {"value": value, "text": text, "count": count}
