"""A transcoder elsewhere: what it is asked, what it may say, and what is believed."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO

import pytest
from django.utils import timezone

from common.clock import Now
from media_library.models import MediaItem
from media_library.transcoding.messages import SIGNATURE, TIMESTAMP, signature_of
from tests.factories import client_for, make_member
from tests.jobs import run_pending_jobs
from tests.playing import everything_below, playback, waiting_video
from tests.uploading import code_of
from uploads.emptying import submit_due
from uploads.models import Job, StorageDeletion
from uploads.storage import store

pytestmark = pytest.mark.django_db

MESSAGES = []


def take(message):
    """A queue, as `TRANSCODER_SENDER` may name one."""
    MESSAGES.append(message)


@pytest.fixture(autouse=True)
def elsewhere(settings):
    MESSAGES.clear()
    settings.TRANSCODER_URL = "http://transcoder.example/jobs"
    settings.TRANSCODER_SECRET = "s3cret"
    settings.TRANSCODER_SENDER = f"{__name__}.take"


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def item(owner, organization):
    item = waiting_video(owner, organization)
    run_pending_jobs("transcode")
    item.refresh_from_db()
    return item


def signed(item, said, *, at=None, secret=None, settings=None):
    body = json.dumps({"output_prefix": item.attempt_prefix, **said}).encode()
    timestamp = str(int(at or time.time()))
    return body, {TIMESTAMP: timestamp, SIGNATURE: signature_of(timestamp, body)}


def say(item, **said):
    return send(item, *signed(item, said))


def send(item, body, headers):
    path = f"/api/v1/media-items/{item.pk}/transcoding-callback/"
    return client_for().generic("POST", path, body, "application/json", headers=headers)


def put(item, **objects):
    defaults = {
        "master.m3u8": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow/index.m3u8\n",
        "low/index.m3u8": "#EXTM3U\n#EXTINF:4,\n1.ts\n#EXT-X-ENDLIST\n",
        "low/1.ts": "G" * 188,
    }
    for name, text in {**defaults, **objects}.items():
        if text is not None:
            store("media").put(f"{item.attempt_prefix}{name}", BytesIO(text.encode()), content_type="x/y")


def state_of(item):
    fresh = MediaItem.objects.get(pk=item.pk)
    return fresh.status, fresh.progress, fresh.error


def test_the_message_names_what_the_transcoder_needs(item, organization):
    [message] = MESSAGES
    assert message == {
        "mediaId": str(item.pk),
        "organizationId": str(organization.pk),
        "inputBucket": "media",
        "inputPath": item.upload.key,
        "outputBucket": "media",
        "outputPrefix": item.attempt_prefix,
    }
    assert message["outputPrefix"].startswith(f"{organization.pk}/media/{item.pk}/hls/")
    assert item.status == "transcoding"


def test_progress_success_and_playing(item, owner):
    assert say(item, status="progress", progress=40).status_code == 204
    assert state_of(item) == ("transcoding", 40, "")
    assert client_for(owner).get(f"/api/v1/media-items/{item.pk}/").json()["progress"] == 40
    put(item)
    assert say(item, status="success", outputs=["low/1.ts"], duration_seconds=4).status_code == 204
    item.refresh_from_db()
    assert (item.status, item.duration_seconds) == ("ready", 4)
    answers = everything_below(playback(owner, item)["hls_url"])
    assert [answer.status_code for answer in answers.values()] == [200, 200, 200]
    assert not StorageDeletion.objects.exists()


def test_saying_it_twice_is_saying_it_once(item):
    body, headers = signed(item, {"status": "success"})
    put(item)
    assert [send(item, body, headers).status_code for _ in range(3)] == [204, 204, 204]
    assert state_of(item)[0] == "ready"
    failed, headers = signed(item, {"status": "failure", "error": "Too late."})
    assert send(item, failed, headers).status_code == 204
    assert state_of(item)[0] == "ready"


def test_progress_does_not_run_backwards(item):
    say(item, status="progress", progress=70)
    say(item, status="progress", progress=30)
    assert state_of(item)[1] == 70


def test_a_failure_is_told_and_what_was_written_goes(item, stores):
    put(item)
    for _ in range(2):
        assert say(item, status="failure", error="No picture in it.").status_code == 204
    assert state_of(item) == ("failed", 0, "No picture in it.")
    submit_due()
    run_pending_jobs("delete_objects")
    assert not list((stores / "media").rglob("*.ts"))


@pytest.mark.parametrize(
    ("objects", "said"),
    [
        ({"master.m3u8": None}, {}),
        ({"low/1.ts": None}, {}),
        ({"low/index.m3u8": None}, {}),
        ({}, {"outputs": ["low/2.ts"]}),
        ({}, {"outputs": ["../../original.mp4"]}),
        ({}, {"master": "../1/master.m3u8"}),
        ({}, {"master": "low/1.ts"}),
        ({"low/index.m3u8": "#EXTM3U\n#EXTINF:4,\nhttps://evil.example/1.ts\n"}, {}),
        ({"low/index.m3u8": "#EXTM3U\n#EXTINF:4,\n../../../original.ts\n"}, {}),
        ({"low/index.m3u8": '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="https://evil.example/k"\n1.ts\n'}, {}),
        ({"low/index.m3u8": "something else"}, {}),
        ({"low/1.ts": ""}, {}),
    ],
    ids=[
        *("no master", "no segment", "no variant", "an output not there", "an output elsewhere", "a master elsewhere"),
        *("a segment for a master", "a foreign segment", "a segment above", "a foreign key", "no playlist", "empty"),
    ],
)
def test_a_success_is_believed_only_if_all_of_it_is_there(item, objects, said):
    put(item, **objects)
    answer = say(item, status="success", **said)
    assert answer.status_code == 400
    assert state_of(item)[0] == "transcoding"


@pytest.mark.parametrize("spoilt", ["secret", "time", "body", "old", "future", "nothing", "not a number"])
def test_only_whoever_knows_the_secret_is_heard(item, settings, spoilt):
    at = time.time() + {"old": -400, "future": 400}.get(spoilt, 0)
    body, headers = signed(item, {"status": "failure", "error": "x"}, at=at)
    if spoilt == "secret":
        settings.TRANSCODER_SECRET = "another"
    elif spoilt == "time":
        headers[TIMESTAMP] = str(int(at) + 1)
    elif spoilt == "body":
        body = body.replace(b'"x"', b'"y"')
    elif spoilt == "nothing":
        headers = {}
    elif spoilt == "not a number":
        headers[TIMESTAMP] = "²"
    answer = send(item, body, headers)
    assert (answer.status_code, code_of(answer)) == (403, "permission_denied")
    assert state_of(item)[0] == "transcoding"


def test_without_a_secret_nobody_is_heard(item, settings):
    settings.TRANSCODER_SECRET = ""
    assert say(item, status="failure", error="x").status_code == 403


def test_an_attempt_that_was_given_up_is_not_heard_any_more(item, owner):
    body, headers = signed(item, {"status": "success"})
    put(item)
    say(item, status="failure", error="No.")
    client_for(owner).post(f"/api/v1/media-items/{item.pk}/transcode/")
    run_pending_jobs("transcode")
    answer = send(item, body, headers)
    assert (answer.status_code, code_of(answer)) == (409, "superseded")
    assert state_of(item)[0] == "transcoding"


def test_items_that_wait_for_nobody_and_items_that_are_not_there(item, owner, organization):
    body, headers = signed(item, {"status": "failure", "error": "x"})
    other = waiting_video(owner, organization)
    assert send(other, body, headers).status_code == 409
    other.pk = organization.pk
    assert send(other, body, headers).status_code == 404


def test_nobody_waits_for_ever(item):
    overdue = Job.objects.get(kind="transcoding_overdue")
    assert overdue.run_after > timezone.now()
    Job.objects.update(run_after=Now())
    run_pending_jobs("transcoding_overdue")
    assert state_of(item) == ("failed", 0, "The transcoder did not answer in time.")


def test_an_answered_item_is_left_alone_when_the_time_is_over(item):
    put(item)
    say(item, status="success")
    Job.objects.update(run_after=Now())
    run_pending_jobs("transcoding_overdue")
    assert state_of(item)[0] == "ready"


@pytest.fixture
def webhook(settings):
    """A transcoder that writes down what it is sent; `answers` are the statuses it gives."""
    heard, answers = [], []

    class Hears(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((dict(self.headers), body))
            self.send_response(answers.pop(0) if answers else 202)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Hears) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        settings.TRANSCODER_URL = f"http://127.0.0.1:{server.server_port}/jobs"
        settings.TRANSCODER_SENDER = "media_library.transcoding.remote.send_to_webhook"
        settings.PUBLIC_URL = "https://library.example"
        yield heard, answers
        server.shutdown()
        thread.join()


def test_a_webhook_gets_the_message_signed(webhook, owner, organization):
    item = waiting_video(owner, organization)
    run_pending_jobs("transcode")
    [(headers, body)] = webhook[0]
    assert json.loads(body)["mediaId"] == str(item.pk)
    assert headers[SIGNATURE] == signature_of(headers[TIMESTAMP], body)
    callback = f"https://library.example/api/v1/media-items/{item.pk}/transcoding-callback/"
    assert headers["X-Callback-Url"] == callback


@pytest.mark.parametrize("status", [302, 500])
def test_a_webhook_that_does_not_take_it_is_asked_again(webhook, owner, organization, status):
    heard, answers = webhook
    answers.append(status)
    item = waiting_video(owner, organization)
    run_pending_jobs("transcode", may_fail=True)
    Job.objects.filter(kind="transcode").update(run_after=Now())
    run_pending_jobs("transcode")
    assert len(heard) == 2
    prefixes = {json.loads(body)["outputPrefix"] for _, body in heard}
    assert len(prefixes) == 2
    item.refresh_from_db()
    assert item.attempt_prefix == json.loads(heard[1][1])["outputPrefix"]
