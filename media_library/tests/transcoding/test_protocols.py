"""Whatever a video's bytes ask for, decoders open that one file: each of them refuses by itself."""

import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from media_library.transcoding.ffmpeg import arguments
from media_library.transcoding.ladder import Rung
from media_library.transcoding.probe import ProbeResult
from media_library.transcoding.probe_process import probe_file
from tests.clips import clip
from tests.samples import tagged_sound
from uploads.renditions.video import draw_video

RUNG = Rung(width=320, height=240, peak=500_000)


def draw(name: str, folder: Path) -> None:
    draw_video(Path(name), max_pixels=10**8)


def probe(name: str, folder: Path) -> None:
    assert probe_file(name)["width"]


def transcode(name: str, folder: Path) -> None:
    """ffmpeg as it is started, but for the name of its input."""
    (folder / RUNG.name).mkdir()
    words = arguments(Path("given"), ProbeResult(duration=2, video=0, width=320, height=240, fps=10), [RUNG])
    words = [name if word == "file:given" else word for word in words]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), *words], cwd=folder, check=True, capture_output=True)


READERS = [draw, probe, transcode]
REFUSALS = (OSError, ValueError, subprocess.CalledProcessError)


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(clip())
    return path


@pytest.mark.parametrize("read", READERS)
def test_a_file_is_read(read, film, tmp_path):
    read(str(film), tmp_path)


# US-25
@pytest.mark.parametrize("read", READERS)
def test_no_protocol_is_followed_but_that_of_files(read, film, tmp_path):
    with pytest.raises(REFUSALS):
        read(f"concat:{film}", tmp_path)


# US-25
@pytest.mark.parametrize("read", READERS)
def test_no_list_of_other_files_is_read(read, film, tmp_path):
    (tmp_path / "part.ts").write_bytes(clip(name="part.ts", options=("-f", "mpegts")))
    playlist = tmp_path / "film.m3u8"
    playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\npart.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(REFUSALS):
        read(str(playlist), tmp_path)


def test_a_sound_with_tags_in_another_encoding_is_read(tmp_path):
    path = tmp_path / "sound.wav"
    path.write_bytes(tagged_sound({b"INAM": "Café".encode("latin-1")}))
    assert probe_file(str(path))["duration"] == pytest.approx(1, abs=0.1)
