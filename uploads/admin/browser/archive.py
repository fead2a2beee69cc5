"""Several files as one zip, written while it is sent: nothing of it is ever whole in memory or on disk."""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from django.core.files.storage import storages
from django.http import QueryDict
from django.utils import timezone
from zipstream import ZIP_STORED, ZipStream

from common.db.ids import parse_id
from common.errors import Invalid, SelectionChanged
from permissions.access import Access
from permissions.choices import Action
from uploads.admin.browser.page import files_of
from uploads.admin.browser.state import BrowserState, Parameters
from uploads.api.filters import parameters_of
from uploads.models import Upload
from uploads.querysets import UploadQuerySet
from uploads.storage.contract import MissingObject

MOST_FILES = 10_000
NOTE = "files that could not be read.txt"

Row = tuple[str, str, str]  # storage, key, name


def chosen_files(access: Access, posted: QueryDict) -> list[Row]:
    """Return the posted `ids` (between commas), or all `count` files of `filter`, as far as the caller may see them.

    `filter` is what the page was told that it lists, as JSON. Raises Invalid for more than MOST_FILES, rather than
    leave some out, and for a filter or number that is none; SelectionChanged where another number matches.
    """
    if "filter" not in posted:
        ids = [pk for pk in map(parse_id, posted.get("ids", "").split(",")) if pk]
        if not ids:
            raise Invalid("No file was chosen.", attr="ids")
        return _rows(Upload.objects.allowing(access, Action.VIEW).filter(pk__in=ids))
    shown = _shown(posted.get("count", ""))
    matching = files_of(BrowserState(_filter(posted.get("filter", ""))), access)
    found = _rows(matching)
    if len(found) != shown:
        raise SelectionChanged(shown=shown, matching=len(found))
    return found


def _rows(rows: UploadQuerySet) -> list[Row]:
    ordered = rows.order_by("-created_at", "-id").values_list("storage", "key", "original_filename")
    found = list(ordered[: MOST_FILES + 1])
    if len(found) > MOST_FILES:
        raise Invalid(f"A zip holds at most {MOST_FILES:,} files.")
    return found


def _shown(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Invalid("Give the number of files that were shown.", attr="count")
    return int(text)


def _filter(text: str) -> Parameters:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise Invalid("The filter is not valid.", attr="filter")
    return parameters_of(given)


def zipped(files: Collection[Row]) -> Iterator[bytes]:
    """Yield the zip of `files`, stored as they are: pictures and films do not get smaller.

    A file whose bytes are gone is left out and named in a note. A store that fails in the middle of a file breaks the
    answer off, so that nobody takes a part for the whole.
    """
    archive = ZipStream(compress_type=ZIP_STORED)
    missing: list[str] = []
    for (storage, key, _), name in zip(files, distinct_names([name for _, _, name in files]), strict=True):
        chunks = _opened(storage, key)
        if chunks is None:
            missing.append(name)
            continue
        archive.add(chunks, name)
        yield from archive.all_files()
    if missing:
        archive.add("\n".join(missing), NOTE)
    yield from archive.finalize()


def distinct_names(names: Collection[str]) -> list[str]:
    """Return `names` with a number added where one comes again, also in other letters: `a.png`, `a (2).png`."""
    taken: set[str] = set()
    found = []
    for name in names:
        stem, dot, extension = name.rpartition(".")
        if not stem:
            stem, dot, extension = name, "", ""
        number, candidate = 1, name
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{stem} ({number}){dot}{extension}"
        taken.add(candidate.casefold())
        found.append(candidate)
    return found


def archive_name() -> str:
    return f"files-{timezone.localdate():%Y-%m-%d}.zip"


def _opened(storage: str, key: str) -> Iterator[bytes] | None:
    """The bytes of an object, its first chunk already read; None where the store does not have it."""
    store: Any = storages[storage]
    chunks = iter(store.read(key))
    try:
        first = next(chunks, b"")
    except MissingObject:
        return None
    return _joined(first, chunks)


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
