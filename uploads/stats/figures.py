"""Numbers and sizes of files, counted by the database: of the files that a caller may see, or of an organization."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from permissions.access import Access
from permissions.choices import Action, Permission
from permissions.models import Organization, User
from uploads.models import StorageAccount, Upload
from uploads.storage.key_holders import stored_holders

MAX_USERS = 100  # in by_user: those with the largest files


@dataclass(slots=True)
class Figure:
    """A number of files, versions or renditions, and their size in bytes."""

    count: int = 0
    size: int = 0

    def add(self, count: int, size: int | None) -> None:
        """Add `count` files of `size` bytes together."""
        self.count, self.size = self.count + count, self.size + int(size or 0)

    def as_dict(self) -> dict[str, int]:
        """Return the figure as the API represents it."""
        return {"count": self.count, "size": self.size}


Groups = dict[Any, Figure]
Group = tuple[tuple[Any, ...], int, int | None]  # values of the columns, count, size


def figures_for(access: Access) -> dict[str, Any]:
    """Return the answer of `/uploads/stats/`: figures of the files and of the trash that the caller may see.

    `by_user` is for those who may see all files. Two queries, three with `by_user`; only columns of the covering index
    of lists are read.
    """
    seen = Upload.objects.allowing(access, Action.VIEW)
    with_users = access.has(Permission.MEDIA_VIEW_ALL)
    grouped = list(_grouped(seen, "type", *(["uploaded_by_id"] if with_users else [])))
    total, trash = Figure(), Figure()
    for _, count, size in grouped:
        total.add(count, size)
    for _, count, size in _grouped(Upload.everything.trashed().allowing(access, Action.DELETE), "organization_id"):
        trash.add(count, size)
    answer: dict[str, Any] = {"total": total.as_dict(), "by_type": _by_type(_merged(grouped, 0))}
    if with_users:
        answer["by_user"] = _by_user(_merged(grouped, 1))
    return {**answer, "trash": trash.as_dict()}


def report_of(organization: Organization) -> Iterator[dict[str, Any]]:
    """Yield what an organization stores: a line for itself, one for each type, and one for each user with files.

    `files` are live ones, `trash` includes those being purged; `versions` and `renditions` are counted separately.
    """
    everything = Upload.everything.filter(organization=organization)
    for line, columns in (("organization", ()), ("type", ("type",)), ("user", ("uploaded_by_id",))):
        kinds = _kinds(everything, columns)
        for key in sorted(set().union(*kinds.values()), key=str):
            figures = {name: groups.get(key, Figure()).as_dict() for name, groups in kinds.items()}
            yield {"organization": organization.slug, "line": line, "key": key[0] if key else None, **figures}


def accounts_of(organization: Organization) -> dict[UUID | None, dict[str, int | None]]:
    """Return used and reserved bytes and the quota of each user; None: of the organization."""
    quotas = {True: organization.storage_quota, False: organization.user_quota}
    rows = StorageAccount.objects.filter(organization=organization).values_list("user_id", "used", "reserved")
    return {
        user_id: {"used": used, "reserved": reserved, "quota": quotas[user_id is None]}
        for user_id, used, reserved in rows.order_by()
    }


def _kinds(everything: QuerySet[Upload], columns: tuple[str, ...]) -> dict[str, Groups]:
    """Return figures of files, trash, versions and renditions, by the values of `columns` of the upload."""
    ids = everything.order_by().values("pk")
    beside = {
        holder.name: _grouped(holder.rows.filter(**{f"{holder.upload}__in": ids}), *map(holder.path, columns))
        for holder in stored_holders()
        if holder.upload
    }
    return {
        "files": _keyed(_grouped(everything.filter(deleted_at=None), *columns)),
        "trash": _keyed(_grouped(everything.exclude(deleted_at=None), *columns)),
        **{name: _keyed(grouped) for name, grouped in beside.items()},
    }


def _grouped(rows: QuerySet[Any], *columns: str) -> Iterable[Group]:
    """Return (values of the columns, count, size) of each group; without columns one group of all rows."""
    if not columns:
        whole = rows.order_by().aggregate(count=Count("pk"), size=Sum("size"))
        return [((), whole["count"], whole["size"])]
    groups = rows.order_by().values_list(*columns).annotate(Count("pk"), Sum("size"))
    return ((tuple(row[:-2]), row[-2], row[-1]) for row in groups)


def _keyed(grouped: Iterable[Group]) -> Groups:
    return {key: Figure(count, int(size or 0)) for key, count, size in grouped}


def _merged(grouped: Iterable[Group], position: int) -> Groups:
    """Return figures by one of the columns, summed over the others."""
    merged: Groups = defaultdict(Figure)
    for key, count, size in grouped:
        merged[key[position]].add(count, size)
    return merged


def _by_type(groups: Groups) -> list[dict[str, Any]]:
    return [{"type": name, **groups[name].as_dict()} for name in sorted(groups)]


def _by_user(groups: Groups) -> list[dict[str, Any]]:
    largest = sorted(groups, key=lambda pk: (-groups[pk].size, str(pk)))[:MAX_USERS]
    names = dict(User.objects.filter(pk__in=largest).order_by().values_list("pk", "username"))
    return [{"user": {"id": str(pk), "username": names.get(pk, "")}, **groups[pk].as_dict()} for pk in largest]
