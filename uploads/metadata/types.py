"""The types of files that have metadata."""

PICTURES = {  # MIME type → Pillow's name of the format
    "image/avif": "AVIF",
    "image/heic": "HEIF",
    "image/heif": "HEIF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/tiff": "TIFF",
    "image/webp": "WEBP",
}
OFFICE = frozenset(
    {
        *("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
        *("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
        *("application/vnd.openxmlformats-officedocument.presentationml.presentation",),
        *(f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet", "presentation", "graphics")),
    }
)


EXACT = frozenset({*PICTURES, *OFFICE, "application/pdf"})
PREFIXES = ("audio/", "video/")


def has_metadata(mime_type: str) -> bool:
    """Tell whether files of the type may say something of themselves that can be read."""
    return mime_type in EXACT or mime_type.startswith(PREFIXES)
