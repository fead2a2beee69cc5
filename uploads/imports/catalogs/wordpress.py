"""The media of WordPress: what its export says of the files of its uploads folder."""

import html
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote

from django.core.exceptions import SuspiciousOperation
from django.utils.html import strip_tags

from uploads.imports.catalogs.catalog import Catalog
from uploads.imports.catalogs.entries import Entry, paragraphs
from uploads.imports.catalogs.export import Item, read_export
from uploads.imports.sources import Source

SIZE, SCALED = "a size that WordPress made", "made by WordPress; the original is imported"
OWN_FILE = "a file of WordPress itself"
_OWN_FILES = {"index.php", "index.html", ".htaccess", "web.config"}
# thumb-150x150.jpg, thumb-300x200@2x.jpg; sizes of themes that are gone are listed nowhere.
_SIZED = re.compile(r"(.+)-\d{1,5}x\d{1,5}(?:@2x)?(\.[^./]+)")
# Of the serialized PHP only strings behind these keys are read: nothing is unserialized.
_FILES = re.compile(r's:4:"file";s:\d+:"([^"]*)"')
_ORIGINAL = re.compile(r's:14:"original_image";s:\d+:"([^"]*)"')
_BEFORE_EDITING = re.compile(r's:9:"full-orig";a:\d+:\{[^}]*?s:4:"file";s:\d+:"([^"]*)"')
_FOLDERS = ("/wp-content/uploads/", "/uploads/", "/files/")
_BREAKS = re.compile(r"(?i)<br\s*/?>|</p>")


class WordPressCatalog(Catalog):
    """The attachments of export files.

    The original of a scaled or turned picture is imported instead of what WordPress made of it. Sizes are skipped:
    those that an export lists, and those whose name is that of an attachment with a size. Raises Invalid for other
    files.
    """

    def __init__(self, exports: Sequence[Path], source: Source) -> None:
        super().__init__()
        self._source = source
        self._emails: dict[str, str] = {}
        for path in exports:
            for item in read_export(path):
                self._add_item(item)

    def find(self, *paths: str) -> Entry | None:
        """Return the attachment of a file, or why it is skipped."""
        return super().find(*paths) or next(filter(None, map(self._unlisted, paths)), None)

    def _unlisted(self, path: str) -> Entry | None:
        if path.rpartition("/")[2] in _OWN_FILES:
            return Entry(skip=OWN_FILE)
        sized = _SIZED.fullmatch(path)
        return Entry(skip=SIZE) if sized and self.names(sized[1] + sized[2]) else None

    def _add_item(self, item: Item) -> None:
        if item.name == "author":
            self._emails[_text(item, "author_login")] = _text(item, "author_email")
            return
        attached = _attached_file(item)
        if attached:
            paths, extras = self._files_of(item, attached)
            self.add(attached, self._entry(item), paths, extras=extras)

    def _files_of(self, item: Item, attached: str) -> tuple[list[str], list[tuple[str, str]]]:
        """Return the paths that are imported for an attachment, and those that are skipped with the reason."""
        folder = attached[: attached.rfind("/") + 1]
        metadata = item.meta.get("_wp_attachment_metadata", "")
        backups = item.meta.get("_wp_attachment_backup_sizes", "")
        kept = [folder + name for name in _BEFORE_EDITING.findall(backups)]
        made = [folder + name.rpartition("/")[2] for name in _FILES.findall(metadata + backups)]
        original = next((folder + name for name in _ORIGINAL.findall(metadata)), "")
        extras = [(path, SIZE) for path in made if path not in (attached, original, *kept)]
        if original and self._source.has(original):
            return [original, *kept], [(attached, SCALED), *extras]
        return [attached, *kept, *([original] if original else [])], extras

    def _entry(self, item: Item) -> Entry:
        login = _text(item, "creator")
        return Entry(
            username=login,
            email=self._emails.get(login, ""),
            title=_plain(_text(item, "title")),
            description=paragraphs(_plain(_text(item, "excerpt")), _plain(_text(item, "encoded"))),
            alt_text=_plain(item.meta.get("_wp_attachment_image_alt", "")),
            tags=tuple(_plain(term) for term in item.terms),
            created_at=next(_dates(item), None),
        )


def _text(item: Item, name: str) -> str:
    return item.texts.get(name, "").strip()


def _attached_file(item: Item) -> str:
    """Return the path below the uploads folder; old releases stored an absolute one, or only the address has it."""
    attached = item.meta.get("_wp_attached_file", "").strip()
    if attached and not attached.startswith("/") and "://" not in attached:
        return attached
    addresses = (_text(item, name).partition("?")[0] for name in ("attachment_url", "guid"))
    return next(filter(None, map(_below_uploads, (attached, *map(unquote, addresses)))), "")


def _below_uploads(path: str) -> str:
    found = (path.partition(folder)[2] for folder in _FOLDERS)
    return next(filter(None, found), "")


def _plain(text: str) -> str:
    """Return HTML as text, with its paragraphs."""
    try:
        return html.unescape(strip_tags(_BREAKS.sub("\n", text))).strip()
    except SuspiciousOperation:  # more unclosed tags than a text of a person has
        return text


def _dates(item: Item) -> Iterator[datetime]:
    """Yield what the export says of the day of the upload, the most certain first; drafts have no date in UTC."""
    for name in ("post_date_gmt", "pubDate", "post_date"):
        text = _text(item, name)
        try:
            moment = parsedate_to_datetime(text) if name == "pubDate" else datetime.fromisoformat(text)
        except (ValueError, TypeError):
            continue
        yield moment if moment.tzinfo else moment.replace(tzinfo=UTC)
