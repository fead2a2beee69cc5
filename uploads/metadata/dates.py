"""Times of metadata as ISO 8601."""

import re
from datetime import date, datetime

_EXIF = re.compile(r"^(\d{4})[:\-./](\d\d)[:\-./](\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?)?")
_OFFSET = re.compile(r"^([+-])(\d\d):?(\d\d)$")
EARLIEST, LATEST = 1826, 2200  # years; the first photograph, and a clock that is wrong


def iso_time(text: object, offset: object = None) -> str | None:
    """Return a time as `2024-05-01T12:30:00+02:00`, without an offset if there is none, and a day as `2024-05-01`.

    `text` is of EXIF (`2024:05:01 12:30:00`, with `offset`), XMP, QuickTime or IPTC. None for what is no time.
    """
    if not isinstance(text, str):
        return None
    text = text.strip().strip("\0")
    match = _EXIF.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (None if part is None else int(part) for part in match.groups())
    rest = text[match.end() :].strip()
    try:
        if hour is None:
            return _in_range(date(year or 0, month or 0, day or 0).isoformat())
        moment = datetime(year or 0, month or 0, day or 0, hour, minute or 0, second or 0)
    except ValueError:
        return None
    return _in_range(moment.isoformat() + _zone(rest or offset))


def _zone(text: object) -> str:
    if not isinstance(text, str):
        return ""
    text = text.strip().strip("\0")
    if text == "Z":
        return "Z"
    match = _OFFSET.match(text)
    return f"{match[1]}{match[2]}:{match[3]}" if match and int(match[2]) <= 15 and int(match[3]) < 60 else ""


def _in_range(text: str) -> str | None:
    return text if EARLIEST <= int(text[:4]) <= LATEST else None
