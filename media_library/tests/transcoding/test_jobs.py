"""What becomes of a video whose job is canceled, lost or left behind."""

from pathlib import Path

import pytest
from django.utils import timezone

from common.db.clock import Now
from media_library.models import MediaItem
from media_library.transcoding import ffmpeg, outputs
from media_library.transcoding.folders import reap_folders
from tests.clips import clip
from tests.factories import make_media_item, make_member
from tests.jobs import run_pending_jobs
from tests.playback import waiting_video
from tests.samples import sound
from uploads import jobs
from uploads.jobs import JobContext
from uploads.models import Job, StorageDeletion, Webhook, WebhookDelivery
from uploads.outbox.worker import submit_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def item(owner, organization):
    return waiting_video(owner, organization)


def state_of(item):
    item.refresh_from_db()
    return item.status, item.error


def test_a_canceled_job_fails_the_item(item):
    assert jobs.cancel(job_id=item.job_id)
    assert state_of(item) == ("failed", "Transcoding was canceled.")


def test_a_job_canceled_while_ffmpeg_runs_ends_ffmpeg_and_leaves_nothing(
    owner, organization, stores, monkeypatch, settings
):
    item = waiting_video(owner, organization, clip(1280, 720, seconds=20, rate=30))

    def cancel_at_first_report(self, percent):
        jobs.cancel(job_id=self.id)
        self.write(progress=int(percent))

    monkeypatch.setattr(JobContext, "report", cancel_at_first_report)
    started = []
    start = ffmpeg.start

    def note(*args, **kwargs):
        started.append(start(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr(ffmpeg, "start", note)
    jobs.run(item.job_id)
    assert state_of(item) == ("failed", "Transcoding was canceled.")
    assert [process.returncode for process in started] == [-9]
    assert not list((stores / "media").rglob("*.ts"))
    assert not list(Path(settings.TRANSCODE_DIR).glob("*"))


def test_a_job_canceled_while_streams_are_stored_leaves_nothing(item, stores, monkeypatch):
    put_all = outputs.put_all

    def canceled_just_now(*args):
        put_all(*args)
        jobs.cancel(job_id=item.job_id)

    monkeypatch.setattr(outputs, "put_all", canceled_just_now)
    jobs.run(item.job_id)
    assert list((stores / "media").rglob("*.ts"))
    submit_due()
    run_pending_jobs("delete_objects")
    assert not list((stores / "media").rglob("*.ts"))
    assert state_of(item)[0] == "failed"


def test_a_retried_job_makes_the_item_ready(item):
    jobs.cancel(job_id=item.job_id)
    assert jobs.retry(job_id=item.job_id)
    run_pending_jobs("transcode")
    assert state_of(item) == ("ready", "")


def test_an_earlier_job_has_nothing_to_say_any_more(item):
    first = item.job
    Job.objects.filter(pk=first.pk).update(state="running", lease_until=timezone.now(), attempts=1)
    MediaItem.objects.update(job=jobs.submit("transcode", subject=str(item.pk)))
    jobs.cancel(job_id=first.pk)
    assert state_of(item) == ("transcoding", "")


def test_one_video_at_a_time_unless_the_settings_say_more(owner, organization, settings):
    settings.JOB_CONCURRENCY = {"transcode": 1}
    first, second = waiting_video(owner, organization), waiting_video(owner, organization)
    now = timezone.now()
    Job.objects.filter(pk=first.job_id).update(state="running", attempts=1, slot=0, lease_until=now)
    assert not jobs.run(second.job_id)
    settings.JOB_CONCURRENCY = {"transcode": 2}
    assert jobs.run(second.job_id)


def test_what_an_attempt_will_write_stands_in_the_outbox_before_it_writes(item, monkeypatch, stores):
    def look(job, upload, folder, prefix):
        assert StorageDeletion.objects.filter(key=prefix, is_prefix=True, not_before__gt=timezone.now()).exists()
        assert not list((stores / "media").rglob("*.ts"))
        raise KeyboardInterrupt

    monkeypatch.setattr(outputs, "put_all", look)
    with pytest.raises(KeyboardInterrupt):
        jobs.run(item.job_id)
    assert state_of(item)[0] == "transcoding"
    assert StorageDeletion.objects.get(reason="transcoding").not_before is None  # it gave up: nothing to wait for


def test_a_removal_that_has_begun_is_not_overtaken(item, monkeypatch):
    put_all = outputs.put_all

    def too_late(*args):
        put_all(*args)
        StorageDeletion.objects.filter(reason="transcoding").update(not_before=Now())

    monkeypatch.setattr(outputs, "put_all", too_late)
    jobs.run(item.job_id)
    assert state_of(item)[0] == "transcoding"
    assert item.hls_key == ""


def test_folders_of_killed_attempts_are_reaped_and_others_are_not(item, settings):
    job = item.job
    Job.objects.filter(pk=job.pk).update(state="running", attempts=2, lease_until=timezone.now())
    old, now, other = (
        Path(settings.TRANSCODE_DIR) / name for name in (f"{job.pk.hex}-1", f"{job.pk.hex}-2", "not-ours")
    )
    for folder in (old, now, other):
        folder.mkdir(parents=True)
    assert reap_folders() == 1
    assert [folder.exists() for folder in (old, now, other)] == [False, True, True]
    now.rmdir()
    other.rmdir()


def test_a_sound_learns_how_long_it_lasts(owner, organization):
    from media_library.services.media_items import start_processing

    item = make_media_item(owner, organization, media_type="audio", content=sound(3), mime_type="audio/wav")
    start_processing(item=item)
    run_pending_jobs("probe_media")
    item.refresh_from_db()
    assert item.duration_seconds == pytest.approx(3, abs=0.1)


def test_a_sound_that_cannot_be_read_stays_ready(owner, organization):
    from media_library.services.media_items import start_processing

    item = make_media_item(owner, organization, media_type="audio", content=b"noise" * 99, mime_type="audio/mpeg")
    start_processing(item=item)
    [job] = run_pending_jobs("probe_media")
    assert "unreadable" in job.result
    assert state_of(item) == ("ready", "")


@pytest.mark.s3
def test_a_video_on_s3_is_fetched_transcoded_and_stored_there(s3_stores, owner, organization):
    from uploads.storage import store

    item = waiting_video(owner, organization, clip(640, 360, seconds=7, rate=25))
    run_pending_jobs("transcode")
    assert state_of(item) == ("ready", "")
    folder = item.hls_key.removesuffix("master.m3u8")
    stored = {found.key.removeprefix(folder) for found in store("media").walk(folder)}
    timeline = {"timeline.vtt", "timeline-1.jpg"}
    assert stored == {"master.m3u8", "360p/index.m3u8", "360p/00000.ts", "360p/00001.ts"} | timeline


def told_of(organization):
    return list(
        WebhookDelivery.objects.filter(webhook__organization=organization).values_list("event", "upload_id").order_by()
    )


def test_webhooks_are_told_of_what_becomes_ready_and_of_nothing_else(owner, organization, other_organization):
    for where in (organization, other_organization):
        Webhook.objects.create(
            organization=where, url="https://x.example", events=["media.ready"], encrypted_secret="x"
        )
    item = waiting_video(owner, organization)
    broken = waiting_video(owner, organization, b"\x00\x00\x00\x18ftypisom" + b"nonsense" * 99)
    assert told_of(organization) == []
    run_pending_jobs("transcode", may_fail=True)
    broken.refresh_from_db()
    assert broken.status == "failed"
    assert told_of(organization) == [("media.ready", item.pk)]
    assert told_of(other_organization) == []
