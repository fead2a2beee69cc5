"""Receivers that are gone, slow or hostile, and addresses that lead nowhere."""

import http.client
import ssl
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import make_upload
from uploads.choices import WebhookEvent
from uploads.models import Job, WebhookDelivery
from uploads.tests.webhooks.conftest import send
from uploads.webhooks import deliveries
from uploads.webhooks.events import emit, ping

pytestmark = pytest.mark.django_db(transaction=True)


# FZ-09
def test_redirects_are_not_followed(hook, receiver):
    receiver.statuses = [302]
    receiver.headers = {"Location": f"http://127.0.0.1:{receiver.port}/elsewhere"}
    ping(webhook=hook)
    send()
    assert [request.path for request in receiver.requests] == ["/in"]
    assert WebhookDelivery.objects.get().error == "The receiver responded with status 302."


def test_a_receiver_that_is_not_there_is_a_failure_in_plain_words(make_hook, receiver):
    hook = make_hook(receiver, url="http://127.0.0.1:9/")
    ping(webhook=hook)
    send()
    assert WebhookDelivery.objects.get().error == "The receiver could not be reached."


# FA-B8
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://a..b/", "This is not a host name"),
        ("https://[::ffff:0:7f00:1]/", "Webhooks are not sent to addresses of private networks"),
        ("https://" + "a" * 64 + "/", "This is not a host name"),
        ("https://[::1/", "This is not a valid URL."),
        ("not an address", "This is not a valid URL."),
    ],
)
def test_an_address_that_was_saved_before_it_was_refused_fails_with_the_reason(
    make_hook, receiver, settings, url, reason
):
    hook = make_hook(receiver, url=url)
    settings.WEBHOOK_ALLOW_PRIVATE = False
    ping(webhook=hook)
    send()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("pending", 1)
    assert delivery.error.startswith(reason)
    assert not Job.objects.filter(state="dead").exists()


# FA-B8
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (UnicodeError("label empty or too long"), "The host name could not be resolved."),
        (ssl.SSLError("wrong version number"), "The TLS handshake with the receiver failed."),
        (http.client.BadStatusLine("x"), "The response of the receiver is not valid HTTP."),
        (http.client.RemoteDisconnected(), "The receiver could not be reached."),
        (TimeoutError(), "The receiver did not respond in time."),
        (OSError(113, "No route to host"), "The receiver could not be reached."),
        (ValueError("a value of ours: secret"), "The delivery failed in this installation (ValueError)."),
        (RecursionError(), "The delivery failed in this installation (RecursionError)."),
    ],
)
def test_whatever_fails_in_a_delivery_ends_in_its_record(hook, receiver, monkeypatch, error, reason):
    def fail(*args):
        raise error

    monkeypatch.setattr(deliveries, "post", fail)
    ping(webhook=hook)
    send()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.error) == ("pending", 1, reason)


# FA-B8
def test_a_row_that_cannot_be_sent_does_not_stop_those_behind_it(hook, receiver, owner, organization):
    for title in ("poisoned", "sound"):
        emit(event=WebhookEvent.UPLOAD_CREATED, uploads=make_upload(owner, organization, title=title))
    WebhookDelivery.objects.filter(facts__title="poisoned").update(facts={"uploaded_by": "no id"})
    send()
    assert [request.said["data"]["title"] for request in receiver.requests] == ["sound"]
    assert hook.deliveries.get(state="pending").error == "The delivery failed in this installation (ValueError)."


def test_a_receiver_that_trickles_is_cut_off(hook, receiver, monkeypatch):
    monkeypatch.setattr("uploads.webhooks.transport.ALL_SECONDS", 0.5)

    def trickle(handler):
        try:
            for _ in range(200):
                handler.wfile.write(b"H")
                handler.wfile.flush()
                handler.connection.settimeout(0.05)
                try:
                    handler.connection.recv(1)
                    return
                except TimeoutError:
                    continue
        except OSError:
            return

    receiver.answer = trickle
    ping(webhook=hook)
    begun = timezone.now()
    send()
    assert timezone.now() - begun < timedelta(seconds=4)
    assert WebhookDelivery.objects.get().error


def test_an_endless_answer_is_not_read(hook, receiver):
    def flood(handler):
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 65536)
        except OSError:
            return

    receiver.answer = flood
    ping(webhook=hook)
    send()
    assert WebhookDelivery.objects.get().state == "delivered"


def test_an_answer_that_is_no_http_is_a_failure(hook, receiver):
    receiver.answer = lambda handler: handler.wfile.write(b"\x00\xff" * 40_000 + b"\n")
    ping(webhook=hook)
    send()
    assert WebhookDelivery.objects.get().error == "The response of the receiver is not valid HTTP."
