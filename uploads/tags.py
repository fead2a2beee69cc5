"""When two tags are the same word."""

import unicodedata


def tag_slug(name: str) -> str:
    """Return the normalized form of a tag's name: composed, trimmed, inner space collapsed, folded, composed again."""
    folded = " ".join(unicodedata.normalize("NFC", name).split()).casefold()
    return unicodedata.normalize("NFC", folded)
