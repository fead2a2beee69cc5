"""Renditions of videos: posters."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageStat

from uploads.renditions.formats import SIZES, Drawing, Undrawable
from uploads.renditions.tone_map import Color
from uploads.renditions.video_color import as_bt709, color_of
from uploads.sandbox.media import open_media

PLACES = (0.1, 0.3, 0.5, 0.02)  # where to look, as parts of the duration
FORWARD = 120  # frames
DARK = 32.0  # mean luminance, 0 to 255: below it contrast counts for less
INTERESTING = 12.0  # standard deviation of luminance, 0 to 127: below it is a black, white or empty frame


def draw_video(path: Path, *, max_pixels: int) -> Drawing:
    """Draw a representative frame, upright, with square pixels. Raises Undrawable."""
    with open_media(path) as container:
        stream = next(iter(container.streams.video), None)
        if stream is None:
            raise Undrawable("The video has no picture.")
        if stream.codec_context.width * stream.codec_context.height > max_pixels:
            raise Undrawable(f"The video has more than {max_pixels // 10**6} million pixels.")
        stream.codec_context.thread_count = 2
        frame = _representative(container, stream)
        color = color_of(container, stream, frame)
        ratio = float(stream.sample_aspect_ratio or 1)
    width, height = max(1, round(frame.width * ratio)), frame.height
    picture = _picture(frame, color, width, height).rotate(frame.rotation, expand=True)
    if frame.rotation % 180:
        width, height = height, width
    return Drawing(picture, width, height)


def _representative(container: InputContainer, stream: VideoStream) -> VideoFrame:
    """Return the first of a few frames that is neither dark nor of one colour, else the one with most contrast."""
    best, most = None, -1.0
    for frame in _candidates(container, stream):
        luminance = ImageStat.Stat(frame.reformat(width=64, height=64, format="gray").to_image())
        contrast = luminance.stddev[0] * min(1.0, luminance.mean[0] / DARK)
        if contrast > most:
            best, most = frame, contrast
        if contrast >= INTERESTING:
            break
    if best is None:
        raise Undrawable("No frame of the video can be decoded.")
    return best


def _candidates(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    if container.duration:
        for place in PLACES:
            try:
                frame = _frame_at(container, stream, container.duration * place)
            except (av.FFmpegError, OSError):  # no frame there, or no seeking: try the next place
                continue
            if frame:
                yield frame
        container.seek(0)
    yield from islice(container.decode(stream), 1)


def _frame_at(container: InputContainer, stream: VideoStream, microseconds: float) -> VideoFrame | None:
    """Return the frame at that time, or the last of FORWARD frames after the key frame before it."""
    container.seek(int(microseconds))
    last = None
    for last in islice(container.decode(stream), FORWARD):
        if last.time is not None and last.time * av.time_base >= microseconds:
            break
    return last


def _picture(frame: VideoFrame, color: Color, width: int, height: int) -> Image.Image:
    """Return the frame with square pixels, `width` by `height` or smaller."""
    scale = min(1, SIZES["lg"] / max(width, height))
    return as_bt709(frame, color, max(1, round(width * scale)), max(1, round(height * scale)))
