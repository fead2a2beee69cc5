"""The metadata of sound and video: tags of ID3, Vorbis, RIFF, MP4, QuickTime and Matroska, by the names of FFmpeg."""

import re
from collections.abc import Mapping
from pathlib import Path

import av

from uploads.metadata.dates import iso_time
from uploads.metadata.fields import Metadata
from uploads.sandbox.media import open_media

_QUICKTIME = "com.apple.quicktime."
_ISO6709 = re.compile(r"^([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)(?:[+-].*)?/?$")
_EPOCHS = ("1904-01-01", "1970-01-01")  # a clock that was never set


def read_media(path: Path) -> Metadata:
    """Return the tags of a sound or a video, unchecked, and its duration in seconds. Raises av.FFmpegError, OSError."""
    with open_media(path) as container:
        tags = {name.lower(): text for name, text in container.metadata.items()}
        for stream in container.streams:  # Ogg has its tags there
            tags = {**{name.lower(): text for name, text in stream.metadata.items()}, **tags}
        duration = container.duration / av.time_base if container.duration else None

    def first(*names: str) -> str:
        return next((tags[name] for name in names if tags.get(name, "").strip()), "")

    return {
        "duration": duration,
        "taken_at": _taken_at(tags),
        "camera": _camera(first("make", _QUICKTIME + "make"), first("model", _QUICKTIME + "model")),
        "title": first("title", _QUICKTIME + "title"),
        "caption": first("description", _QUICKTIME + "description", "synopsis", "comment"),
        "creator": first("artist", "album_artist", "author", _QUICKTIME + "author"),
        "copyright": first("copyright", _QUICKTIME + "copyright"),
        "album": first("album"),
        "keywords": [word for word in first("keywords", _QUICKTIME + "keywords").split(",") if word.strip()],
        "location": _location(first(_QUICKTIME + "location.iso6709", "location", "location-eng")),
    }


def _taken_at(tags: Mapping[str, str]) -> str | None:
    """Return when it was recorded. QuickTime's date has an offset; `creation_time` is in UTC."""
    for name in (_QUICKTIME + "creationdate", "creation_time", "date_recorded"):
        taken = iso_time(tags.get(name))
        if taken and not taken.startswith(_EPOCHS):
            return taken
    return None


def _camera(make: str, model: str) -> str:
    return model if make.casefold() in model.casefold() else f"{make} {model}".strip()


def _location(text: str) -> Metadata:
    match = _ISO6709.match(text.strip())
    return {"latitude": match[1], "longitude": match[2]} if match else {}
