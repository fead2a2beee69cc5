"""The process that looks into a file: one file in, a line of JSON out.

    python -m media_library.transcoding.probe_process FILE

Prints {"duration", "width", "height", "fps", "video", "audio"} (seconds, pixels as displayed, indexes of the streams;
None where there is none) or {"unreadable": "why"}. `probe` runs it in the sandbox.
"""

import json
import sys
from itertools import islice
from typing import Any

import av

# Local files of these containers, and nothing that they might point to.
OPTIONS = {"protocol_whitelist": "file", "format_whitelist": "mov,matroska,webm,mp3,wav,w64,aac"}
PATIENCE = 600  # packets' worth of frames, in search of the first that can be decoded


def look(path: str) -> dict[str, Any]:
    with av.open(path, options=OPTIONS) as container:
        duration = container.duration / av.time_base if container.duration else None
        video = next((stream for stream in container.streams.video if not _is_cover(stream)), None)
        audio = next((stream for stream in container.streams.audio if stream.codec_context is not None), None)
        facts: dict[str, Any] = {
            "duration": duration if duration is None or duration >= 0 else None,
            "video": video.index if video else None,
            "audio": audio.index if audio else None,
            **dict.fromkeys(("width", "height", "fps")),
        }
        return facts | _seen(container, video) if video else facts


def _is_cover(stream: Any) -> bool:
    """A picture that stands for a sound, or a film's poster."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _seen(container: Any, stream: Any) -> dict[str, Any]:
    """What one decoded frame shows: its size as displayed, with square pixels and turned as the camera was."""
    if stream.codec_context is None:
        return {"unreadable": "The video's picture is in a format that cannot be decoded."}
    frame = next(islice(container.decode(stream), PATIENCE), None)
    if frame is None:
        return {"unreadable": "No frame of the video can be decoded."}
    width, height = round(frame.width * float(stream.sample_aspect_ratio or 1)), frame.height
    if frame.rotation % 180:
        width, height = height, width
    rate = stream.average_rate or stream.guessed_rate
    return {"width": max(width, 1), "height": height, "fps": float(rate) if rate else None}


def main(path: str) -> None:
    try:
        answer = look(path)
    except MemoryError:
        answer = {"unreadable": "It takes too much memory to decode."}
    except Exception as error:  # noqa: BLE001 - whatever a decoder raises, it says that these bytes are broken
        answer = {"unreadable": f"The file is damaged, or is not what it says ({_said(error)})."}
    print(json.dumps(answer))  # noqa: T201 - the answer


def _said(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or type(error).__name__)


if __name__ == "__main__":
    main(*sys.argv[1:])
