"""Several files as one zip, written while it is sent; it is never complete in memory or on disk."""

import json
import re
from collections.abc import Collection, Iterator

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from zipstream import ZIP_STORED, ZipStream

from common.db.ids import parse_id
from common.errors import Invalid, SelectionChanged
from permissions.access import Access
from permissions.choices import Action
from uploads.admin.browser.query import files_of
from uploads.admin.browser.state import BrowserState, Parameters
from uploads.api.filters import parameters_of
from uploads.models import Upload
from uploads.querysets import UploadQuerySet
from uploads.storage import store
from uploads.storage.contract import MissingObject

MAX_FILES = 10_000

StoredFile = tuple[str, str, str]  # storage, key, name


def selected_files(access: Access, data: QueryDict) -> list[StoredFile]:
    """Return the files of the posted `ids` (between commas) that the caller may see, or all `count` files of `filter`.

    `filter` is the filter of the page's list, as JSON. Raises Invalid for more than MAX_FILES, and for a filter or a
    number that cannot be read; SelectionChanged if another number of files matches.
    """
    if "filter" not in data:
        ids = [pk for pk in map(parse_id, data.get("ids", "").split(",")) if pk]
        if not ids:
            raise Invalid(_("No file was selected."), attr="ids")
        return _stored_files(Upload.objects.allowing(access, Action.VIEW).filter(pk__in=ids))
    shown = _number_shown(data.get("count", ""))
    files = _stored_files(files_of(BrowserState(_filter(data.get("filter", ""))), access))
    if len(files) != shown:
        raise SelectionChanged(shown=shown, matching=len(files))
    return files


def _stored_files(rows: UploadQuerySet) -> list[StoredFile]:
    ordered = rows.order_by("-created_at", "-id").values_list("storage", "key", "original_filename")
    files = list(ordered[: MAX_FILES + 1])
    if len(files) > MAX_FILES:
        raise Invalid(_("A zip holds at most %(limit)s files.") % {"limit": f"{MAX_FILES:,}"})
    return files


def _number_shown(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Invalid(_("Give the number of files that were shown."), attr="count")
    return int(text)


def _filter(text: str) -> Parameters:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise Invalid(_("The filter is not valid."), attr="filter")
    return dict(parameters_of(data).lists())


def zipped(files: Collection[StoredFile]) -> Iterator[bytes]:
    """Yield the zip of `files`, uncompressed: pictures and videos do not get smaller.

    A file whose bytes are missing is left out and named in a note. If a store fails in the middle of a file, the
    response breaks off, so that the client notices.
    """
    archive = ZipStream(compress_type=ZIP_STORED)
    missing: list[str] = []
    names = distinct_names([name for _storage, _key, name in files])
    for (storage, key, _name), name in zip(files, names, strict=True):
        chunks = _opened(storage, key)
        if chunks is None:
            missing.append(name)
            continue
        archive.add(chunks, name)
        yield from archive.all_files()
    if missing:
        archive.add("\n".join(missing), f"{_('files that could not be read')}.txt")
    yield from archive.finalize()


def distinct_names(names: Collection[str]) -> list[str]:
    """Return `names` with a number added to repeated ones, in upper or lower case: `a.png`, `A (2).png`."""
    taken: set[str] = set()
    distinct = []
    for name in names:
        stem, dot, extension = name.rpartition(".")
        if not stem:
            stem, dot, extension = name, "", ""
        number, candidate = 1, name
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{stem} ({number}){dot}{extension}"
        taken.add(candidate.casefold())
        distinct.append(candidate)
    return distinct


def archive_name() -> str:
    """Return the name of a zip that is made today."""
    return f"files-{timezone.localdate():%Y-%m-%d}.zip"


def _opened(storage: str, key: str) -> Iterator[bytes] | None:
    """Return the bytes of an object, its first chunk already read; None if the store does not have it."""
    chunks = iter(store(storage).read(key))
    try:
        first = next(chunks, b"")
    except MissingObject:
        return None
    return _joined(first, chunks)


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
