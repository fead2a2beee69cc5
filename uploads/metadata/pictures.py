"""The metadata of pictures: EXIF, IPTC-IIM and XMP together."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PIL import Image

from uploads.metadata.exif import read_exif
from uploads.metadata.fields import Metadata, checked
from uploads.metadata.iptc import read_iptc
from uploads.metadata.xmp import read_xmp

# Which is believed first. Cameras write EXIF; people write their words with programs, which write XMP last.
_MEASURED = {"taken_at", "camera", "lens", "exposure", "orientation", "location"}
_PNG_TEXTS = {"title": "Title", "creator": "Author", "caption": "Description", "copyright": "Copyright"}


def read_picture(path: Path, image_format: str, max_pixels: int) -> Metadata:
    """Return the metadata of a picture in a format of Pillow; a broken part is left out. Raises OSError."""
    if image_format == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # it is asked here
    with Image.open(path, formats=[image_format]) as image:
        if image.width * image.height > max_pixels:  # a PNG is decoded in search of data behind its pixels
            return {}
        exif, iptc, xmp, texts = (_part(read, image) for read in (read_exif, read_iptc, read_xmp, _read_png))
        pages = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
    measured = {name: value for name, value in {**texts, **iptc, **xmp, **exif}.items() if name in _MEASURED}
    written = {name: value for name, value in {**texts, **exif, **iptc, **xmp}.items() if name not in _MEASURED}
    return {**measured, **written, **({"pages": pages} if pages > 1 else {})}


def _part(read: Callable[[Image.Image], Metadata], image: Image.Image) -> Metadata:
    with suppress(Exception):  # any error means that these bytes are broken
        return checked(read(image))
    return {}


def _read_png(image: Image.Image) -> Metadata:
    """Return the texts of a PNG, which have names of their own (PNG, 11.3.3.2)."""
    texts = image.info if image.format == "PNG" else {}
    return {name: str(texts[keyword]) for name, keyword in _PNG_TEXTS.items() if keyword in texts}
