"""Sounds that some browsers do not play get streams that all of them do."""

import pytest

from media_library.services.media_items import start_processing
from media_library.transcoding.probe import ProbeResult
from media_library.transcoding.sound import needs_streams
from tests.clips import ffmpeg
from tests.factories import make_media_item, make_member
from tests.jobs import run_pending_jobs
from tests.playback import everything_below, playback
from tests.rotation import part
from uploads.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def processed(owner, organization):
    """A function: a sound of these bytes, after its jobs."""

    def process(content, mime_type):
        item = make_media_item(
            owner, organization, media_type="audio", content=content, mime_type=mime_type, hls_key=""
        )
        start_processing(item=item)
        run_pending_jobs("probe_media")
        run_pending_jobs("transcode_sound")
        item.refresh_from_db()
        return item

    return process


SOUNDS = {
    "opus": ("s.ogg", ("-c:a", "libopus"), "audio/ogg"),
    "bare aac": ("s.aac", ("-c:a", "aac"), "audio/aac"),
}


@pytest.mark.parametrize("name", part([*SOUNDS], of=2))
def test_a_sound_gets_streams_and_its_duration(processed, owner, tmp_path, name):
    file, options, mime_type = SOUNDS[name]
    ffmpeg("-f", "lavfi", "-i", "sine=duration=2", *options, str(tmp_path / file))
    item = processed((tmp_path / file).read_bytes(), mime_type)
    assert (item.status, item.duration_seconds) == ("ready", pytest.approx(2, abs=0.1))
    answers = everything_below(playback(owner, item)["hls_url"])
    assert [answer.status_code for answer in answers.values()] == [200, 200, 200]
    master = next(iter(answers.values())).body.decode()
    assert 'CODECS="mp4a.40.2"' in master
    assert "RESOLUTION" not in master


def test_a_sound_that_all_browsers_play_has_no_streams(processed, owner, tmp_path):
    ffmpeg("-f", "lavfi", "-i", "sine=duration=1", str(tmp_path / "s.flac"))
    item = processed((tmp_path / "s.flac").read_bytes(), "audio/flac")
    assert (item.status, item.duration_seconds) == ("ready", pytest.approx(1, abs=0.1))
    assert playback(owner, item)["hls_url"] is None
    assert not Job.objects.filter(kind="transcode_sound").exists()


@pytest.mark.parametrize(
    ("mime_type", "codec", "needs"),
    [
        *(("audio/mpeg", "mp3float", False), ("audio/mp4", "aac", False), ("audio/wav", "pcm_s16le", False)),
        *(("audio/mp4", "alac", True), ("audio/wav", "adpcm_ms", True), ("audio/webm", "opus", True)),
        *(("audio/ogg", "vorbis", True), ("audio/aac", "aac", True)),
    ],
)
def test_container_and_codec_decide(mime_type, codec, needs):
    assert needs_streams(mime_type, ProbeResult(duration=1, audio=0, audio_codec=codec)) is needs


def test_a_replaced_sound_loses_the_streams_of_the_earlier_bytes(processed, owner, tmp_path):
    file, options, mime_type = SOUNDS["opus"]
    ffmpeg("-f", "lavfi", "-i", "sine=duration=1", *options, str(tmp_path / file))
    item = processed((tmp_path / file).read_bytes(), mime_type)
    assert item.hls_key
    start_processing(item=item)
    item.refresh_from_db()
    assert item.hls_key == ""
