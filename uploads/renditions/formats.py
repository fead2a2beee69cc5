"""The sizes and the format of renditions."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

SIZES = {"lg": 1600, "md": 800, "sm": 320}  # pixels of the longest side; the largest first
MIME_TYPE = "image/webp"


class Undrawable(Exception):
    """No picture can be made from these bytes; the sentence is the reason. Trying again gives the same result."""


@dataclass(slots=True)
class Drawing:
    """A picture of a file, at most SIZES["lg"] large, with facts of the file.

    `width` and `height` are of the file as it is displayed, in pixels; None for files without a size.
    """

    picture: Image.Image
    width: int | None = None
    height: int | None = None
    page_count: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def save_sizes(picture: Image.Image, folder: Path) -> list[dict[str, Any]]:
    """Write each size as WebP without metadata, none larger than the picture; return kinds and sizes in pixels.

    Each is a file named by its kind.
    """
    made = []
    picture.info = {}  # Pillow would write an ICC profile, EXIF or XMP that it finds here
    for kind, longest in SIZES.items():
        picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        picture.save(folder / kind, "WEBP", quality=80, method=4)
        made.append({"kind": kind, "width": picture.width, "height": picture.height})
    return made
