"""Finding files by words.

`Upload.search_text` holds what can be searched, folded once when written, so that a search is a plain substring match
that one trigram index serves: `icontains` would compare `UPPER(column)` and read every row.
"""

import unicodedata
from collections.abc import Iterable


def fold(text: str) -> str:
    """Return `text` in the form in which two spellings of the same word are equal, in any script.

    Compatibility caseless matching of Unicode (section 3.13, D146), and a capital dotted I folded to a plain one.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded.replace("i\N{COMBINING DOT ABOVE}", "i")


def search_text_of(
    *, filename: str, original_filename: str, title: str = "", description: str = "", tags: Iterable[str] = ()
) -> str:
    """Return what `Upload.search_text` must hold; whoever writes one of these writes it too.

    Parts stand on lines of their own, so that no search matches across two of them.
    """
    return fold("\n".join((original_filename, filename, title, description, *tags)))


def words_of(search: str) -> list[str]:
    """Return the words of a search, folded; a file is found when it has all of them, each anywhere."""
    return list(dict.fromkeys(fold(search).split()))
