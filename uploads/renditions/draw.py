"""The process in which decoders run: one file in, pictures and a line of JSON out.

    python -m uploads.renditions.draw FILE MIME_TYPE FOLDER MAX_PIXELS

Prints {"sizes": [...], "width", "height", "page_count"} or {"undrawable": "why"}. `decoder` runs it in the sandbox.
"""

import json
import sys
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from uploads.renditions.formats import Drawing, Undrawable, save_sizes


def main(path: str, mime_type: str, folder: str, max_pixels: str) -> None:
    warnings.simplefilter("ignore")
    drawing, why = _draw(path, mime_type, int(max_pixels))
    if drawing is None:
        answer: dict[str, Any] = {"undrawable": why}
    else:
        answer = {
            "sizes": save_sizes(drawing.picture, Path(folder)),
            "width": drawing.width,
            "height": drawing.height,
            "page_count": drawing.page_count,
        }
    print(json.dumps(answer))  # noqa: T201 - the answer


def _draw(path: str, mime_type: str, max_pixels: int) -> tuple[Drawing | None, str]:
    try:
        return _painter(mime_type, max_pixels)(Path(path)), ""
    except Undrawable as error:
        return None, str(error)
    except MemoryError:
        return None, "It takes too much memory to decode."
    except Exception as error:  # noqa: BLE001 - any error of a decoder means that these bytes are broken
        return None, f"It cannot be decoded ({type(error).__name__}: {error}).".replace(path, "the file")


def _painter(mime_type: str, max_pixels: int) -> Callable[[Path], Drawing]:
    """Return the function that draws the type. Only its decoder is imported, since decoders are large."""
    if mime_type.startswith("image/"):
        from PIL import Image

        from uploads.renditions.image import draw_image

        Image.MAX_IMAGE_PIXELS = None  # draw_image asks the header itself, before anything is decoded
        return partial(draw_image, max_pixels=max_pixels)
    if mime_type.startswith("video/"):
        from uploads.renditions.video import draw_video

        return partial(draw_video, max_pixels=max_pixels)
    if mime_type.startswith("audio/"):
        from uploads.renditions.audio import draw_sound

        return draw_sound
    from uploads.renditions.pdf import draw_pdf

    return draw_pdf


if __name__ == "__main__":
    main(*sys.argv[1:])
