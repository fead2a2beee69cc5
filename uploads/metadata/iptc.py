"""IPTC-IIM: what agencies and archives write into JPEG and TIFF (IIM 4.2, record 2)."""

from typing import Any

from PIL import Image, IptcImagePlugin

from uploads.metadata.dates import iso_time
from uploads.metadata.fields import Metadata

_UTF8 = b"\x1b%G"  # in dataset 1:90
_TITLE, _KEYWORDS, _DATE, _TIME = (2, 5), (2, 25), (2, 55), (2, 60)
_BYLINE, _CREDIT, _COPYRIGHT, _CAPTION = (2, 80), (2, 110), (2, 116), (2, 120)


def read_iptc(image: Image.Image) -> Metadata:
    """Return what the IPTC-IIM data of an opened picture has, unchecked. Raises whatever Pillow does for broken data.

    Texts are bytes whose encoding is guessed, for few programs write it down.
    """
    records: dict[Any, Any] = IptcImagePlugin.getiptcinfo(image) or {}  # type: ignore[arg-type]
    return {
        "title": _first(records.get(_TITLE)),
        "keywords": _all(records.get(_KEYWORDS)),
        "taken_at": _taken_at(_first(records.get(_DATE)), _first(records.get(_TIME))),
        "creator": b", ".join(_all(records.get(_BYLINE))),
        "credit": _first(records.get(_CREDIT)),
        "copyright": _first(records.get(_COPYRIGHT)),
        "caption": _first(records.get(_CAPTION)),
    }


def _all(value: Any) -> list[bytes]:
    return value if isinstance(value, list) else [value] if isinstance(value, bytes) else []


def _first(value: Any) -> bytes:
    return next(iter(_all(value)), b"")


def _taken_at(day: bytes, time: bytes) -> str | None:
    """Return `CCYYMMDD` and `HHMMSS±HHMM` as one time."""
    d, t = day.decode("ascii", "ignore"), time.decode("ascii", "ignore")
    if len(d) != 8:
        return None
    text = f"{d[:4]}-{d[4:6]}-{d[6:]}"
    return iso_time(f"{text}T{t[:2]}:{t[2:4]}:{t[4:6]}{t[6:]}" if len(t) >= 6 else text)
