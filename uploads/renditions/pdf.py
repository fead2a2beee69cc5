"""Renditions of documents: their first pages."""

from pathlib import Path

import pypdfium2

from uploads.renditions.formats import SIZES, Drawing, Undrawable


def draw_pdf(path: Path) -> Drawing:
    """Draw the first page on white, SIZES["lg"] large, and count the pages. Raises Undrawable."""
    with pypdfium2.PdfDocument(path) as document:
        pages = len(document)
        if not pages:
            raise Undrawable("The document has no pages.")
        page = document[0]
        longest = max(page.get_size())
        if longest <= 0:
            raise Undrawable("The first page has no size.")
        picture = page.render(scale=SIZES["lg"] / longest).to_pil().convert("RGB")
    return Drawing(picture, page_count=pages)
