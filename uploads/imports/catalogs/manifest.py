"""Manifests: a CSV file with a row for each file."""

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import IO, Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from common.errors import Invalid
from uploads.imports.catalogs.catalog import Catalog
from uploads.imports.catalogs.entries import Entry

TEXT_COLUMNS = ("username", "email", "title", "description", "alt_text", "category", "credit")
COLUMNS = ("path", *TEXT_COLUMNS, "tags", "date")
_DELIMITERS = ",;\t"


def read_manifest(path: Path) -> tuple[Catalog, list[str]]:
    """Read a CSV file with the column `path` and any of COLUMNS; return its catalog, and the columns that it ignores.

    `tags` are separated by "|"; a `date` is in ISO 8601, without an offset in the time zone of the installation. Reads
    one row at a time. Raises Invalid for other files, with the line.
    """
    catalog = Catalog()
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file, delimiter=_delimiter(file), strict=True)
            columns = rows.fieldnames or ()
            if "path" not in columns:
                raise Invalid(_("The manifest needs a column named path."))
            for line, row in _rows(rows):
                _add(catalog, line, row)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(_("The manifest is not a CSV file in UTF-8: %(error)s.") % {"error": error}) from error
    return catalog, [column for column in columns if column not in COLUMNS]


def _delimiter(file: IO[str]) -> str:
    """Return what separates the columns of the first line: a comma, or what spreadsheets write elsewhere."""
    header = file.readline()
    file.seek(0)
    return max(_DELIMITERS, key=header.count)


def _rows(rows: "csv.DictReader[str]") -> Iterator[tuple[int, dict[str, str]]]:
    for row in rows:
        yield rows.line_num, {column: row.get(column) or "" for column in COLUMNS}


def _add(catalog: Catalog, line: int, row: Mapping[str, str]) -> None:
    path, moment = row["path"], row["date"].strip()
    created_at = _moment(moment, line) if moment else None
    texts: dict[str, Any] = {column: row[column] for column in TEXT_COLUMNS}
    entry = Entry(**texts, tags=tuple(row["tags"].split("|")), created_at=created_at)
    catalog.add(path or f"line {line}", entry, dict.fromkeys((path, path.replace("\\", "/"))) if path else ())


def _moment(text: str, line: int) -> datetime:
    try:
        moment, day = parse_datetime(text), parse_date(text)
    except ValueError:  # well formed, such as 2019-02-30
        moment, day = None, None
    if moment is None and day:
        moment = datetime.combine(day, time(12))  # noon is that day in most time zones
    if moment is None:
        facts = {"line": line, "text": text[:40]}
        raise Invalid(_("Line %(line)d of the manifest: “%(text)s” is no date such as 2019-12-31T14:05.") % facts)
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
