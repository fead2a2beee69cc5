"""Reading WebVTT and SubRip of any encoding, and writing WebVTT."""

import html
import re
from collections.abc import Iterator

from uploads.inspection.encodings import guess_encoding

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[,.](\d{1,3})"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(.*)")
_SETTING = re.compile(r"(?:vertical|line|position|size|align):[a-z0-9.,%-]+")  # of a cue; regions are left out
_STYLED = re.compile(r"</?(?:font[^>]*|span[^>]*)>|\{\\[^}]*\}", re.IGNORECASE)  # of SubRip
_KEPT = re.compile(r"&lt;(/?[biu])&gt;", re.IGNORECASE)
SAMPLE = 16 * 1024  # bytes from which an encoding is guessed
# Where the time 0 is in segments of ffmpeg, which begin 1.4 s late (RFC 8216, section 3.5).
TIMESTAMP_MAP = "X-TIMESTAMP-MAP=MPEGTS:126000,LOCAL:00:00:00.000"


def webvtt(data: bytes) -> str:
    """Return captions as WebVTT: their cues alone, without styles and notes. Empty for bytes without a cue."""
    text = decoded(data)
    is_webvtt = text.startswith("WEBVTT")
    cues = list(_cues(text.splitlines(), is_webvtt=is_webvtt))
    return "\n\n".join([f"WEBVTT\n{TIMESTAMP_MAP}", *cues, ""]) if cues else ""


def decoded(data: bytes) -> str:
    """Return the characters of a text, whose encoding is guessed; empty for bytes that are no text."""
    encoding = guess_encoding(data[:SAMPLE], is_whole=len(data) <= SAMPLE)
    return data.decode(encoding, "replace").removeprefix("\ufeff").replace("\0", "\ufffd") if encoding else ""


def _cues(lines: list[str], *, is_webvtt: bool) -> Iterator[str]:
    """Yield each cue: its times, its settings and the lines up to an empty one."""
    at = 0
    while at < len(lines):
        times = _TIMES.match(lines[at])
        at += 1
        if not times:
            continue
        end = next((n for n in range(at, len(lines)) if not lines[n].strip()), len(lines))
        text = [_line(line, is_webvtt=is_webvtt) for line in lines[at:end]]
        at = end
        if text:
            settings = " ".join(_SETTING.findall(times[9])) if is_webvtt else ""
            first, last = _time(*times.groups()[:4]), _time(*times.groups()[4:8])
            yield "\n".join([f"{first} --> {last} {settings}".rstrip(), *text])


def _time(hours: str | None, minutes: str, seconds: str, fraction: str) -> str:
    return f"{int(hours or 0):02}:{int(minutes):02}:{int(seconds):02}.{fraction:0<3}"


def _line(line: str, *, is_webvtt: bool) -> str:
    """Return a line of text. SubRip has no escapes: its tags but for b, i and u are left out, the rest is text."""
    line = line.strip()
    if not is_webvtt:
        line = _KEPT.sub(r"<\1>", html.escape(_STYLED.sub("", line), quote=False))
    return line.replace("-->", "--&gt;")
