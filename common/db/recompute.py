"""Writing computed text into many rows, in short transactions."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model

from common.batches import batches
from common.db.computed_columns import computed_columns
from common.db.iterate import iterate

BATCH = 1000  # rows of one transaction

Row = dict[str, Any]
Texts = Mapping[UUID, str]
TextsOf = Callable[[Sequence[Row]], Mapping[str, Texts]]


def recompute(model: type[Model]) -> int:
    """Rewrite the computed columns of all rows, the trash included; return how many texts differed.

    Can be interrupted and repeated; also takes the historical models of a migration.
    """
    columns = computed_columns(model)

    def texts_of(rows: Sequence[Row]) -> dict[str, Texts]:
        return {
            column.name: {row["pk"]: column.compute(tuple(row[name] for name in column.of)) for row in rows}
            for column in columns
        }

    return rewrite(model, {name for column in columns for name in (column.name, *column.of)}, texts_of)


def rewrite(model: type[Model], reads: Collection[str], texts_of: TextsOf) -> int:
    """Go through all rows in batches, and write where `texts_of` returns another text, by column and primary key.

    `reads` names the columns that it needs and those that it writes. Returns how many texts differed.
    """
    rows = model._base_manager.select_for_update(of=("self",)).values("pk", *reads)
    pages = batches(iterate(rows, size=BATCH), BATCH)
    total = 0
    while (changed := _rewrite_next(model, pages, texts_of)) is not None:
        total += changed
    return total


def update_texts(model: type[Model], field: str, texts: Texts) -> None:
    """Write a text of its own into each of many rows, by primary key. Twenty times faster than a CASE for each row."""
    quote = connection.ops.quote_name
    [column] = [each.column for each in model._meta.concrete_fields if each.name == field]
    table, name, key = quote(model._meta.db_table), quote(str(column)), quote(str(model._meta.pk.column))
    if connection.vendor == "postgresql":
        parameters: list[Any] = [list(texts), list(texts.values())]
        pairs = "unnest(%s::uuid[], %s::text[]) AS pair(id, text)"
    else:
        parameters = [json.dumps([[pk.hex, text] for pk, text in texts.items()])]
        pairs = (
            "(SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS text FROM json_each(%s)) AS pair"
        )
    with connection.cursor() as cursor:
        # Names come from our models, everything else is a parameter.
        cursor.execute(
            f"UPDATE {table} SET {name} = pair.text FROM {pairs} WHERE {table}.{key} = pair.id",  # noqa: S608
            parameters,
        )


def _rewrite_next(model: type[Model], pages: Iterator[list[Row]], texts_of: TextsOf) -> int | None:
    """Write the texts of the next page that differ; return how many, or None after the last page.

    The page is read inside the transaction, which locks its rows, so that no concurrent edit is
    overwritten.
    """
    with transaction.atomic():
        rows = next(pages, None)
        if rows is None:
            return None
        changed = 0
        for column, texts in texts_of(rows).items():
            differing = {row["pk"]: texts[row["pk"]] for row in rows if row[column] != texts[row["pk"]]}
            changed += len(differing)
            if differing:
                update_texts(model, column, differing)
    return changed
