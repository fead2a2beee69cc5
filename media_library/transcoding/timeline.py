"""The timeline: small pictures of a video for the seek bar, in sheets, and a WebVTT file that says which is where.

The format is the one that players take for thumbnails: cues whose text is `timeline-1.jpg#xywh=160,0,160,90`.
"""

import math
from dataclasses import dataclass
from pathlib import Path

from media_library.transcoding.ladder import Rung

INDEX = "timeline.vtt"
SIDE = 160  # pixels of the longest side of a picture
PICTURES = 400  # of a video at most
SHORTEST = 2  # seconds between two pictures
ROW = 10  # pictures in a row, and rows in a sheet
UNKNOWN_DURATION = 3600.0  # seconds, for the distance of pictures


@dataclass(frozen=True, slots=True)
class Timeline:
    """The pictures of a video: one for each `interval` seconds, of `width` by `height` pixels, in sheets."""

    interval: int
    width: int
    height: int
    columns: int = ROW
    rows: int = ROW

    @property
    def filters(self) -> str:
        """The filters from a stream's frames to the sheets: each picture is from the middle of its interval."""
        picture = f"scale={self.width}:{self.height}:out_range=pc:out_color_matrix=bt601,format=yuvj420p"  # as JPEG
        return f"fps=1/{self.interval}:start_time=0:eof_action=pass,{picture},tile={self.columns}x{self.rows}"


def timeline_of(duration: float | None, rung: Rung) -> Timeline:
    """Return the timeline of a video of `duration` seconds, made from the frames of `rung`."""
    interval = max(SHORTEST, math.ceil((duration or UNKNOWN_DURATION) / PICTURES))
    scale = min(1.0, SIDE / max(rung.width, rung.height))
    width, height = (max(2, round(side * scale / 2) * 2) for side in (rung.width, rung.height))
    count = math.ceil(duration / interval) + 1 if duration else ROW * ROW
    return Timeline(interval, width, height, min(count, ROW), min(math.ceil(count / ROW), ROW))


def output_arguments(label: str) -> list[str]:
    """Return the arguments of ffmpeg that write the sheets of the filter output `label`."""
    kind = ("-c:v", "mjpeg", "-q:v", "6", "-fps_mode", "passthrough", "-f", "image2", "-start_number", "1")
    return [
        "-map",
        label,
        "-map_metadata",
        "-1",
        *kind,
        "-frames:v",
        str(PICTURES // (ROW * ROW) + 1),
        "timeline-%d.jpg",
    ]


def write_index(folder: Path, timeline: Timeline, duration: float) -> bool:
    """Write INDEX beside the sheets in `folder`, for a video of `duration` seconds; return False without a sheet."""
    sheets = len(list(folder.glob("timeline-*.jpg")))
    count = min(max(1, math.ceil(duration / timeline.interval)), sheets * timeline.columns * timeline.rows)
    cues = [_cue(timeline, number, duration) for number in range(count)]
    if cues:
        (folder / INDEX).write_text("\n\n".join(["WEBVTT", *cues, ""]))
    return bool(cues)


def _cue(timeline: Timeline, number: int, duration: float) -> str:
    sheet, place = divmod(number, timeline.columns * timeline.rows)
    row, column = divmod(place, timeline.columns)
    start = number * timeline.interval
    end = max(min(start + timeline.interval, duration), start + 0.001)
    area = f"{column * timeline.width},{row * timeline.height},{timeline.width},{timeline.height}"
    return f"{timestamp(start)} --> {timestamp(end)}\ntimeline-{sheet + 1}.jpg#xywh={area}"


def timestamp(seconds: float) -> str:
    """Return a time of WebVTT, such as 01:02:03.500."""
    milliseconds = round(seconds * 1000)
    return (
        f"{milliseconds // 3_600_000:02}:{milliseconds // 60_000 % 60:02}:"
        f"{milliseconds // 1000 % 60:02}.{milliseconds % 1000:03}"
    )
