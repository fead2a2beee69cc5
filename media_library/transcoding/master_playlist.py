"""The master playlist (RFC 8216, section 4.3.4), written from the finished variants."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from media_library.transcoding.ladder import SMOOTHEST, Rung
from media_library.transcoding.probe import ProbeResult

MASTER = "master.m3u8"
_SEGMENT = re.compile(r"^#EXTINF:([0-9.]+),.*\n(?:#.*\n)*([^#\s]\S*)$", re.MULTILINE)
# In the first packets of a segment: a sequence parameter set, which begins with profile, constraints and level.
_SPS = re.compile(rb"\x00\x00\x01[\x27\x47\x67](...)", re.DOTALL)
_HEAD = ("#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS")
_AAC_LC = "mp4a.40.2"


@dataclass(frozen=True, slots=True)
class Stream:
    """A finished variant: duration in seconds, peak and average bits a second, and codecs (RFC 6381)."""

    rung: Rung
    duration: float
    peak: int
    average: int
    codecs: str


@dataclass(frozen=True, slots=True)
class Measures:
    """What the segments of a playlist are: seconds, peak and average bits a second, and the first of them."""

    duration: float
    peak: int
    average: int
    first: Path


def stream_of(rung: Rung, folder: Path, *, has_audio: bool) -> Stream | None:
    """Read the finished variant below `folder`; return None if it has no segments."""
    found = measured(folder / rung.name / "index.m3u8")
    if found is None:
        return None
    return Stream(rung, found.duration, found.peak, found.average, _codecs(found.first, has_audio))


def measured(playlist: Path) -> Measures | None:
    """Measure the segments of a playlist on this disk; return None if it has none."""
    segments = _SEGMENT.findall(playlist.read_text()) if playlist.is_file() else []
    if not segments:
        return None
    lengths = [(float(seconds), (playlist.parent / name).stat().st_size) for seconds, name in segments]
    duration = sum(seconds for seconds, _ in lengths)
    return Measures(
        duration=duration,
        peak=max(int(size * 8 / max(seconds, 0.5)) for seconds, size in lengths),
        average=int(sum(size for _, size in lengths) * 8 / max(duration, 0.5)),
        first=playlist.parent / segments[0][1],
    )


def sound_playlist(found: Measures) -> str:
    """Return the text of the playlist that names the one stream of a sound."""
    facts = f'BANDWIDTH={found.peak},AVERAGE-BANDWIDTH={found.average},CODECS="{_AAC_LC}"'
    return "\n".join([*_HEAD, f"#EXT-X-STREAM-INF:{facts}", "audio/index.m3u8", ""])


def master_playlist(streams: Sequence[Stream], probed: ProbeResult) -> str:
    """Return the text of the playlist that names the streams, the best one first."""
    lines = [*_HEAD]
    for stream in streams:
        facts = [
            f"BANDWIDTH={stream.peak}",
            f"AVERAGE-BANDWIDTH={stream.average}",
            f"RESOLUTION={stream.rung.width}x{stream.rung.height}",
        ]
        if probed.fps:
            facts.append(f"FRAME-RATE={min(probed.fps, SMOOTHEST):.3f}")
        facts.append("VIDEO-RANGE=SDR")  # HDR is mapped to BT.709
        if stream.codecs:
            facts.append(f'CODECS="{stream.codecs}"')
        lines += [f"#EXT-X-STREAM-INF:{','.join(facts)}", f"{stream.rung.name}/index.m3u8"]
    return "\n".join([*lines, ""])


def _codecs(segment: Path, has_audio: bool) -> str:
    """Return the codecs; empty if they cannot be read, and players detect them."""
    with segment.open("rb") as file:
        parameters = _SPS.search(file.read(4096))
    if not parameters:
        return ""
    video = f"avc1.{parameters[1].hex()}"
    return f"{video},{_AAC_LC}" if has_audio else video
