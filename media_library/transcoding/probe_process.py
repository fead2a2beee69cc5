"""The process that probes a file: one file in, one line of JSON out.

    python -m media_library.transcoding.probe_process FILE

Prints {"duration", "width", "height", "fps", "video", "audio", "audio_codec", "interlaced", "color"} (seconds, pixels
as displayed, indexes of streams, a decoder of FFmpeg, the fields of `Color`; null if absent) or {"unreadable": "why"}.
`probe` runs it in the sandbox.
"""

import json
import sys
from dataclasses import asdict
from itertools import islice
from typing import Any

import av

from uploads.renditions.video_color import color_of
from uploads.sandbox.media import open_media

PATIENCE = 600  # frames that are tried in search of the first decodable one


def probe_file(path: str) -> dict[str, Any]:
    with open_media(path) as container:
        duration = container.duration / av.time_base if container.duration else None
        video = next((stream for stream in container.streams.video if not _is_cover(stream)), None)
        audio = next((stream for stream in container.streams.audio if stream.codec_context is not None), None)
        facts: dict[str, Any] = {
            "duration": duration if duration is None or duration >= 0 else None,
            "video": video.index if video else None,
            "audio": audio.index if audio else None,
            "audio_codec": audio.codec_context.name if audio else None,
            **dict.fromkeys(("width", "height", "fps", "interlaced", "color")),
        }
        return facts | _picture(container, video) if video else facts


def _is_cover(stream: Any) -> bool:
    """Tell whether a stream is cover art or a poster."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _picture(container: Any, stream: Any) -> dict[str, Any]:
    """Return the facts of one decoded frame: its size as displayed, with square pixels and rotated, and the rate."""
    if stream.codec_context is None:
        return {"unreadable": "The video's picture is in a format that cannot be decoded."}
    frame = next(islice(container.decode(stream), PATIENCE), None)
    if frame is None:
        return {"unreadable": "No frame of the video can be decoded."}
    width, height = round(frame.width * float(stream.sample_aspect_ratio or 1)), frame.height
    if frame.rotation % 180:
        width, height = height, width
    rate = stream.average_rate or stream.guessed_rate
    return {
        "width": max(width, 1),
        "height": height,
        "fps": float(rate) if rate else None,
        "interlaced": frame.interlaced_frame,
        "color": asdict(color_of(container, stream, frame)),
    }


def main(path: str) -> None:
    try:
        answer = probe_file(path)
    except MemoryError:
        answer = {"unreadable": "Decoding the file takes too much memory."}
    except Exception as error:  # noqa: BLE001 - any error of a decoder means that the bytes are damaged
        answer = {"unreadable": f"The file is damaged or has another format ({_reason(error)})."}
    print(json.dumps(answer))  # noqa: T201 - the answer


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or type(error).__name__)


if __name__ == "__main__":
    main(*sys.argv[1:])
