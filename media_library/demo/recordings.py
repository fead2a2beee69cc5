"""A short video and an audio file, made by the bundled ffmpeg from its test sources."""

import subprocess
import tempfile
from pathlib import Path

import imageio_ffmpeg

SECONDS = 8
TONE = "sine=frequency=220:sample_rate=44100"
CHORD = "[0:a][1:a][2:a]amix=inputs=3,tremolo=f=0.5:d=0.6,afade=t=out:st=6:d=2"


def video() -> bytes:
    """Return an MP4 (H.264 and AAC, 1280 by 720) of a moving test picture with a tone."""
    picture = ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25", "-f", "lavfi", "-i", TONE]
    codecs = [
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "aac",
        "-movflags",
        "+faststart",
    ]
    return _record("video.mp4", [*picture, *codecs])


def audio() -> bytes:
    """Return an MP3 of a chord that fades."""
    tones = [part for hertz in (220, 277, 330) for part in ("-f", "lavfi", "-i", f"sine=frequency={hertz}")]
    return _record("audio.mp3", [*tones, "-filter_complex", CHORD, "-c:a", "libmp3lame", "-b:a", "128k"])


def _record(name: str, arguments: list[str]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        program = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "error"]
        subprocess.run([*program, *arguments, "-t", str(SECONDS), str(path)], check=True)  # noqa: S603
        return path.read_bytes()
