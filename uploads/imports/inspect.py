"""Inspecting existing files: the content decides the type; the name says only which is tried first."""

from collections.abc import Iterator

import puremagic

from common.errors import Unavailable
from uploads.choices import UploadType
from uploads.errors import ContentMismatch
from uploads.imports.candidates import Candidate, Inspected
from uploads.imports.sources import Opened, Source, SourceError
from uploads.inspection import Content, identify
from uploads.inspection.errors import OtherFormat
from uploads.inspection.scanner import scan
from uploads.inspection.signatures import SIGNATURES
from uploads.inspection.texts import looks_active
from uploads.kinds import kind_of
from uploads.kinds.formats import canonical_type, extensions_of
from uploads.storage.contract import StoreUnavailable

UNKNOWN = "application/octet-stream"
_TRIED = (UploadType.IMAGE, UploadType.DOCUMENT, UploadType.VIDEO, UploadType.AUDIO)


def inspect_files(source: Source, files: Iterator[Candidate]) -> None:
    """Inspect files; the error of a file is its `problem`."""
    for file in files:
        try:
            with source.open(file.source) as opened:
                file.inspected = inspect_file(opened, file.source.path)
        except StoreUnavailable:
            raise
        except (SourceError, OSError, Unavailable, ContentMismatch) as error:  # the last two: of the scanner
            file.problem = str(error)


def inspect_file(opened: Opened, name: str) -> Inspected:
    """Return the type of a file: one that the inspection confirms, else a download of the most likely type.

    What one kind refuses may be of another: sound alone in a container of films.

    Raises ContentMismatch for a file that the scanner refuses, and Unavailable where it fails.
    """
    content = opened.content()
    scan(content)
    named = {upload_type: kind_of(upload_type).type_of_name(name) or "" for upload_type in _TRIED}
    for upload_type in sorted(_TRIED, key=lambda each: not named[each]):
        kind = kind_of(upload_type)
        try:
            found = identify(content, kind.formats, [named[upload_type]])
        except ContentMismatch:
            continue
        size = (found.width, found.height)
        extension = kind.extension(found.mime_type)
        return Inspected(upload_type, found.mime_type, extension, opened.stamp, *size, encoding=found.encoding)
    return _download(opened, content, list(filter(None, named.values())))


def _download(opened: Opened, content: Content, named: list[str]) -> Inspected:
    """Return a document of the most likely type: serving shows no document inside a page."""
    if looks_active(content.head[:1024]):
        return Inspected(UploadType.DOCUMENT, "text/html", "bin", opened.stamp)
    possible = (mime_type for mime_type in [*named, *_magic(content)] if _may_be(content, mime_type))
    likely = next(possible, UNKNOWN)
    extension = next(iter(extensions_of(likely)), "bin")
    return Inspected(UploadType.DOCUMENT, likely, extension, opened.stamp)


def _may_be(content: Content, mime_type: str) -> bool:
    """Tell whether the content is of a type, also where it is refused; puremagic takes JPEG 2000 for JPEG."""
    if mime_type not in SIGNATURES:
        return True
    try:
        SIGNATURES[mime_type](content)
    except OtherFormat:
        return False
    except (ContentMismatch, ValueError, IndexError, OverflowError):
        pass
    return True


def _magic(content: Content) -> Iterator[str]:
    """Yield what puremagic, which is slow, takes the first bytes for, the most likely type first."""
    if not content.size:
        return
    try:
        matches = puremagic.magic_string(content.head)
    except (puremagic.PureError, ValueError):
        return
    yield from (canonical_type(match.mime_type)[:127] for match in matches if match.mime_type)
