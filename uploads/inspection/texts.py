"""Checks of plain text, which no browser may take for a page."""

import codecs
import re

from django.utils.translation import gettext as _

from uploads.errors import ContentMismatch
from uploads.inspection.content import Content

# What browsers that sniff take for markup: https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type
_OPENS_LIKE_MARKUP = re.compile(
    rb"\s*(<(!doctype|!--|\?xml|\?php|(a|b|body|br|div|font|h1|head|html|iframe|p|script|style|svg|table|title)[\s>/])"
    rb"|%pdf-|mime-version:|from:\s*<?saved by)",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    rb"<(!doctype\s+html|\?php|(script|html|svg|iframe|object|embed|xsl:stylesheet)[\s>/])|content-type:\s*multipart/related",
    re.IGNORECASE,
)


_CHECKED = 4 * 1024 * 1024  # bytes, since texts of any length are checked inside a request


def looks_active(head: bytes) -> bool:
    """Tell whether the first bytes hold something that a browser or a server could run."""
    return _ACTIVE.search(head) is not None


def check_text(content: Content) -> None:
    """Refuse text that is not UTF-8, contains NULs, or looks like markup, in its first 4 MiB. Keeps nothing.

    The rest is accepted unread: text is only served as a download.
    """
    head = content.head.removeprefix(codecs.BOM_UTF8)
    if _OPENS_LIKE_MARKUP.match(head) or looks_active(head):
        raise ContentMismatch(_("This is markup, not plain text."))
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in content.chunks(_CHECKED):
            if b"\0" in chunk:
                raise ContentMismatch(_("Plain text cannot contain NUL bytes."))
            decoder.decode(chunk)
        decoder.decode(b"", final=content.size <= _CHECKED)
    except UnicodeDecodeError:
        raise ContentMismatch(_("The text is not UTF-8.")) from None
