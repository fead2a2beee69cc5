"""The metadata of documents: the information of a PDF, and the core properties of OOXML and OpenDocument."""

import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pypdfium2
from defusedxml import ElementTree

from uploads.metadata.fields import Metadata

LARGEST = 1024 * 1024  # bytes of one part, unpacked
_PARTS = ("docProps/core.xml", "docProps/app.xml", "meta.xml")
_PAGES = re.compile(r"page-count|^(Pages|Slides)$")
_SEPARATOR = re.compile(r"[,;]")


def read_pdf(path: Path) -> Metadata:
    """Return the information of a PDF, unchecked, and its number of pages. Raises pypdfium2.PdfiumError."""
    with pypdfium2.PdfDocument(path) as document:
        information, pages = document.get_metadata_dict(skip_empty=True), len(document)
    return _described(
        title=information.get("Title", ""),
        author=information.get("Author", ""),
        caption=information.get("Subject", ""),
        keywords=information.get("Keywords", ""),
        pages=pages,
    )


def read_office(path: Path) -> Metadata:
    """Return the properties of an OOXML or OpenDocument file, unchecked. Raises zipfile.BadZipFile, OSError."""
    found: dict[str, str] = {}
    words: list[str] = []
    with ZipFile(path) as archive:
        for name in _PARTS:
            for element in _elements(archive, name):
                tag, text = element.tag.rpartition("}")[2], (element.text or "").strip()
                if tag in ("keyword", "keywords") and text:
                    words.append(text)
                elif text:
                    found.setdefault(tag, text)
                if pages := next((value for key, value in element.attrib.items() if _PAGES.search(key)), None):
                    found.setdefault("Pages", pages)
    return _described(
        title=found.get("title", ""),
        author=found.get("initial-creator") or found.get("creator", ""),
        caption=found.get("description") or found.get("subject", ""),
        keywords=";".join(words),
        pages=found.get("Pages") or found.get("Slides"),
    )


def _elements(archive: ZipFile, name: str) -> Any:
    """Return the elements of a part, none where it is missing or too large."""
    if name not in archive.namelist() or archive.getinfo(name).file_size > LARGEST:
        return []
    with archive.open(name) as part:
        return ElementTree.fromstring(part.read(LARGEST)).iter()


def _described(*, title: str, author: str, caption: str, keywords: str, pages: object) -> Metadata:
    words = [word for word in _SEPARATOR.split(keywords) if word.strip()]
    return {"title": title, "author": author, "caption": caption, "keywords": words, "pages": pages}
