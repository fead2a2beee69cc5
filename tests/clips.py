"""Small video clips made by ffmpeg, with the peculiarities of cameras."""

import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import imageio_ffmpeg

TONE = ("-f", "lavfi", "-i", "sine=frequency=220:sample_rate=44100")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-movflags", "+faststart")


def ffmpeg(*arguments: str) -> None:
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y", *arguments], check=True)


@cache
def clip(
    width: int = 320,
    height: int = 240,
    *,
    seconds: float = 2,
    rate: int = 10,
    sound: bool = True,
    source: str = "testsrc2",
    options: tuple[str, ...] = (),
    name: str = "clip.mp4",
) -> bytes:
    """An H.264 clip with AAC sound, made once a process; `options` precede the output, `name` sets its format."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / name
        picture = ("-f", "lavfi", "-i", f"{source}=size={width}x{height}:rate={rate}")
        audio = (*TONE, "-c:a", "aac") if sound else ()
        ffmpeg(*picture, *audio, *H264, "-t", str(seconds), *options, str(target))
        return target.read_bytes()


def long_clip() -> bytes:
    """14 seconds, three segments, of 1080p H.264 and AAC, as a camera might have made them."""
    return clip(1920, 1080, seconds=14, rate=30)


def frames_of(path: Path) -> list[tuple[float, bool]]:
    """Time and kind (key frame or not) of each frame of a file's picture."""
    import av

    with av.open(str(path)) as container:
        return [(round(frame.time or 0, 3), frame.key_frame) for frame in container.decode(video=0)]
