"""A private film, from its upload to its end in a real browser, on a page of another origin."""

import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings as project

from media_library.models import MediaItem
from tests.clips import long_clip
from tests.factories import client_for, make_member
from tests.jobs import run_pending_jobs
from tests.playback import ITEMS, names_in, playback, ready_video
from tests.upload_calls import opened, send
from uploads.storage import store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = '<!doctype html><title>Elsewhere</title><script type="module" src="player.js"></script>'
CORS = {"CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["GET", "HEAD"], "AllowedHeaders": ["*"]}]}
SIZES = [1080, 720, 480, 360]

# Plays an address from beginning to end, faster than life; resolves to what was seen.
PLAY = """
async ([hls, rate]) => {
  const player = document.createElement('media-player')
  player.setAttribute('hls', hls)
  document.body.replaceChildren(player)
  const media = player.media, heights = new Set()
  media.muted = true
  media.addEventListener('resize', () => heights.add(media.videoHeight))
  media.addEventListener('loadeddata', () => heights.add(media.videoHeight))
  const ended = new Promise((resolve, reject) => {
    media.addEventListener('ended', resolve)
    setTimeout(() => reject(new Error(`still at ${media.currentTime} of ${media.duration}`)), 90000)
  })
  await media.play()
  media.playbackRate = rate
  await ended
  return {at: media.currentTime, heights: [...heights], viaFile: !!media.getAttribute('src')?.includes('/file/')}
}
"""


@pytest.fixture
def elsewhere(tmp_path):
    """A page with the player on an origin of its own."""
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "player.js").write_bytes((Path(project.BASE_DIR) / "static/dist/player.js").read_bytes())

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


@pytest.fixture
def kept(any_store, live_server, settings):
    """Where files are: "disk" or "s3"."""
    settings.PUBLIC_URL = live_server.url
    if any_store == "s3":
        bucket = store("media")
        bucket.client.put_bucket_cors(Bucket=bucket.bucket_name, CORSConfiguration=CORS)
    return any_store


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def film(kept, owner, settings):
    """A private film of 14 seconds in 1080p, sent through a session by its owner and transcoded."""
    settings.PUBLIC_URL = ""
    client, content = client_for(owner), long_clip()
    session = opened(client, content, type="VIDEO", filename="film.mp4", content_type="video/mp4")
    assert send(session["url"], session["headers"], content) == 200
    made = client.post(ITEMS, {"upload_session": session["id"]})
    assert made.json()["status"] == "transcoding", made.content
    run_pending_jobs("transcode")
    return MediaItem.objects.get(pk=session["id"])


def variants_of(page, master):
    answer = page.request.get(master)
    assert answer.status == 200
    return [urljoin(master, name) for name in names_in(answer.body())]


def test_a_private_film_plays_to_its_end_at_every_size(film, kept, owner, page, elsewhere, live_server, settings):
    assert (film.status, film.duration_seconds) == ("ready", pytest.approx(14, abs=0.3))
    settings.PUBLIC_URL = live_server.url
    told = playback(owner, film)
    fetched = []
    page.on("response", lambda answer: fetched.append((answer.url, answer.status)))
    page.goto(elsewhere)
    by_itself = page.evaluate(PLAY, [told["hls_url"], 4])
    assert by_itself["at"] == pytest.approx(14, abs=0.5)
    seen = {}
    for variant in variants_of(page, told["hls_url"]):
        shown = page.evaluate(PLAY, [variant, 8])
        assert shown["at"] == pytest.approx(14, abs=0.5)
        assert not shown["viaFile"]
        seen[variant] = shown["heights"]
    assert list(seen.values()) == [[size] for size in SIZES]
    statuses = {status for url, status in fetched if url.endswith(".ts") and urlsplit(url).netloc in live_server.url}
    assert statuses == ({302} if kept == "s3" else {200})


def test_a_stranger_with_the_address_gets_nothing_after_its_end(kept, owner, organization, page, settings):
    item = ready_video(owner, organization)
    settings.PLAYBACK_SECONDS = 4
    master = playback(owner, item)["hls_url"]
    variant = variants_of(page, master)[-1]
    segment = urljoin(variant, names_in(page.request.get(variant).body())[0])
    moved = page.request.get(segment, max_redirects=0)
    assert moved.status in (200, 302)
    time.sleep(5)
    for url in (master, variant, segment, *filter(None, [moved.headers.get("location")])):
        assert page.request.get(url).status == 403, url
