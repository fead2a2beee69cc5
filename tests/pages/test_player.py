"""The player of videos and sounds in a real Chromium."""

import subprocess

import imageio_ffmpeg
import pytest
from playwright.sync_api import expect

from tests.worker.installation import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECONDS = 2
SHOW = """
(attributes) => {
    const player = document.createElement('media-player')
    for (const [name, value] of Object.entries(attributes)) player.setAttribute(name, value)
    document.body.prepend(player)
    player.media.muted = true
}
"""


def _ffmpeg(*arguments):
    picture = ["-f", "lavfi", "-i", f"testsrc=size=320x180:rate=25:duration={SECONDS}", "-c:v", "libx264"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *picture, "-pix_fmt", "yuv420p", *arguments]
    subprocess.run(command, check=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A stream in two pieces, and the same film in one file."""
    folder = tmp_path_factory.mktemp("film")
    _ffmpeg("-g", "25", "-hls_time", "1", "-hls_playlist_type", "vod", str(folder / "film.m3u8"))
    _ffmpeg("-movflags", "+faststart", str(folder / "film.mp4"))
    return folder


@pytest.fixture
def stage(page, folder, keeper):
    """The page to sign in, so under the admin's Content-Security-Policy, with the player and the film.

    Without an account it would lead to the first set-up.
    """

    def serve(route):
        name = route.request.url.rpartition("/")[2]
        route.fulfill(path=folder / name) if (folder / name).exists() else route.fulfill(status=404)

    page.route("**/film/*", serve)
    page.goto("/admin/login/")
    page.add_script_tag(url="/static/dist/player.js")
    return page


def play(page):
    page.evaluate("() => document.querySelector('media-player').media.play()")
    return wait_until(lambda: page.evaluate("() => document.querySelector('media-player').media.currentTime > 0.3"))


def source(page):
    return page.evaluate("() => document.querySelector('media-player').media.getAttribute('src')")


def test_a_stream_is_played(stage):
    stage.evaluate(SHOW, {"kind": "video", "hls": "/film/film.m3u8", "file": "/film/film.mp4", "label": "A film"})
    assert play(stage)
    assert source(stage).startswith("blob:")
    assert stage.get_by_label("A film").count() == 1


def test_the_file_is_played_where_the_stream_is_gone(stage):
    stage.evaluate(SHOW, {"kind": "video", "hls": "/film/gone.m3u8", "file": "/film/film.mp4"})
    wait_until(lambda: source(stage) == "/film/film.mp4")
    assert play(stage)


def test_without_a_stream_the_file_is_played(stage):
    stage.evaluate(SHOW, {"kind": "video", "file": "/film/film.mp4"})
    assert play(stage)


def test_the_seek_bar_shows_pictures_of_the_place_that_is_pointed_at(stage, folder):
    cues = [
        "WEBVTT",
        "00:00.000 --> 00:01.000\nt.jpg#xywh=0,0,160,90",
        "00:01.000 --> 00:02.000\nt.jpg#xywh=160,0,160,90",
    ]
    (folder / "timeline.vtt").write_text("\n\n".join([*cues, ""]))
    _ffmpeg("-frames:v", "1", str(folder / "t.jpg"))
    stage.evaluate(SHOW, {"kind": "video", "hls": "/film/film.m3u8", "timeline": "/film/timeline.vtt"})
    bar = stage.get_by_role("slider", name="Seek")
    stage.wait_for_function("() => document.querySelector('media-player input')?.max > 1")
    box = bar.bounding_box()
    bar.hover(position={"x": box["width"] * 0.75, "y": box["height"] / 2})
    picture = stage.locator(".seek-picture > div")
    expect(picture).to_be_visible()
    assert "/film/t.jpg" in picture.evaluate("element => element.style.backgroundImage")
    assert picture.evaluate("element => element.style.backgroundPosition") == "-160px 0px"
    bar.fill("1.5")
    wait_until(lambda: stage.evaluate("() => document.querySelector('media-player').media.currentTime") == 1.5)


def test_what_cannot_be_played_is_said(stage):
    stage.evaluate(SHOW, {"kind": "video", "file": "/film/gone.mp4"})
    stage.get_by_role("alert").get_by_text("This cannot be played here").wait_for()


def test_taking_the_player_away_ends_the_loading(stage):
    stage.evaluate(SHOW, {"kind": "video", "hls": "/film/film.m3u8"})
    assert play(stage)
    stage.evaluate("""() => {
        window.media = document.querySelector('media-player').media
        document.querySelector('media-player').remove()
    }""")
    assert stage.evaluate("() => [window.media.paused, window.media.getAttribute('src')]") == [True, None]
