"""Videos as cameras and strangers make them, transcoded for real."""

import re

import pytest

from media_library.choices import MediaStatus
from media_library.models import MediaItem
from tests.clips import clip, ffmpeg, frames_of
from tests.factories import make_member
from tests.jobs import run_pending_jobs
from tests.playback import names_in, ready_video, waiting_video
from tests.rotation import part
from tests.samples import video
from uploads.models import Job, StorageDeletion
from uploads.outbox.worker import submit_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def transcoded(owner, organization, stores):
    """A function: make these bytes ready; returns the item and the folder of its streams."""

    def make(content, **fields):
        item = ready_video(owner, organization, content, **fields)
        return item, (stores / "media" / item.hls_key).parent

    return make


@pytest.fixture
def refused(owner, organization):
    """A function: transcode these bytes, which must fail; returns what is said."""

    def fail(content, **fields):
        item = waiting_video(owner, organization, content, **fields)
        run_pending_jobs("transcode", may_fail=True)
        item.refresh_from_db()
        assert item.status == MediaStatus.FAILED
        assert Job.objects.get(kind="transcode").state == "dead"  # at once: trying again would not help
        return item.error

    return fail


def master_of(folder):
    """The variants of a master playlist: attributes by the variant's name."""
    text = (folder / "master.m3u8").read_text()
    found = re.findall(r"#EXT-X-STREAM-INF:(.*)\n(\S+)", text)
    return {name: dict(re.findall(r'([A-Z-]+)=("[^"]*"|[^,]*)', facts)) for facts, name in found}


def streams_of(folder):
    """The number of streams of each kind in the first segment of each rendition, and its size in pixels."""
    import av

    found = {}
    for segment in sorted(folder.glob("*/00000.ts")):
        with av.open(str(segment)) as container:
            picture = container.streams.video[0].codec_context
            found[segment.parent.name] = (picture.width, picture.height, len(container.streams.audio))
    return found


def test_an_ordinary_video_has_streams_of_every_size_it_has(transcoded):
    item, folder = transcoded(clip(1280, 720, seconds=7, rate=25))
    assert list(master_of(folder)) == ["720p/index.m3u8", "480p/index.m3u8", "360p/index.m3u8"]
    assert streams_of(folder) == {"720p": (1280, 720, 1), "480p": (854, 480, 1), "360p": (640, 360, 1)}
    assert item.duration_seconds == pytest.approx(7, abs=0.2)
    item.upload.refresh_from_db()
    assert (item.upload.width, item.upload.height) == (1280, 720)


def test_the_master_playlist_tells_what_was_really_made(transcoded):
    _, folder = transcoded(clip(640, 360, seconds=7, rate=25))
    facts = master_of(folder)["360p/index.m3u8"]
    sizes = [path.stat().st_size for path in sorted(folder.glob("360p/*.ts"))]
    assert int(facts["BANDWIDTH"]) >= sizes[0] * 8 / 6.1
    assert int(facts["AVERAGE-BANDWIDTH"]) == pytest.approx(sum(sizes) * 8 / 7, rel=0.05)
    assert (facts["RESOLUTION"], facts["FRAME-RATE"], facts["VIDEO-RANGE"]) == ("640x360", "25.000", "SDR")
    assert re.fullmatch(r'"avc1\.[0-9a-f]{6},mp4a\.40\.2"', facts["CODECS"])


def test_renditions_can_be_switched_at_every_segment(transcoded):
    _, folder = transcoded(clip(854, 480, seconds=13, rate=25))
    starts = {
        name.name: [frames_of(segment)[0] for segment in sorted(name.glob("*.ts"))]
        for name in folder.iterdir()
        if name.is_dir()
    }
    assert len(starts["480p"]) == 3
    assert starts["480p"] == starts["360p"]
    assert all(is_key for _, is_key in starts["480p"])


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_video_is_made_upright(transcoded, tmp_path, rotation):
    _, folder = transcoded(video(tmp_path / "turned.mp4", rotation=rotation))
    upright = (320, 180) if rotation == 180 else (180, 320)
    assert streams_of(folder) == {"180p": (*upright, 0)}


