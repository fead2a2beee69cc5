"""Columns for search and order that are computed from other columns of their row."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from common.text import SORT_KEY_LENGTH, fold, sort_key


class ComputedColumn(models.Field):
    """A text column made of the columns `of`, written whenever the row is saved, alone or in bulk.

    `update()` and SQL do not write it: `manage.py refold` corrects what they leave behind. The database has a default,
    so that processes of an earlier release, which do not know the column, can insert rows.
    """

    def __init__(self, *, of: tuple[str, ...], **options: Any) -> None:
        self.of = tuple(of)
        super().__init__(**{"editable": False, "default": "", "db_default": "", **options})

    def compute(self, values: tuple[str, ...]) -> str:
        """Return the column's text for the values of `of`."""
        raise NotImplementedError

    def pre_save(self, row: models.Model, add: bool) -> str:
        text = self.compute(tuple(getattr(row, name) for name in self.of))
        setattr(row, self.attname, text)
        return text

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "of": self.of}

    def check(self, **options: Any) -> list[CheckMessage]:
        errors = super().check(**options)
        if not issubclass(self.model, HasComputedColumns):
            errors.append(Error("The model must inherit HasComputedColumns.", obj=self, id="common.E001"))
        return errors


class SearchTextField(ComputedColumn, models.TextField):
    """The folded text of the columns `of`, each on a line of its own, so that no search matches across two of them."""

    def compute(self, values: tuple[str, ...]) -> str:
        return fold("\n".join(values))


class SortKeyField(ComputedColumn, models.CharField):
    """The natural order of the names in the column `of`, compared byte by byte on every database.

    PostgreSQL would otherwise compare by the language of the database.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": SORT_KEY_LENGTH, **options})

    def compute(self, values: tuple[str, ...]) -> str:
        return sort_key("\n".join(values))

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = dict(super().db_parameters(connection))
        return parameters | {"collation": "C"} if connection.vendor == "postgresql" else parameters


class HasComputedColumns(models.Model):
    """A model whose `save(update_fields=…)` also writes the columns that are computed from those fields."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        if options.get("update_fields") is not None:
            options["update_fields"] = with_computed(type(self), options["update_fields"])
        super().save(*args, **options)


def computed_columns(model: type[models.Model]) -> list[ComputedColumn]:
    """Return the computed columns of a model."""
    return [column for column in model._meta.concrete_fields if isinstance(column, ComputedColumn)]


def sort_column(model: type[models.Model], name: str) -> str:
    """Return the name of the sort key of the column `name`; `name` itself if there is none."""
    keys = [column for column in computed_columns(model) if isinstance(column, SortKeyField)]
    return next((key.name for key in keys if key.of == (name,)), name)


def with_computed(model: type[models.Model], names: Iterable[str]) -> set[str]:
    """Return `names` and the columns that are computed from them."""
    names = set(names)
    return names | {column.name for column in computed_columns(model) if names & set(column.of)}
