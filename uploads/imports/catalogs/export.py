"""Export files of WordPress (WXR), as its wp-admin/includes/export.php writes them, read as a stream.

expat is called without a document type, so that there are no entities to expand and nothing to fetch. Of each
element a limited text is kept, and of posts nothing, so that memory does not depend on the size of the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _

from common.errors import Invalid

CHUNK = 64 * 1024
LONGEST_TEXT = 256 * 1024  # characters of one element
LONGEST_TOKEN = 4 * 1024**2  # bytes of one tag or comment, which expat keeps whole
MOST_TERMS = 1000
DEEPEST = 50
_NAMESPACE = "http://wordpress.org/export/"
_EXCERPT = "excerpt/ encoded"
_FIELDS = {
    *("title", "creator", "guid", "encoded", "excerpt", "pubDate", "attachment_url", "author_login", "author_email"),
    *("post_type", "post_date", "post_date_gmt"),
}
_META = {"_wp_attached_file", "_wp_attachment_metadata", "_wp_attachment_image_alt", "_wp_attachment_backup_sizes"}
_CONTROLS = bytes({*range(32)} - set(b"\t\n\r"))  # not allowed in XML, and in exports all the same


@dataclass(slots=True)
class Item:
    """An `item` or an `author` of the export: texts by element, meta values by key, and its terms."""

    name: str
    texts: dict[str, str] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)
    terms: list[str] = field(default_factory=list)


def read_export(path: Path) -> Iterator[Item]:
    """Yield the authors and attachments of an export, in its order. Raises Invalid for a file that is none."""
    reader = _Reader()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield from reader.feed(path.name, chunk)
    yield from reader.feed(path.name, b"", is_last=True)


class _Reader:
    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = _refuse
        self._path: list[str] = []
        self._item: Item | None = None
        self._parts: list[str] = []
        self._room = LONGEST_TEXT
        self._key, self._term = "", False
        self._items: list[Item] = []
        self._fed, self._is_export = 0, False

    def feed(self, name: str, chunk: bytes, *, is_last: bool = False) -> list[Item]:
        """Return the items that end in `chunk`."""
        plain = chunk.translate(None, _CONTROLS)
        self._fed += len(plain)
        try:
            self._parser.Parse(plain, is_last)
        except (expat.ExpatError, UnicodeDecodeError) as error:
            facts = {"name": name, "error": error}
            raise Invalid(_("%(name)s is not an export file of WordPress: %(error)s.") % facts) from error
        if self._fed - self._parser.CurrentByteIndex > LONGEST_TOKEN or (is_last and not self._is_export):
            raise Invalid(_("%(name)s is not an export file of WordPress.") % {"name": name})
        items, self._items = self._items, []
        return items

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = "excerpt" if name.endswith(_EXCERPT) else name.rpartition(" ")[2]
        self._is_export |= name.startswith(_NAMESPACE)
        self._path.append(local)
        if len(self._path) > DEEPEST:
            raise Invalid(_("The elements of the export are nested too deeply."))
        if len(self._path) == 3:
            self._item = Item(local) if local in ("item", "author") else None
        self._parts, self._room = [], LONGEST_TEXT
        self._term = local == "category" and any(word in attributes.get("domain", "") for word in ("category", "tag"))

    def _text(self, text: str) -> None:
        if self._item and self._room > 0:
            self._parts.append(text[: self._room])
            self._room -= len(text)

    def _end(self, _name: str) -> None:
        depth, local = len(self._path), self._path.pop()
        text, self._parts = "".join(self._parts), []
        if depth == 3 and self._item:
            self._keep(self._item)
            self._item = None
        elif self._item and depth == 4:
            self._take(self._item, local, text)
        elif self._item and depth == 5 and self._path[-1] == "postmeta":
            self._take_meta(self._item, local, text)

    def _take(self, item: Item, local: str, text: str) -> None:
        if local in _FIELDS:
            item.texts.setdefault(local, text)
        elif self._term and len(item.terms) < MOST_TERMS:
            item.terms.append(text)

    def _take_meta(self, item: Item, local: str, text: str) -> None:
        if local == "meta_key":
            self._key = text.strip()
        elif local == "meta_value" and self._key in _META:
            item.meta.setdefault(self._key, text)

    def _keep(self, item: Item) -> None:
        if item.name == "author" or item.texts.get("post_type", "").strip() == "attachment":
            self._items.append(item)


def _refuse(*_arguments: Any) -> None:
    raise Invalid(_("An export file of WordPress has no document type."))