AWKWARD = {
    "held upright": ((180, 320), {}, {"180p": (180, 320, 1)}),
    "of a size between two": ((512, 288), {}, {"288p": (512, 288, 1)}),
    "without sound": ((320, 240), {"sound": False}, {"240p": (320, 240, 0)}),
    "silent": ((320, 240), {"options": ("-af", "volume=0")}, {"240p": (320, 240, 1)}),
    "odd": ((321, 241), {"options": ("-pix_fmt", "yuv444p")}, {"240p": (320, 240, 1)}),
    "anamorphic": ((160, 240), {"options": ("-vf", "setsar=2/1")}, {"240p": (320, 240, 1)}),
    "interlaced": ((320, 240), {"options": ("-vf", "setfield=tff", "-flags", "+ilme+ildct")}, {"240p": (320, 240, 1)}),
    "of full range": ((320, 240), {"options": ("-pix_fmt", "yuvj420p")}, {"240p": (320, 240, 1)}),
    "in matroska": ((320, 240), {"name": "c.mkv", "options": ("-movflags", "0")}, {"240p": (320, 240, 1)}),
    "in avi": (
        (320, 240),
        {"name": "c.avi", "options": ("-c:v", "mpeg4", "-c:a", "mp3", "-movflags", "0")},
        {"240p": (320, 240, 1)},
    ),
    "in a transport stream": ((320, 240), {"name": "c.ts", "options": ("-movflags", "0")}, {"240p": (320, 240, 1)}),
    "of one frame": ((320, 240), {"seconds": 0.1, "sound": False}, {"240p": (320, 240, 0)}),
    "very smooth": ((320, 240), {"rate": 120}, {"240p": (320, 240, 1)}),
    "tiny": ((16, 16), {}, {"16p": (16, 16, 1)}),
    "in webm": (
        (320, 240),
        {"name": "c.webm", "options": ("-c:v", "libvpx", "-c:a", "libopus", "-movflags", "0")},
        {"240p": (320, 240, 1)},
    ),
    "in quicktime": ((320, 240), {"name": "c.mov"}, {"240p": (320, 240, 1)}),
    "with subtitles and data": (
        (320, 240),
        {"options": ("-metadata", "location=+52.5+004.9/")},
        {"240p": (320, 240, 1)},
    ),
    "that begins late": ((320, 240), {"options": ("-output_ts_offset", "5")}, {"240p": (320, 240, 1)}),
    "of varying speed": (
        (320, 240),
        {"options": ("-vf", "select='not(mod(n,7))+lt(n,12)'", "-fps_mode", "vfr"), "seconds": 4},
        {"240p": (320, 240, 1)},
    ),
    "with six channels": ((320, 240), {"options": ("-ac", "6")}, {"240p": (320, 240, 1)}),
}


@pytest.mark.parametrize("name", part([*AWKWARD], of=2))
def test_a_video(transcoded, name):
    size, options, expected = AWKWARD[name]
    item, folder = transcoded(clip(*size, **options))
    assert streams_of(folder) == expected
    assert item.duration_seconds > 0


def test_nothing_of_the_cameras_notes_is_left(transcoded):
    _, folder = transcoded(
        clip(options=("-metadata", "comment=home of the family", "-metadata", "location=+52.5+004.9/"))
    )
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".m3u8", ".ts", ".jpg"}
    notes = (b"home of the family", b"+52.5", b"+004.9")
    assert not [path for path in files if any(note in path.read_bytes() for note in notes)]


def emptied():
    """Remove what is to be removed by now."""
    submit_due()
    run_pending_jobs("delete_objects")


def cut(content, part):
    return content[: int(len(content) * part)]


