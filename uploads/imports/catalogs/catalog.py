"""The entries of an import by the paths of their files, in a temporary database on disk.

A million entries take disk instead of memory. SQLite removes the database when it is closed, also by a crash.
"""

import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator

from uploads.imports.catalogs.entries import Entry, fitted

# `is_extra` marks files that the other system made itself: they are named only to be skipped.
_TABLES = """
CREATE TABLE entries (id INTEGER PRIMARY KEY, label TEXT, facts TEXT, matched INTEGER DEFAULT 0);
CREATE TABLE paths (path TEXT, is_extra INTEGER, entry INTEGER, facts TEXT);
CREATE INDEX paths_by_path ON paths (path);
"""


class Catalog:
    """What a manifest or another system says of files, looked up by path, composed and decomposed names alike.

    `unlisted` is the reason to skip a file that has no entry; empty to import it. Used in one thread.
    """

    def __init__(self, *, unlisted: str = "") -> None:
        self.unlisted = unlisted
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES} BEGIN;")

    def add(self, label: str, entry: Entry, paths: Iterable[str], *, extras: Iterable[tuple[str, str]] = ()) -> None:
        """Add an entry for the files at `paths`; `extras` are paths that are skipped, each with the reason.

        The last entry of a path is the one that is found. `label` names the entry in reports.
        """
        facts = json.dumps(fitted(entry).facts(), default=str)
        row = self._database.execute("INSERT INTO entries (label, facts) VALUES (?, ?)", (label, facts)).lastrowid
        self._database.executemany(
            "INSERT INTO paths (path, is_extra, entry) VALUES (?, 0, ?)", ((matchable(path), row) for path in paths)
        )
        self._database.executemany(
            "INSERT INTO paths VALUES (?, 1, ?, ?)",
            ((matchable(path), row, json.dumps({"skip": reason})) for path, reason in extras),
        )

    def find(self, *paths: str) -> Entry | None:
        """Return the entry of a file that is known by any of `paths`, the first one first; remember that it exists."""
        for path in map(matchable, paths):
            rows = self._database.execute(
                "SELECT entries.id, paths.is_extra, coalesce(paths.facts, entries.facts)"
                " FROM paths JOIN entries ON entries.id = paths.entry WHERE path = ?"
                " ORDER BY is_extra, entries.id DESC",
                (path,),
            ).fetchall()
            if rows:
                matched = [(row,) for row, is_extra, _ in rows if not is_extra]
                self._database.executemany("UPDATE entries SET matched = 1 WHERE id = ?", matched)
                return Entry.of_facts(json.loads(rows[0][2]))
        return None

    def names(self, path: str) -> bool:
        """Tell whether an entry names `path`, whether there is such a file or not."""
        return self._database.execute("SELECT 1 FROM paths WHERE path = ?", (matchable(path),)).fetchone() is not None

    def unmatched(self) -> Iterator[str]:
        """Yield the labels of entries whose file was not found, in the order in which they were added."""
        for (label,) in self._database.execute("SELECT label FROM entries WHERE NOT matched ORDER BY id"):
            yield label


def matchable(path: str) -> str:
    """Return `path` as paths are compared: composed (NFC), without a leading "./"."""
    return unicodedata.normalize("NFC", path).removeprefix("./")
