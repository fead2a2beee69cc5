"""What a file is found by.

`Upload.search_text` holds what can be searched, folded once when written (`common.text`), so that a search is a plain
substring match that one trigram index serves: `icontains` would compare `UPPER(column)` and read every row.
"""

from collections.abc import Iterable

from common.text import fold


def search_text_of(
    *, filename: str, original_filename: str, title: str = "", description: str = "", tags: Iterable[str] = ()
) -> str:
    """Return what `Upload.search_text` must hold; whoever writes one of these writes it too.

    Parts stand on lines of their own, so that no search matches across two of them.
    """
    return fold("\n".join((original_filename, filename, title, description, *tags)))
