"""When two tags are the same word, and what can be one."""

import unicodedata

LONGEST = 50  # characters of a name
LONGEST_SLUG = 150  # folding makes some names longer
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}  # categories of characters that show nothing
_REFUSED = {"Cc", "Cs"}


def tag_slug(name: str) -> str:
    """Return the normalized form of a tag's name: composed, trimmed, inner space collapsed, folded, composed again."""
    folded = " ".join(unicodedata.normalize("NFC", name).split()).casefold()
    return unicodedata.normalize("NFC", folded)


def tag_error(name: str) -> str:
    """Return the sentence that says why `name`, normalized, cannot be a tag; empty where it can."""
    kinds = {unicodedata.category(character) for character in name}
    if not kinds - _UNSEEN:
        return "A tag needs at least one character that shows."
    if kinds & _REFUSED:
        return "A tag cannot contain control characters."
    if len(name) > LONGEST or len(tag_slug(name)) > LONGEST_SLUG:
        return f"A tag has at most {LONGEST} characters."
    return ""
