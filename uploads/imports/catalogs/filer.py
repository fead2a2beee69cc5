"""The files of django-filer: what its tables say of the files of its media folder."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.utils import ConnectionHandler
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from common.db.address import database_at
from common.errors import Invalid
from uploads.imports.catalogs.catalog import Catalog
from uploads.imports.catalogs.entries import Entry, paragraphs

BATCH = 1000
UNLISTED = "not in the tables of django-filer"
_ABOVE = 4  # folders above the one that the tables name: media, smedia/filer_private
_TEXTS = ("file", "original_filename", "name", "description", "uploaded_at", "folder_id", "owner_id")
_IMAGE_TEXTS = ("default_alt_text", "default_caption", "author")
_LONGEST_WAIT = 60  # seconds for one batch


class FilerCatalog(Catalog):
    """The rows of `filer_file`, with those of `filer_image`, `filer_folder` and their owners.

    A file is found by its path below any folder, since public and private files have roots of their own; other files
    of the media folder are skipped. The path of the filer's folder becomes the category. Raises Invalid where the
    tables are missing.
    """

    def __init__(self, database: BaseDatabaseWrapper) -> None:
        super().__init__(unlisted=UNLISTED)
        try:
            self._read(database)
        except DatabaseError as error:
            raise Invalid(_("The tables of django-filer cannot be read: %(error)s") % {"error": error}) from error

    def find(self, *paths: str) -> Entry | None:
        """Return the row of a file, also where its path has folders in front of the one in the table."""
        tails = [path.split("/", above)[-1] for path in paths for above in range(min(_ABOVE, path.count("/")) + 1)]
        return super().find(*tails)

    def _read(self, database: BaseDatabaseWrapper) -> None:
        with database.cursor() as cursor:
            tables = set(database.introspection.table_names(cursor))
            if not {"filer_file", "filer_folder"} <= tables:
                raise Invalid(_("This database has no tables of django-filer."))
            query = _query(database, owners=_owners(database, cursor), has_images="filer_image" in tables)
        folders = _Folders(database)
        for row in _rows(database, query):
            self._add_row(row, folders)

    def _add_row(self, row: Mapping[str, Any], folders: "_Folders") -> None:
        path = row["file"] or ""
        entry = Entry(
            name=row["original_filename"] or "",
            username=row["username"] or "",
            email=row["email"] or "",
            title=row["name"] or "",
            description=paragraphs(row["default_caption"] or "", row["description"] or ""),
            alt_text=row["default_alt_text"] or "",
            credit=row["author"] or "",
            category=folders.path_of(row["folder_id"]),
            created_at=_moment(row["uploaded_at"]),
        )
        self.add(path or f"filer_file {row['id']}", entry, [path] if path else [])


class _Folders:
    """The paths of the filer's folders, "Events / 2020", which are read once."""

    def __init__(self, database: BaseDatabaseWrapper) -> None:
        with database.cursor() as cursor:
            cursor.execute("SELECT id, parent_id, name FROM filer_folder")
            self._rows = {pk: (parent, name) for pk, parent, name in cursor}

    def path_of(self, folder: int | None) -> str:
        names: list[str] = []
        while folder in self._rows and len(names) < 100:  # a cycle ends as well
            folder, name = self._rows[folder]
            names.append(name)
        return " / ".join(reversed(names))


@dataclass(frozen=True, slots=True)
class _Owners:
    """The table of users that `filer_file` refers to, its key, and its columns; without a table: nothing is known."""

    table: str = ""
    key: str = ""
    columns: frozenset[str] = frozenset()


def _owners(database: BaseDatabaseWrapper, cursor: CursorWrapper) -> _Owners:
    relation = database.introspection.get_relations(cursor, "filer_file").get("owner_id")
    if relation is None:
        return _Owners()
    key, table = relation
    description = database.introspection.get_table_description(cursor, table)
    return _Owners(table, key, frozenset(column.name for column in description))


def _query(database: BaseDatabaseWrapper, *, owners: _Owners, has_images: bool) -> str:
    """Return the statement for one batch of rows after an id. Its names are those of the database itself."""
    quoted = database.ops.quote_name
    images = [f"i.{name}" if has_images else f"NULL AS {name}" for name in _IMAGE_TEXTS]
    users = [f"u.{name}" if name in owners.columns else f"NULL AS {name}" for name in ("username", "email")]
    joins = " LEFT JOIN filer_image i ON i.file_ptr_id = f.id" if has_images else ""
    joins += f" LEFT JOIN {quoted(owners.table)} u ON u.{quoted(owners.key)} = f.owner_id" if owners.table else ""
    columns = ", ".join(["f.id", *(f"f.{name}" for name in _TEXTS), *images, *users])
    return f"SELECT {columns} FROM filer_file f{joins} WHERE f.id > %s ORDER BY f.id LIMIT {BATCH}"  # noqa: S608


def _rows(database: BaseDatabaseWrapper, query: str) -> Iterator[dict[str, Any]]:
    last = 0
    while True:
        with database.cursor() as cursor:
            cursor.execute(query, [last])
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        if not rows:
            return
        yield from rows
        last = rows[-1]["id"]


def _moment(value: Any) -> datetime | None:
    """Return a moment of a driver; SQLite has them as text, in UTC."""
    try:
        moment = value if isinstance(value, datetime) else parse_datetime(str(value or ""))
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


@contextmanager
def filer_database(url: str | None) -> Iterator[BaseDatabaseWrapper]:
    """Yield a connection to the database at `url`, which is only read, or to this installation's. Raises Invalid."""
    if url is None:
        yield connection
        return
    try:
        settings = database_at(url, named="--database")
    except ValueError as error:
        raise Invalid(str(error)) from None
    other = ConnectionHandler({"default": _read_only(settings)})["default"]
    try:
        yield other
    finally:
        other.close()


def _read_only(settings: dict[str, Any]) -> dict[str, Any]:
    if settings["ENGINE"].endswith("sqlite3"):
        return {**settings, "NAME": f"file:{quote(str(settings['NAME']))}?mode=ro"}
    limits = f"-c default_transaction_read_only=on -c statement_timeout={_LONGEST_WAIT * 1000}"
    return {**settings, "OPTIONS": {**settings.get("OPTIONS", {}), "connect_timeout": 10, "options": limits}}
