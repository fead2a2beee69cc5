"""Names of tags: which names are valid, and which are the same tag."""

import unicodedata

from django.utils.translation import gettext as _

MAX_LENGTH = 50  # characters of a name
MAX_SLUG_LENGTH = 150  # characters; folding makes some names longer
_INVISIBLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}  # categories of invisible characters
_REFUSED = {"Cc", "Cs"}


def tag_slug(name: str) -> str:
    """Return the slug of a tag: its name composed (NFC), white space collapsed, case folded, composed again."""
    folded = " ".join(unicodedata.normalize("NFC", name).split()).casefold()
    return unicodedata.normalize("NFC", folded)


def tag_error(name: str) -> str:
    """Return why the normalized `name` cannot be a tag, as a sentence; empty: it can."""
    kinds = {unicodedata.category(character) for character in name}
    if not kinds - _INVISIBLE:
        return _("A tag needs at least one visible character.")
    if kinds & _REFUSED:
        return _("A tag cannot contain control characters.")
    if len(name) > MAX_LENGTH or len(tag_slug(name)) > MAX_SLUG_LENGTH:
        return _("A tag has at most %(count)d characters.") % {"count": MAX_LENGTH}
    return ""
