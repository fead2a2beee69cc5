"""EXIF: what cameras write (CIPA DC-008)."""

from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from uploads.metadata.dates import iso_time
from uploads.metadata.fields import Metadata
from uploads.metadata.texts import clean

_TEXT = 10_000  # characters of a text that are looked at


def read_exif(image: Image.Image) -> Metadata:
    """Return what the EXIF data of an opened picture has, unchecked. Raises whatever Pillow does for broken data."""
    tags = image.getexif()
    details = _directory(tags, IFD.Exif)
    return {
        "orientation": tags.get(Base.Orientation),
        "camera": _camera(tags.get(Base.Make), tags.get(Base.Model)),
        "title": _windows_text(tags.get(Base.XPTitle)),
        "caption": tags.get(Base.ImageDescription),
        "creator": tags.get(Base.Artist) or _windows_text(tags.get(Base.XPAuthor)),
        "copyright": _copyright(tags.get(Base.Copyright)),
        "keywords": [word for word in _windows_text(tags.get(Base.XPKeywords)).split(";") if word.strip()],
        "lens": details.get(Base.LensModel),
        "taken_at": _taken_at(details),
        "exposure": {
            "time": details.get(Base.ExposureTime),
            "aperture": details.get(Base.FNumber),
            "iso": _first(details.get(Base.ISOSpeedRatings)),
            "focal_length": details.get(Base.FocalLength),
        },
        "location": _location(_directory(tags, IFD.GPSInfo)),
    }


def _directory(tags: Image.Exif, which: int) -> dict[int, Any]:
    """Return a directory inside of the EXIF data; a broken one is empty and spoils no other."""
    try:
        return dict(tags.get_ifd(which))
    except Exception:  # noqa: BLE001 - any error means that these bytes are broken
        return {}


def _camera(make: Any, model: Any) -> str:
    """Return maker and model, without the maker's name twice: `Canon EOS R5`, `NIKON CORPORATION` + `NIKON D850`."""
    maker, name = clean(make, 60), clean(model, 100)
    if maker and name and maker.split()[0].casefold() in name.casefold():
        return name
    return f"{maker} {name}".strip()


def _taken_at(details: dict[int, Any]) -> str | None:
    taken = iso_time(details.get(Base.DateTimeOriginal), details.get(Base.OffsetTimeOriginal))
    return taken or iso_time(details.get(Base.DateTimeDigitized), details.get(Base.OffsetTimeDigitized))


def _copyright(value: Any) -> Any:
    """Return the photographer's copyright, which the editor's follows after a NUL."""
    return value.split("\0")[0].strip() or value.replace("\0", " ") if isinstance(value, str) else value


def _windows_text(value: Any) -> str:
    """Return the text of a tag of Windows, which is UTF-16 in bytes."""
    if isinstance(value, tuple):
        value = bytes(value[: 2 * _TEXT])
    return value[: 2 * _TEXT].decode("utf-16-le", errors="ignore").strip("\0") if isinstance(value, bytes) else ""


def _first(value: Any) -> Any:
    return next(iter(value), None) if isinstance(value, tuple) else value


def _location(tags: dict[int, Any]) -> Metadata:
    return {
        "latitude": _degrees(tags.get(GPS.GPSLatitude), tags.get(GPS.GPSLatitudeRef), "S"),
        "longitude": _degrees(tags.get(GPS.GPSLongitude), tags.get(GPS.GPSLongitudeRef), "W"),
    }


def _degrees(parts: Any, reference: Any, negative: str) -> float | None:
    """Return degrees of degrees, minutes and seconds; None where one of them is missing or 0/0."""
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ArithmeticError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    return -value if str(reference or "").strip("\0 ").upper() == negative else value