def test_bytes_that_only_begin_like_a_video_fail_with_a_sentence(refused):
    assert "damaged" in refused(b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00" + b"nonsense" * 500)


def test_a_video_without_its_index_fails_with_a_sentence(refused):
    assert "damaged" in refused(cut(clip(options=("-movflags", "0")), 0.7))


def test_a_video_that_breaks_off_fails_with_a_sentence(refused):
    assert "is incomplete" in refused(cut(clip(seconds=10, rate=25), 0.3))


def test_a_sound_in_a_videos_clothes_fails_with_a_sentence(refused, tmp_path):
    target = tmp_path / "sound.mp4"
    ffmpeg("-f", "lavfi", "-i", "sine", "-t", "1", "-c:a", "aac", str(target))
    assert "no picture" in refused(target.read_bytes())


def test_a_playlist_called_a_video_reads_no_file_of_this_machine(refused, tmp_path):
    secret = tmp_path / "secret.ts"
    secret.write_bytes(clip(name="s.ts", options=("-f", "mpegts")))
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{secret}\n#EXT-X-ENDLIST\n"
    assert "damaged" in refused(playlist.encode())


@pytest.mark.parametrize("position", [0.3, 0.5, 0.8])
def test_a_video_with_rubbish_in_the_middle_ends_one_way_or_the_other(owner, organization, position):
    content = bytearray(clip(seconds=4, rate=25))
    at = int(len(content) * position)
    content[at : at + 2000] = b"\xff" * 2000
    item = waiting_video(owner, organization, bytes(content))
    run_pending_jobs("transcode", may_fail=True)
    item.refresh_from_db()
    assert (item.status, bool(item.error)) in {("ready", False), ("failed", True)}


def test_a_video_that_is_too_much_fails_with_a_sentence(refused, settings):
    settings.TRANSCODE_TIMEOUT = 0
    assert "more time" in refused(clip(1280, 720, seconds=10, rate=25))


def test_a_fault_of_this_machine_is_tried_again_and_ends_with_a_sentence(owner, organization, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("media_library.transcoding.outputs.put_all", full)
    item = waiting_video(owner, organization)
    for _ in range(3):
        Job.objects.update(run_after="2020-01-01T00:00Z")
        run_pending_jobs("transcode", may_fail=True)
    item.refresh_from_db()
    assert item.status == MediaStatus.FAILED
    assert "after several attempts" in item.error
    assert Job.objects.get(kind="transcode").attempts == 3


def test_doing_it_again_changes_nothing(owner, organization, stores):
    from uploads.jobs import submit

    item = ready_video(owner, organization)
    MediaItem.objects.update(job=submit("transcode", subject=str(item.pk)))
    [job] = run_pending_jobs("transcode")
    assert job.result == {"already": "ready"}
    assert len(list((stores / "media").rglob("master.m3u8"))) == 1


def test_a_second_set_takes_the_place_of_the_first(owner, organization, stores):
    from uploads.usages.lifecycle import lifecycles

    item = ready_video(owner, organization)
    [lifecycle] = [lifecycle for lifecycle in lifecycles() if type(lifecycle).__name__ == "MediaItemLifecycle"]
    lifecycle.on_replace(item.upload)
    item.refresh_from_db()
    assert (item.status, item.hls_key) == ("transcoding", "")
    run_pending_jobs("transcode")
    emptied()
    item.refresh_from_db()
    masters = [str(path.relative_to(stores / "media")) for path in (stores / "media").rglob("master.m3u8")]
    assert masters == [item.hls_key]
    assert not StorageDeletion.objects.filter(reason="transcoding").exists()


def test_a_video_purged_meanwhile_leaves_nothing(owner, organization, stores, monkeypatch):
    from django.utils import timezone

    from media_library.transcoding import outputs
    from uploads.models import Upload

    item = waiting_video(owner, organization)
    put_all = outputs.put_all

    def purged_just_now(*args):
        put_all(*args)
        Upload.everything.filter(pk=item.pk).update(deleted_at=timezone.now(), purging_at=timezone.now())

    monkeypatch.setattr(outputs, "put_all", purged_just_now)
    [job] = run_pending_jobs("transcode")
    assert job.result == {"superseded": 1}
    emptied()
    assert not list((stores / "media").rglob("*.ts"))


def test_the_variants_are_named_relatively(transcoded):
    _, folder = transcoded(clip())
    names = [*names_in((folder / "master.m3u8").read_bytes()), *names_in((folder / "240p/index.m3u8").read_bytes())]
    assert not [name for name in names if name.startswith("/") or ":" in name or ".." in name]
