"""Which of several formats the bytes of a file are of. The announcement and the name say only which is tried first."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from uploads.errors import ContentMismatch
from uploads.inspection.check import inspect
from uploads.inspection.content import Content
from uploads.inspection.errors import OtherFormat, OtherTracks
from uploads.inspection.signatures import SIGNATURES
from uploads.inspection.texts import encoding_of
from uploads.kinds.formats import FORMATS

TEXTS = ("text/csv", "text/vtt", "application/x-subrip", "application/json", "text/plain")
_WRITTEN = (*TEXTS, "image/svg+xml")  # taken for one only where one is expected
_LATE = (
    "application/pdf",
    "application/zip",
    "audio/mp4",
    "audio/mpeg",
)  # their marks may be anywhere, or those of others as well


@dataclass(frozen=True, slots=True)
class Identified:
    """The format of a file; a picture's size in pixels if its header has it, a text's encoding by its web name."""

    mime_type: str
    width: int | None = None
    height: int | None = None
    encoding: str = ""


def identify(content: Content, accepted: Collection[str], expected: Iterable[str]) -> Identified:
    """Return which of the `accepted` MIME types the content is of.

    `expected` are tried first, in this order. A text is one only if a text is expected: any bytes of a damaged file
    could be a text in some encoding. Raises ContentMismatch for content of no accepted type, or that is refused.
    """
    wanted = [mime_type for mime_type in dict.fromkeys(expected) if mime_type in accepted]
    reason: OtherFormat | None = None
    for mime_type in _candidates(accepted, wanted):
        try:
            dimensions = inspect(content, mime_type)
        except OtherTracks as error:
            reason = reason or error
            continue
        except OtherFormat:
            continue
        width, height = dimensions or (None, None)
        return Identified(mime_type, width, height, encoding_of(content) if mime_type in TEXTS else "")
    raise reason or ContentMismatch(_mismatch(wanted))


def _candidates(accepted: Collection[str], wanted: list[str]) -> list[str]:
    """Return the MIME types in the order in which they are tried."""
    is_text = any(mime_type in _WRITTEN for mime_type in wanted)
    binary = [mime_type for mime_type in wanted if mime_type not in _WRITTEN]
    others = [mime_type for mime_type in SIGNATURES if mime_type in accepted and mime_type not in _WRITTEN]
    early = [mime_type for mime_type in others if mime_type not in _LATE]
    late = [mime_type for mime_type in others if mime_type in _LATE]
    texts = [mime_type for mime_type in wanted if mime_type in _WRITTEN]
    texts += ["text/plain"] if is_text and "text/plain" in accepted else []
    order = [*early, *texts, *late] if is_text else [*binary, *early, *late]
    return list(dict.fromkeys(order))


def _mismatch(wanted: list[str]) -> str:
    labels = [FORMATS[mime_type].label for mime_type in wanted if mime_type in FORMATS]
    if not labels:
        return _("The content of this file is of a type that is not accepted.")
    return _("This is not a %(format)s file, or it is damaged.") % {"format": labels[0]}
