"""Reading the metadata of a file of any type, in a process of the sandbox.

    python -m uploads.metadata.read FILE MIME_TYPE MAX_PIXELS

Prints {"metadata": {...}}. A broken file has none.
"""

import json
import sys
import warnings
from pathlib import Path

from uploads.metadata.fields import Metadata, checked
from uploads.metadata.types import OFFICE, PICTURES


def read_metadata(path: Path, mime_type: str, max_pixels: int) -> Metadata:
    """Return what the file says of itself; raises nothing. Pictures of more than `max_pixels` pixels say nothing."""
    warnings.simplefilter("ignore")
    try:
        return checked(_read(path, mime_type, max_pixels))
    except Exception:  # noqa: BLE001 - any error of a library means that these bytes are broken
        return {}


def _read(path: Path, mime_type: str, max_pixels: int) -> Metadata:
    """Read with the library of the type. Only that one is imported, since they are large."""
    if mime_type in PICTURES:
        from uploads.metadata.pictures import read_picture

        return read_picture(path, PICTURES[mime_type], max_pixels)
    if mime_type.startswith(("audio/", "video/")):
        from uploads.metadata.media import read_media

        return read_media(path)
    if mime_type == "application/pdf":
        from uploads.metadata.documents import read_pdf

        return read_pdf(path)
    if mime_type in OFFICE:
        from uploads.metadata.documents import read_office

        return read_office(path)
    return {}


def main(path: str, mime_type: str, max_pixels: str) -> None:
    print(json.dumps({"metadata": read_metadata(Path(path), mime_type, int(max_pixels))}))  # noqa: T201 - the answer


if __name__ == "__main__":
    main(*sys.argv[1:])
