"""The check that bytes are of one format, with the size of a picture."""

import struct

from django.conf import settings
from django.utils.translation import gettext as _

from uploads.errors import ContentMismatch
from uploads.inspection.archives import is_archive_at_the_end
from uploads.inspection.content import Content
from uploads.inspection.pictures import Dimensions, may_be_turned
from uploads.inspection.programs import check_other
from uploads.inspection.scanner import scan
from uploads.inspection.signatures import DIMENSIONS, SIGNATURES
from uploads.inspection.texts import looks_active

_ARCHIVES = ("application/zip", "application/vnd.openxmlformats-", "application/vnd.oasis.opendocument.")


def inspect_and_scan(content: Content, content_type: str) -> Dimensions | None:
    """Inspect as `inspect`, and let the scanner read all bytes: for background jobs.

    Raises ContentMismatch, and Unavailable where a configured scanner fails.
    """
    dimensions = inspect(content, content_type)
    scan(content)
    return dimensions


def inspect(content: Content, content_type: str) -> Dimensions | None:
    """Check that `content` is of the type `content_type`; return a picture's size in pixels if its header has it.

    Reads a few ranges of content of any size. Raises ContentMismatch alone for wrong bytes; it is an OtherFormat where
    they may be of another type.
    """
    try:
        return _inspect(content, content_type)
    except (ValueError, IndexError, struct.error, OverflowError) as error:
        raise ContentMismatch(_("The file is damaged.")) from error


def _inspect(content: Content, content_type: str) -> Dimensions | None:
    check = SIGNATURES.get(content_type, check_other)
    check(content)
    if not content_type.startswith(_ARCHIVES) and is_archive_at_the_end(content):
        raise ContentMismatch(_("The file is followed by a hidden archive."))
    if content_type not in DIMENSIONS:
        return None
    if looks_active(content.head[:1024]):
        raise ContentMismatch(_("The picture contains active content."))
    dimensions = DIMENSIONS[content_type](content)
    if dimensions is not None and not 0 < dimensions[0] * dimensions[1] <= settings.MAX_IMAGE_PIXELS:
        raise ContentMismatch(_("The picture has no pixels, or too many of them."))
    return None if may_be_turned(content) else dimensions
