"""The facts that the metadata of a file may have, by name, and the form of each. Every one of them may be missing."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from uploads.metadata.dates import iso_time
from uploads.metadata.texts import clean, written

Metadata = dict[str, Any]

LOCATION = "location"  # where it was taken; only for those who may edit the file
KEYWORDS = 50  # of a file
KEYWORD_LENGTH = 100  # characters
MAX_DURATION = 30 * 24 * 3600  # seconds


def without_location(metadata: Mapping[str, Any]) -> Metadata:
    """Return what everyone who sees the file may know of it."""
    return {name: value for name, value in metadata.items() if name != LOCATION}


def checked(raw: object) -> Metadata:
    """Return the known facts of `raw` in their form; whatever else is in it, or has another form, is left out.

    Nothing that a file contains gets into a row without this check. Doing it twice changes nothing.
    """
    if not isinstance(raw, Mapping):
        return {}
    found = {name: check(raw[name]) for name, check in FIELDS.items() if name in raw}
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def number(value: object, *, least: float, most: float, digits: int = 3) -> float | None:
    """Return a finite number from `least` to `most`, rounded; None for anything else."""
    if isinstance(value, bool):
        return None
    try:
        result = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, ArithmeticError):
        return None
    return round(result, digits) if math.isfinite(result) and least <= result <= most else None


def whole(value: object, *, least: int, most: int) -> int | None:
    """Return a whole number from `least` to `most`; None for anything else."""
    result = number(value, least=least, most=most)
    return None if result is None or result != int(result) else int(result)


def keywords(value: object) -> list[str]:
    """Return the first KEYWORDS different keywords of a list."""
    if not isinstance(value, list | tuple):
        return []
    different: dict[str, str] = {}
    for word in filter(None, (clean(word, KEYWORD_LENGTH) for word in value[: 10 * KEYWORDS])):
        different.setdefault(word.casefold(), word)
    return list(different.values())[:KEYWORDS]


def _exposure(value: object) -> Metadata | None:
    return _parts(value, _EXPOSURE)


def _location(value: object) -> Metadata | None:
    """Both degrees, or nothing. Zero and zero is what devices write that do not know where they are."""
    found = _parts(value, _LOCATION)
    return found if len(found) == len(_LOCATION) and any(found.values()) else None


def _parts(value: object, checks: Mapping[str, Callable[[object], Any]]) -> Metadata:
    if not isinstance(value, Mapping):
        return {}
    found = {name: check(value.get(name)) for name, check in checks.items()}
    return {name: part for name, part in found.items() if part is not None}


_EXPOSURE: dict[str, Callable[[object], Any]] = {
    "time": partial(number, least=1e-7, most=10**6, digits=7),
    "aperture": partial(number, least=0.1, most=1000, digits=2),
    "iso": partial(whole, least=1, most=10**7),
    "focal_length": partial(number, least=0.1, most=10**5, digits=2),
}
_LOCATION: dict[str, Callable[[object], Any]] = {
    "latitude": partial(number, least=-90, most=90, digits=6),
    "longitude": partial(number, least=-180, most=180, digits=6),
}
FIELDS: dict[str, Callable[[object], Any]] = {
    "taken_at": iso_time,
    "camera": partial(clean, length=100),
    "lens": partial(clean, length=100),
    "exposure": _exposure,
    "orientation": partial(whole, least=1, most=8),
    "title": partial(written, length=200),
    "caption": partial(written, length=2000, lines=True),
    "alt_text": partial(written, length=500),
    "keywords": keywords,
    "creator": partial(written, length=200),
    "credit": partial(written, length=200),
    "copyright": partial(written, length=300),
    "author": partial(written, length=200),
    "album": partial(clean, length=200),
    "duration": partial(number, least=0.001, most=MAX_DURATION),
    "pages": partial(whole, least=1, most=10**6),
    "encoding": partial(clean, length=40),
    LOCATION: _location,
}
