"""Renditions of office documents: the picture of the first page that programs store in the file."""

from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from uploads.renditions.formats import Drawing, Undrawable
from uploads.renditions.image import Options, draw_image

MAX_ENTRIES = 10_000
MAX_PICTURE = 16 * 1024**2  # bytes, unpacked
# In lower case. ODF 1.3, part 2, 3.7; OPC (ECMA-376, part 2), 9.1.1 leaves the name open, and programs use these.
PICTURES = (
    "thumbnails/thumbnail.png",
    *(f"docprops/thumbnail.{extension}" for extension in ("jpeg", "jpg", "png")),
    "quicklook/thumbnail.png",
)


def draw_document(path: Path, *, max_pixels: int) -> Drawing:
    """Draw the stored picture. Raises Undrawable where there is none."""
    try:
        picture = _stored_picture(path)
    except (BadZipFile, NotImplementedError, RuntimeError) as error:
        raise Undrawable(f"The document cannot be opened ({error}).") from None
    drawing = draw_image(BytesIO(picture), "image/png", Options(max_pixels, is_part=True))
    return Drawing(drawing.picture)  # the size is of the picture, and a document has none


def _stored_picture(path: Path) -> bytes:
    with ZipFile(path) as archive:
        entries = {entry.filename.lower(): entry for entry in archive.infolist()[:MAX_ENTRIES]}
        entry = next((entries[name] for name in PICTURES if name in entries), None)
        if entry is None:
            raise Undrawable("There is no picture of the first page in the document.")
        with archive.open(entry) as file:
            picture = file.read(MAX_PICTURE + 1)
    if len(picture) > MAX_PICTURE:
        raise Undrawable(f"The picture of the first page has more than {MAX_PICTURE} bytes.")
    return picture
