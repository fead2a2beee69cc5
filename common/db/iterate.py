"""All rows of a queryset, page by page: a short statement for each page, and one page in memory.

A server-side cursor would keep one transaction open, and so old row versions alive, until the last row.
"""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row")


def iterate(rows: QuerySet[Any, Row], *, by: str | tuple[str, ...] = "pk", size: int = 1000) -> Iterator[Row]:
    """Yield `rows` in ascending order of `by`: one unique field, or fields that are unique together, without NULL.

    A queryset of tuples (`values_list`) begins with the fields of `by`; one of dictionaries (`values`) has them.
    Each page is read when its first row is asked for, with one query, so a caller that takes `size` rows at a time
    (`common.batches`) may do so inside a transaction of its own. After a short page no further
    query is made. A row whose key changes meanwhile may be returned twice or not at all.
    """
    fields = (by,) if isinstance(by, str) else by
    rows = rows.order_by(*fields)
    page = list(rows[:size])
    while page:
        yield from page
        if len(page) < size:
            return
        page = list(rows.filter(_after(fields, _key_of(page[-1], fields)))[:size])


def delete_in_batches(rows: QuerySet[Any, Any], *, size: int = 1000) -> int:
    """Delete all of `rows`, `size` in one statement, so that no transaction grows with them. Returns how many."""
    count = 0
    while ids := list(rows.order_by().values_list("pk", flat=True)[:size]):
        count += rows.model._base_manager.filter(pk__in=ids).delete()[0]
    return count


def _key_of(row: object, fields: tuple[str, ...]) -> tuple[object, ...]:
    if isinstance(row, Model):
        return tuple(getattr(row, field) for field in fields)
    if isinstance(row, dict):
        return tuple(row[field] for field in fields)
    assert isinstance(row, tuple)
    return row[: len(fields)]


def _after(fields: tuple[str, ...], key: tuple[object, ...]) -> Q:
    """Return the condition of rows after `key`: greater in one field, equal in the fields before it."""
    condition = Q()
    for number, (field, value) in enumerate(zip(fields, key, strict=True)):
        equal = dict(zip(fields[:number], key[:number], strict=True))
        condition |= Q(**equal, **{f"{field}__gt": value})
    return condition
