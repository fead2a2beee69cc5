"""The check of formats that an installation added: anything but programs and pages."""

from django.utils.translation import gettext as _

from uploads.errors import ContentMismatch
from uploads.inspection.content import Content
from uploads.inspection.texts import looks_active

# Windows, Linux, macOS (both byte orders, and universal), scripts, Java classes share the universal mark of macOS.
_PROGRAMS = (
    *(b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe"),
    *(b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"),
)


def check_other(content: Content) -> None:
    """Refuse programs and pages; nothing else is known of these formats, and they are only ever downloaded."""
    if content.head.startswith(_PROGRAMS) or looks_active(content.head[:1024]):
        raise ContentMismatch(_("Programs and web pages are not accepted."))
