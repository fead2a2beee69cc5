"""Several files as one zip, written while it is sent: nothing of it is ever whole in memory or on disk."""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.core.files.storage import storages
from django.utils import timezone
from zipstream import ZIP_STORED, ZipStream

from permissions.access import Access
from permissions.choices import Action
from permissions.errors import Invalid
from uploads.admin.browser.page import files_of
from uploads.admin.browser.state import BrowserState
from uploads.models import Upload
from uploads.storage.contract import MissingObject

MOST_FILES = 10_000
NOTE = "files that could not be read.txt"

Row = tuple[str, str, str]  # storage, key, name


def chosen_files(access: Access, *, ids: Collection[UUID] = (), state: BrowserState | None = None) -> list[Row]:
    """Return the files of `ids`, or all that `state` shows, as far as the caller may see them.

    Raises Invalid for more than MOST_FILES, rather than leave some out, and as lists do for what `state` says.
    """
    rows = files_of(state, access) if state else Upload.objects.allowing(access, Action.VIEW).filter(pk__in=ids)
    ordered = rows.order_by("-created_at", "-id").values_list("storage", "key", "original_filename")
    found = list(ordered[: MOST_FILES + 1])
    if len(found) > MOST_FILES:
        raise Invalid(f"A zip holds at most {MOST_FILES:,} files.")
    return found


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
    return f"files-{timezone.now():%Y-%m-%d}.zip"


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
