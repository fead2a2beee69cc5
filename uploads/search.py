"""The searched text of a file.

`Upload.search_text` is folded when it is written (`common.text`), so that a search is a substring match that one
trigram index serves; `icontains` would compare `UPPER(column)` and read every row.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from common.text import fold


def search_text_of(
    *,
    filename: str,
    original_filename: str,
    title: str = "",
    description: str = "",
    tags: Iterable[str] = (),
    metadata: Mapping[str, Any] | None = None,
) -> str:
    """Return the value of `Upload.search_text`, to be written with every change of one of its parts.

    Each part has its own line, so that no search matches across two of them.
    """
    said = _searched_parts(metadata or {})
    return fold("\n".join((original_filename, filename, title, description, *tags, *said)))


def _searched_parts(metadata: Mapping[str, Any]) -> Iterator[str]:
    """Yield the parts of the metadata that are searched; never where a picture was taken."""
    for name in ("caption", "credit"):
        if text := metadata.get(name):
            yield text
    yield from metadata.get("keywords", ())
