"""Renditions of SVG pictures."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

import resvg_py
from PIL import Image, ImageFont

from uploads.renditions.formats import SIZES, Drawing, Undrawable, report
from uploads.renditions.svg_source import plain_source

DEFAULT = (300.0, 150.0)  # pixels of a picture that does not give its size: CSS 2.2, 10.3.2
_UNITS = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4, "em": 16, "rem": 16}
_LENGTH = re.compile(r"\s*\+?(\d*\.?\d+(?:e[+-]?\d+)?)\.?(px|pt|pc|in|cm|mm|em|rem)?\s*", re.IGNORECASE)
FONT = "Aileron"
FONT_FOLDERS = [Path(name) for name in ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts")]
MAX_RATIO = 1000  # of the sides; a longer strip would have no pixels across


def draw_svg(path: Path) -> Drawing:
    """Draw the picture SIZES["lg"] large, on nothing; without what it refers to outside of its file.

    Raises Undrawable.
    """
    source = plain_source(path.read_bytes())
    width, height = natural_size(source.root)
    shown = max(1, round(width)), max(1, round(height))
    report(width=shown[0], height=shown[1])
    if max(width, height) > MAX_RATIO * min(width, height):
        raise Undrawable("It is too long and thin.", *shown)
    scale = SIZES["lg"] / max(width, height)
    sides = max(1, round(width * scale)), max(1, round(height * scale))
    text = source.text(width=str(width), height=str(height))
    with Image.open(BytesIO(_png(text, *sides)), formats=["PNG"]) as picture:
        picture.load()
    return Drawing(picture.convert("RGBA"), *shown)


def _png(text: str, width: int, height: int) -> bytes:
    has_text = "text" in text or "image/svg" in text  # without it no font is read, which takes time
    try:
        with font_files(needed=has_text) as files:
            family = FONT if files else None  # which is taken where the wanted one is missing
            png = resvg_py.svg_to_bytes(
                svg_string=text,
                width=width,
                height=height,
                skip_system_fonts=not has_text or files is not None,
                font_files=files,
                serif_family=family,
            )
        return bytes(png)
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of the library's Rust code; not an Exception
            raise Undrawable(f"It cannot be decoded ({error}).") from None
        raise


@contextmanager
def font_files(*, needed: bool) -> Iterator[list[str] | None]:
    """Give the file of a Latin font that Pillow contains, for machines without fonts; None on others."""
    if not needed or any(next(folder.rglob("*.[to]t[fc]"), None) for folder in FONT_FOLDERS):
        yield None
        return
    font = ImageFont.load_default(size=10)
    with NamedTemporaryFile(suffix=".ttf") as file:
        file.write(font.font_bytes if isinstance(font, ImageFont.FreeTypeFont) else b"")
        file.flush()
        yield [file.name]


def natural_size(root: dict[str, str]) -> tuple[float, float]:
    """Return width and height in pixels by the attributes of the root; a missing side follows from the view box."""
    width, height = _pixels(root.get("width")), _pixels(root.get("height"))
    box = _view_box(root.get("viewBox", ""))
    if box:
        ratio = box[0] / box[1]
        if width is None and height is None:
            return box
        return width or (height or 0) * ratio, height or (width or 0) / ratio
    return width or DEFAULT[0], height or DEFAULT[1]


def _pixels(length: str | None) -> float | None:
    """Return a length in pixels; None for one that is missing, relative, or not a positive number."""
    match = _LENGTH.fullmatch(length or "")
    pixels = float(match[1]) * _UNITS[(match[2] or "").lower()] if match else 0.0
    return pixels if 0 < pixels < 10**6 else None


def _view_box(value: str) -> tuple[float, float] | None:
    try:
        _x, _y, width, height = map(float, value.replace(",", " ").split())
    except ValueError:
        return None
    return (width, height) if 0 < width < 10**6 and 0 < height < 10**6 else None
