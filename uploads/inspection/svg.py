"""Drawings in SVG: text whose root element is `svg`. Nothing is parsed: no entity is expanded, nothing is fetched."""

import re

from django.utils.translation import gettext as _

from uploads.inspection.content import Content
from uploads.inspection.errors import OtherFormat
from uploads.inspection.texts import decoded_head

_ROOT = re.compile(r"<(?:[a-z][\w.-]*:)?svg[\s>/]")
_PROLOG = (("<?", "?>"), ("<!--", "-->"))  # what may come before the root, and how it ends
_DOCTYPE_END = re.compile(r"[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_MAX_PROLOG = 1000  # pieces


def check_svg(content: Content) -> None:
    """Refuse what is not an SVG document; it is never displayed itself, only a picture drawn of it."""
    head = decoded_head(content)
    at = _root_of(head)
    if not _ROOT.match(head, at):
        raise OtherFormat(_("This is not an SVG drawing."))


def _root_of(head: str) -> int:
    """Return the position of the root element, behind declarations, comments and a document type."""
    at = 0
    for _piece in range(_MAX_PROLOG):
        at += len(head[at:]) - len(head[at:].lstrip("\ufeff \t\r\n"))
        end = _end_of_piece(head, at)
        if end <= at:
            break
        at = end
    return at


def _end_of_piece(head: str, at: int) -> int:
    for start, end in _PROLOG:
        if head.startswith(start, at):
            return head.find(end, at) + len(end) if end in head[at:] else -1
    if head[at : at + 9].upper() == "<!DOCTYPE":
        match = _DOCTYPE_END.match(head, at)
        return match.end() if match else -1
    return -1
