"""The types that can be drawn, and the sizes and formats of renditions."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

SIZES = {"lg": 1600, "md": 800, "sm": 320}  # pixels of the longest side; the largest first
MIME_TYPE = "image/webp"
JPEG = "jpeg"  # a rendition in the full size, for types that browsers and other programs do not show
JPEG_TYPE = "image/jpeg"
MAX_SIDE = 65_500  # pixels of one side of a JPEG: the limit of its encoder

# MIME type → the drawer, a module of this package.
DRAWERS = {
    "application/pdf": "pdf",
    "application/vnd.oasis.opendocument.presentation": "document",
    "application/vnd.oasis.opendocument.spreadsheet": "document",
    "application/vnd.oasis.opendocument.text": "document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "document",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "document",
    **dict.fromkeys(("audio/aac", "audio/flac", "audio/mp4", "audio/mpeg"), "audio"),
    **dict.fromkeys(("audio/ogg", "audio/wav", "audio/webm"), "audio"),
    **dict.fromkeys(("image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"), "image"),
    **dict.fromkeys(("image/bmp", "image/heic", "image/heif", "image/tiff"), "image"),
    "image/svg+xml": "svg",
    **dict.fromkeys(("video/mp2t", "video/mp4", "video/quicktime", "video/webm"), "video"),
    **dict.fromkeys(("video/x-matroska", "video/x-msvideo"), "video"),
}


class Undrawable(Exception):
    """No picture can be made from these bytes; the sentence is the reason. Trying again gives the same result.

    `width` and `height` are the pixels that the header gives, as displayed, if it does.
    """

    def __init__(self, reason: str, width: int | None = None, height: int | None = None):
        super().__init__(reason)
        self.width, self.height = width, height


@dataclass(slots=True)
class Drawing:
    """A picture of a file, with facts of the file. `width` and `height` are of the file as it is displayed, in pixels;
    None for files without a size.
    """

    picture: Image.Image
    width: int | None = None
    height: int | None = None
    page_count: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def report(**facts: Any) -> None:
    """Print facts as a line of JSON. A later line replaces facts of an earlier one, also if nothing follows it."""
    print(json.dumps(facts), flush=True)  # noqa: T201 - the answer


def save_sizes(picture: Image.Image, folder: Path, *, with_jpeg: bool = False) -> list[dict[str, Any]]:
    """Write each size as WebP without metadata, none larger than the picture; return kinds and sizes in pixels.

    Each is a file named by its kind. `with_jpeg` adds a JPEG of the picture's own size. The picture is changed.
    """
    picture.info = {}  # Pillow would write an ICC profile, EXIF or XMP that it finds here
    made = [_save_jpeg(picture, folder)] if with_jpeg else []
    for kind, longest in SIZES.items():
        picture.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
        picture.save(folder / kind, "WEBP", quality=80, method=4)
        made.append({"kind": kind, "width": picture.width, "height": picture.height})
    return made


def _save_jpeg(picture: Image.Image, folder: Path) -> dict[str, Any]:
    """Write the picture on white, where it is transparent."""
    shown = picture
    if max(picture.size) > MAX_SIDE:
        shown = picture.copy()
        shown.thumbnail((MAX_SIDE, MAX_SIDE))
    if shown.mode == "RGBA":
        background = Image.new("RGB", shown.size, "white")
        background.paste(shown, mask=shown.getchannel("A"))
        shown = background
    shown.save(folder / JPEG, "JPEG", quality=90)
    return {"kind": JPEG, "width": shown.width, "height": shown.height}
