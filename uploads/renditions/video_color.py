"""Reading how a video codes colours, and mapping single frames to BT.709."""

from array import array
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import av
from av.container import InputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from uploads.renditions.tone_map import UNSPECIFIED, Color, to_rgb, write_table

PEAK_PLACES = tuple(place / 10 for place in range(10))  # where brightness is measured, as parts of the duration
SIDE = 128  # pixels of the small picture that is measured
DAZZLING = 0.998  # the part of its values that are not brighter than the peak


def color_of(container: InputContainer, stream: VideoStream, frame: VideoFrame) -> Color:
    """Return how a video codes colours; `frame` is one of its frames.

    For HDR key frames at PEAK_PLACES are decoded to find the peak, which leaves the container at another position:
    files rarely say how bright they are, and a video that is never brighter than paper needs no compression.
    """
    color = Color(int(frame.color_trc), int(frame.color_primaries), int(frame.colorspace))
    if not color.is_hdr:
        return color
    peaks = [_peak(each, color) for each in (frame, *_key_frames(container, stream))]
    return replace(color, peak=max(peaks))


def filtered(frame: VideoFrame, steps: Iterable[tuple[str, str]]) -> VideoFrame:
    """Return one frame after filters, each a name with its options."""
    graph = Graph()
    matrix = int(frame.colorspace) or UNSPECIFIED  # 0 is RGB, which a filter refuses for a picture of another kind
    size = f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}:time_base=1/1000"
    last = graph.add("buffer", f"{size}:colorspace={matrix}:range={int(frame.color_range)}")
    for name, options in (*steps, ("buffersink", "")):
        following = graph.add(name, options or None)
        last.link_to(following)
        last = following
    graph.configure()
    graph.push(frame)
    made = graph.pull()
    assert isinstance(made, VideoFrame)
    return made


def as_bt709(frame: VideoFrame, color: Color, width: int, height: int) -> Image.Image:
    """Return a frame of a video with `color` as an RGB picture of `width` by `height` pixels."""
    if not color.is_mapped:
        return frame.reformat(width=width, height=height, format="rgb24").to_image()
    with TemporaryDirectory(prefix="colors-") as folder:
        table = Path(folder, "table.cube")
        write_table(color, table)
        return filtered(frame, [*to_rgb(color, str(table), f"{width}:{height}"), ("format", "rgb24")]).to_image()


def _key_frames(container: InputContainer, stream: VideoStream) -> Iterable[VideoFrame]:
    for place in PEAK_PLACES if container.duration else ():
        try:
            container.seek(int((container.duration or 0) * place))
            yield next(container.decode(stream))
        except (av.FFmpegError, OSError, StopIteration):
            continue


def _peak(frame: VideoFrame, color: Color) -> float:
    scale = min(1, SIDE / max(frame.width, frame.height))
    size = f"{max(1, round(frame.width * scale))}:{max(1, round(frame.height * scale))}"
    # RGB first: between two colours, scaled brightness and scaled colour do not fit each other and look far too bright.
    small = filtered(frame, [("format", "gbrp16le"), ("scale", f"{size}:flags=area"), ("format", "rgb48le")])
    values = array("H")
    plane = small.planes[0]
    row = small.width * 6
    data = bytes(plane)
    for line in range(small.height):
        values.frombytes(data[line * plane.line_size : line * plane.line_size + row])
    ordered = sorted(values)
    return ordered[int((len(ordered) - 1) * DAZZLING)] / 65535
