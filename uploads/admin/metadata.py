"""The metadata of a file as people read it: labels and texts, in the form and in the media browser."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LABELS: dict[str, Promise] = {
    "taken_at": gettext_lazy("Taken"),
    "camera": gettext_lazy("Camera"),
    "lens": gettext_lazy("Lens"),
    "exposure": gettext_lazy("Exposure"),
    "location": gettext_lazy("Place"),
    "duration": gettext_lazy("Duration"),
    "pages": gettext_lazy("Pages"),
    "encoding": gettext_lazy("Encoding"),
    "title": gettext_lazy("Embedded title"),
    "caption": gettext_lazy("Caption"),
    "alt_text": gettext_lazy("Embedded alternative text"),
    "keywords": gettext_lazy("Keywords"),
    "author": gettext_lazy("Author"),
    "creator": gettext_lazy("Creator"),
    "album": gettext_lazy("Album"),
    "credit": gettext_lazy("Credit"),
    "copyright": gettext_lazy("Copyright"),
}


def metadata_rows(metadata: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return a label and a text for each fact that people ask for, in the order of LABELS."""
    return [(str(label), _text(name, metadata[name])) for name, label in LABELS.items() if name in metadata]


def metadata_list(metadata: Mapping[str, Any]) -> SafeString | str:
    """Return the facts as a description list, or a dash."""
    rows = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", metadata_rows(metadata))
    return format_html_join("", '<dl class="facts">{}</dl>', [(rows,)]) if rows else "-"


def _text(name: str, value: Any) -> str:
    return _TEXTS[name](value) if name in _TEXTS else str(value)


def _moment(text: str) -> str:
    """Return a time as it was on the clock of the place, with the offset that the file names."""
    if len(text) == len("2024-05-01"):
        return date_format(date.fromisoformat(text), "DATE_FORMAT")
    moment = datetime.fromisoformat(text)
    shown = date_format(moment.replace(tzinfo=None), "DATETIME_FORMAT")
    return shown if moment.tzinfo is None else f"{shown} ({moment.tzname()})"


def _exposure(value: Mapping[str, Any]) -> str:
    parts = {
        "time": lambda seconds: _("%(time)s s") % {"time": _seconds(seconds)},
        "aperture": lambda number: f"f/{number_format(number)}",
        "iso": lambda number: f"ISO {number}",
        "focal_length": lambda length: _("%(length)s mm") % {"length": _number(length)},
    }
    return ", ".join(text(value[name]) for name, text in parts.items() if name in value)


def _seconds(value: float) -> str:
    return f"1/{round(1 / value)}" if value < 0.3 else _number(value)


def _number(value: float) -> str:
    return number_format(int(value) if value == int(value) else value)


def _location(value: Mapping[str, float]) -> str:
    return f"{value['latitude']}, {value['longitude']}"


_TEXTS: dict[str, Callable[[Any], str]] = {
    "taken_at": _moment,
    "exposure": _exposure,
    "location": _location,
    "duration": lambda seconds: str(timedelta(seconds=round(seconds))),
    "keywords": ", ".join,
}
