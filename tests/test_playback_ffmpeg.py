"""The addresses of a private video, played by a program that knows nothing of this one but HLS."""

import subprocess

import imageio_ffmpeg
import pytest

from tests.clips import clip
from tests.factories import make_member
from tests.playback import playback, ready_video

pytestmark = pytest.mark.django_db(transaction=True)


def test_ffmpeg_plays_every_rendition_from_the_master_playlist(any_store, organization, live_server, settings):
    owner = make_member(organization, "Creator")
    item = ready_video(owner, organization, clip(640, 480, seconds=13, rate=25))
    settings.PUBLIC_URL = live_server.url
    master = playback(owner, item)["hls_url"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "info", "-i", master, "-map", "0", "-f", "null", "-"]
    played = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert played.returncode == 0, played.stderr[-2000:]
    assert "640x480" in played.stderr
    assert "480x360" in played.stderr
    assert "time=00:00:13" in played.stderr or "time=00:00:12.9" in played.stderr, played.stderr[-500:]
