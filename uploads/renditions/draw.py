"""The process in which decoders run: one file in, pictures and lines of JSON out.

    python -m uploads.renditions.draw FILE MIME_TYPE FOLDER MAX_PIXELS WITH_JPEG

Prints {"width", "height"} as soon as the header is read, then {"sizes": [...], "width", "height", "page_count"} or
{"undrawable": "why"}. `decoder` runs it in the sandbox.
"""

import sys
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PIL import UnidentifiedImageError

from uploads.renditions.formats import DRAWERS, Drawing, Undrawable, report, save_sizes


def main(path: str, mime_type: str, folder: str, max_pixels: str, with_jpeg: str) -> None:
    warnings.simplefilter("ignore")
    is_whole = with_jpeg == "1"
    try:
        drawing = _drawer(mime_type, int(max_pixels), is_whole)(Path(path))
        sizes = save_sizes(drawing.picture, Path(folder), with_jpeg=is_whole)
    except Undrawable as error:
        size = {"width": error.width, "height": error.height} if error.width else {}
        report(undrawable=str(error), **size)
    except MemoryError:
        report(undrawable="It takes too much memory to decode.")
    except Exception as error:  # noqa: BLE001 - any error of a decoder means that these bytes are broken
        why = "" if isinstance(error, UnidentifiedImageError) else f" ({type(error).__name__}: {error})"
        report(undrawable=f"It cannot be decoded{why.replace(path, 'the file')}.")
    else:
        report(sizes=sizes, width=drawing.width, height=drawing.height, page_count=drawing.page_count)


def _drawer(mime_type: str, max_pixels: int, is_whole: bool) -> Callable[[Path], Drawing]:
    """Return the function that draws the type. Only its decoder is imported, since decoders are large."""
    match DRAWERS[mime_type]:
        case "image":
            from uploads.renditions.image import Options, draw_image

            return partial(draw_image, mime_type=mime_type, options=Options(max_pixels, is_whole))
        case "svg":
            from uploads.renditions.svg import draw_svg

            return draw_svg
        case "video":
            from uploads.renditions.video import draw_video

            return partial(draw_video, max_pixels=max_pixels)
        case "audio":
            from uploads.renditions.audio import draw_sound

            return draw_sound
        case "document":
            from uploads.renditions.document import draw_document

            return partial(draw_document, max_pixels=max_pixels)
        case _:
            from uploads.renditions.pdf import draw_pdf

            return draw_pdf


if __name__ == "__main__":
    main(*sys.argv[1:])
