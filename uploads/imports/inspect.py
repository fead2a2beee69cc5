"""Inspecting existing files: the content decides the type; the name is only the first guess."""

from collections.abc import Callable, Iterator
from functools import cache

import puremagic

from common.errors import Unavailable
from uploads.choices import UploadType
from uploads.errors import ContentMismatch
from uploads.formats import canonical_type
from uploads.imports.candidates import Candidate, Inspected
from uploads.imports.sources import Opened, Source, SourceError
from uploads.inspection import Content, inspect_and_scan
from uploads.inspection.signatures import SIGNATURES
from uploads.inspection.texts import looks_active
from uploads.kinds import kind_of
from uploads.storage.contract import StoreUnavailable

UNKNOWN = "application/octet-stream"
_TRIED = (UploadType.IMAGE, UploadType.DOCUMENT, UploadType.VIDEO, UploadType.AUDIO)


def inspect_files(source: Source, files: Iterator[Candidate]) -> None:
    """Inspect files; the error of a file is its `problem`."""
    for file in files:
        try:
            with source.open(file.source) as opened:
                file.inspected = inspect_file(opened, file.source.name)
        except StoreUnavailable:
            raise
        except (SourceError, OSError, Unavailable) as error:  # Unavailable: the scanner failed
            file.problem = str(error)


def inspect_file(opened: Opened, name: str) -> Inspected:
    """Return the type of a file: one that the inspection confirms, else a download of the most likely type.

    puremagic is slow, and is only called, once, if the extension of the name is wrong.
    """
    content = opened.content()
    magic = cache(lambda: _magic(content))
    for upload_type, mime_type in _guesses(magic, name):
        try:
            width, height = inspect_and_scan(content, mime_type) or (None, None)
        except ContentMismatch:
            continue
        return Inspected(upload_type, mime_type, kind_of(upload_type).extension(mime_type), opened.stamp, width, height)
    likely = "text/html" if looks_active(content.head[:1024]) else _likely(content, magic(), name)
    return Inspected(UploadType.DOCUMENT, likely, "bin", opened.stamp)


def _likely(content: Content, magic: list[str], name: str) -> str:
    """Return the type of a file that failed its check: that of its name among those of its first bytes, or the first.

    puremagic takes JPEG 2000 for JPEG, so a type of pictures, video or sound must have its own signature.
    """
    possible = [canonical_type(mime_type) for mime_type in magic if _may_be(content, canonical_type(mime_type))]
    named = (kind_of(upload_type).type_of_name(name) for upload_type in _TRIED)
    return next((mime_type for mime_type in named if mime_type in possible), None) or next(iter(possible), UNKNOWN)


def _may_be(content: Content, mime_type: str) -> bool:
    if mime_type not in SIGNATURES or not mime_type.startswith(("image/", "video/", "audio/")):
        return True
    try:
        SIGNATURES[mime_type](content)
    except ContentMismatch:
        return False
    return True


def _guesses(magic: Callable[[], list[str]], name: str) -> Iterator[tuple[UploadType, str]]:
    for upload_type in _TRIED:
        mime_type = kind_of(upload_type).type_of_name(name)
        if mime_type:
            yield upload_type, mime_type
    seen = dict.fromkeys(canonical_type(mime_type) for mime_type in magic())
    for mime_type in seen:
        for upload_type in _TRIED:
            if kind_of(upload_type).accepts(mime_type):
                yield upload_type, mime_type


def _magic(content: Content) -> list[str]:
    if not content.size:
        return []
    try:
        matches = puremagic.magic_string(content.head)
    except (puremagic.PureError, ValueError):
        return []
    return [match.mime_type.lower()[:127] for match in matches if match.mime_type]
