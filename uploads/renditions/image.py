"""Renditions of images."""

from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from PIL import Image, ImageFile, ImageOps, PngImagePlugin

from uploads.renditions.formats import SIZES, Drawing, Undrawable, report
from uploads.renditions.jpeg import without_metadata
from uploads.renditions.srgb import extent, in_srgb, plain

FORMATS = ["AVIF", "GIF", "JPEG", "PNG", "WEBP"]
OTHER_FORMATS = {"image/bmp": ["BMP"], "image/heic": ["HEIF"], "image/heif": ["HEIF", "AVIF"], "image/tiff": ["TIFF"]}
ORIENTATION = 0x0112  # EXIF tag; 5 to 8 are rotated by 90 degrees
PHOTOMETRIC = 262  # TIFF tag; 0: 0 is white
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_FIRST_ROWS = 16  # pixels: the height of the blocks of a JPEG
_MIDDLE = 130  # of 255; what JPEG decoders show where data is missing, after scaling
MAX_METADATA = 16 * 1024**2  # bytes of one unpacked profile or text of a PNG
MAX_PAGES = 10_000  # of a TIFF that are counted

Image.MAX_IMAGE_PIXELS = None  # `_draw` asks the header itself, before anything is decoded
PngImagePlugin.MAX_TEXT_CHUNK = MAX_METADATA


@dataclass(frozen=True, slots=True)
class Options:
    """How an image is drawn: `whole` in its own size instead of at most SIZES["lg"]; `is_part` of another file, so
    that its size is not the size of the file.
    """

    max_pixels: int
    whole: bool = False
    is_part: bool = False


def draw_image(source: Path | IO[bytes], mime_type: str, options: Options) -> Drawing:
    """Draw the first frame, upright, in sRGB.

    Broken metadata is ignored, and of an incomplete file what there is is drawn. Reports the size that the header
    gives before anything is decoded. Raises Undrawable.
    """
    formats = OTHER_FORMATS.get(mime_type, FORMATS)
    if "HEIF" in formats:
        _register_heif()
    try:
        return _draw(source, formats, options)
    except (Undrawable, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - decoders raise anything for broken bytes
        return _draw_what_there_is(source, formats, options)


def _register_heif() -> None:
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=2)


def _draw_what_there_is(source: Path | IO[bytes], formats: list[str], options: Options) -> Drawing:
    """Draw a file that is incomplete, or whose metadata keeps it from being opened. Raises Undrawable."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True  # also accepts chunks of a PNG with a wrong checksum
    data = source.read_bytes() if isinstance(source, Path) else _bytes_of(source)
    try:
        drawing = _draw(BytesIO(data), formats, options)
    except OSError:
        drawing = _draw(BytesIO(without_metadata(data)), formats, options)
    if _is_empty(drawing.picture):
        raise Undrawable("It cannot be decoded: no part of the picture is there.", drawing.width, drawing.height)
    return drawing


def _is_empty(picture: Image.Image) -> bool:
    """Tell whether a picture shows only what decoders put where data is missing: black, or grey up to the middle.

    Its first rows do not count, since a JPEG decoder fills them with anything.
    """
    top = max(_FIRST_ROWS, picture.height // 10)
    rest = picture.crop((0, top if top < picture.height else 0, *picture.size))
    saturation, value = (extent(band) for band in rest.convert("RGB").convert("HSV").split()[1:])
    return saturation == (0, 0) and value[1] <= _MIDDLE


def _bytes_of(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _draw(source: Path | IO[bytes], formats: list[str], options: Options) -> Drawing:
    with Image.open(source, formats=formats) as image:
        width, height = _displayed_size(image)
        if not options.is_part:
            report(width=width, height=height)
        if width * height > options.max_pixels:
            raise Undrawable(f"The image has more than {options.max_pixels // 10**6} million pixels.", width, height)
        pages = _page_count(image)
        return Drawing(_upright(image, options.whole), width, height, pages)


def _displayed_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    if image.format != "TIFF" and _orientation(image) in (5, 6, 7, 8):  # the size of a TIFF is the displayed one
        return height, width
    return width, height


def _orientation(image: Image.Image) -> int:
    """Return the orientation of EXIF or XMP data, 1 to 8; 1 where there is none, or where it cannot be read."""
    with suppress(Exception):
        orientation = image.getexif().get(ORIENTATION, 1)
        return orientation if orientation in range(1, 9) else 1
    return 1


def _is_inverted(image: Image.Image) -> bool:
    """Tell whether 0 is white in a TIFF of 16 bits, for which Pillow does not ask."""
    tags = getattr(image, "tag_v2", {})
    return image.mode.startswith("I;16") and tags.get(PHOTOMETRIC) == 0


def _page_count(image: Image.Image) -> int | None:
    """Return the number of pages of a TIFF that has several, without decoding them; else None."""
    if image.format != "TIFF":
        return None
    count = 1
    with suppress(Exception):  # a broken page ends the file
        for number in range(1, MAX_PAGES):
            image.seek(number)
            count += 1
    image.seek(0)
    return count if count > 1 else None


def _upright(image: Image.Image, whole: bool) -> Image.Image:
    """Decode and convert. The order matters: a JPEG is decoded at a fraction of its size (draft), scaled down, and
    then rotated; any other order takes the memory of the whole picture.
    """
    info, orientation = dict(image.info), 1 if image.format == "TIFF" else _orientation(image)
    if not whole:
        image.draft(None, (2 * SIZES["lg"], 2 * SIZES["lg"]))  # twice as large, for the filter to have something to do
    image.load()  # which turns a TIFF
    picture = ImageOps.invert(plain(image)) if _is_inverted(image) else plain(image)
    if not whole:
        picture.thumbnail((SIZES["lg"], SIZES["lg"]), Image.Resampling.LANCZOS, reducing_gap=2.0)
    picture = in_srgb(picture, info)
    picture.info = {}
    return picture.transpose(_TURNS[orientation]) if orientation in _TURNS else picture
