"""Sending: signed, once or again with the same id, and given up in the end."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from common.clock import Now
from permissions.sealing import Unreadable
from tests.factories import make_upload
from uploads import jobs
from uploads.choices import WebhookEvent
from uploads.models import Job, Webhook, WebhookDelivery
from uploads.services.events import emit, ping, send_soon
from uploads.tests.webhooks.conftest import SECRET, make_due, send
from uploads.webhooks import delivering
from uploads.webhooks.delivering import DISABLE_AFTER, IN_A_ROW, MAX_ATTEMPTS, prune

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_delivery_is_signed_and_says_what_happened_to_what(hook, receiver, owner, organization):
    upload = make_upload(owner, organization, title="Quay ☃")
    emit(event=WebhookEvent.UPLOAD_CREATED, uploads=upload)
    send()
    (request,) = receiver.requests
    delivery = WebhookDelivery.objects.get()
    assert request.path == "/in"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["X-Event-Id"] == str(delivery.pk)
    assert request.headers["X-Event"] == "upload.created"
    signature = hmac.new(SECRET.encode(), request.body, hashlib.sha256).hexdigest()
    assert request.headers["X-Signature"] == f"sha256={signature}"
    said = request.said
    assert said.keys() == {"id", "event", "created_at", "organization", "data"}
    assert said["id"] == str(delivery.pk)
    assert said["organization"] == {"id": str(organization.pk), "slug": "home"}
    assert said["data"]["id"] == str(upload.pk)
    assert said["data"]["uploaded_by"] == str(owner.pk)
    assert said["data"]["title"] == "Quay ☃"
    assert said["data"]["version"] == 1
    assert said["created_at"].endswith("Z")
    assert (delivery.state, delivery.status, delivery.attempts, delivery.error) == ("delivered", 200, 1, "")
    send()
    assert len(receiver.requests) == 1


def test_a_failed_delivery_comes_again_with_the_same_id_and_the_same_bytes(hook, receiver, owner, organization):
    receiver.statuses = [503]
    emit(event=WebhookEvent.UPLOAD_CREATED, uploads=make_upload(owner, organization))
    send()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.status, delivery.attempts) == ("pending", 503, 1)
    assert delivery.error == "The receiver answered 503."
    assert timedelta(seconds=10) < delivery.not_before - timezone.now() < timedelta(seconds=31)
    assert Job.objects.get(kind="send_webhooks", state="queued").run_after == delivery.not_before
    make_due(hook)
    send()
    first, second = receiver.requests
    assert first.headers["X-Event-Id"] == second.headers["X-Event-Id"]
    assert (first.body, first.headers["X-Signature"]) == (second.body, second.headers["X-Signature"])
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("delivered", 2)
    hook.refresh_from_db()
    assert hook.failures == 0


def test_events_arrive_in_their_order(hook, receiver, owner, organization):
    for number in range(5):
        emit(event=WebhookEvent.UPLOAD_CREATED, uploads=make_upload(owner, organization, title=str(number)))
    send()
    assert [request.said["data"]["title"] for request in receiver.requests] == list("01234")


def test_after_the_last_attempt_a_delivery_is_dead(hook, receiver):
    receiver.statuses = [500] * 2
    ping(webhook=hook)
    WebhookDelivery.objects.update(attempts=MAX_ATTEMPTS - 1)
    send()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("dead", MAX_ATTEMPTS)
    assert delivery.ended_at
    make_due(hook)
    send()
    assert len(receiver.requests) == 1


def test_after_some_failures_in_a_row_the_webhook_waits_and_spares_the_worker(hook, receiver, owner, organization):
    receiver.statuses = [500] * 100
    for _ in range(8):
        emit(event=WebhookEvent.UPLOAD_CREATED, uploads=make_upload(owner, organization))
    send()
    assert len(receiver.requests) == IN_A_ROW
    hook.refresh_from_db()
    assert hook.paused_until > timezone.now()
    emit(event=WebhookEvent.UPLOAD_CREATED, uploads=make_upload(owner, organization))
    send()
    assert len(receiver.requests) == IN_A_ROW
    receiver.statuses = []
    make_due(hook)
    send()
    assert hook.deliveries.filter(state="delivered").count() == 9


def test_after_many_failures_the_webhook_is_switched_off_and_says_why(hook, receiver, owner, organization):
    receiver.statuses = [500]
    Webhook.objects.update(failures=DISABLE_AFTER - 1)
    for _ in range(3):
        emit(event=WebhookEvent.UPLOAD_CREATED, uploads=make_upload(owner, organization))
    send()
    hook.refresh_from_db()
    assert not hook.active
    assert hook.disabled_reason == "Switched off after 100 failures. The receiver answered 500."
    assert len(receiver.requests) == 1
    assert set(hook.deliveries.values_list("state", flat=True)) == {"dead"}
    assert emit(event=WebhookEvent.UPLOAD_CREATED, uploads=make_upload(owner, organization)) == 0


def test_a_secret_that_can_no_longer_be_read_sends_nothing(hook, receiver, settings):
    ping(webhook=hook)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, []
    send()
    assert receiver.requests == []
    assert WebhookDelivery.objects.get().error == "The secret can no longer be read; set a new one."


def test_a_secret_is_kept_encrypted_and_survives_a_change_of_keys(hook, settings):
    assert SECRET not in hook.sealed_secret
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert Webhook.objects.get().secret == SECRET
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Unreadable):
        _ = Webhook.objects.get().secret


def test_two_workers_never_send_one_delivery_at_the_same_time(hook, receiver, monkeypatch):
    ping(webhook=hook)
    claimed = delivering._claim(str(hook.pk))
    assert delivering._claim(str(hook.pk)) is None
    # Its lease runs out and another takes it; the first one's answer then changes nothing.
    WebhookDelivery.objects.update(not_before=Now())
    assert delivering._claim(str(hook.pk)).attempts == 2
    delivering._failed(claimed, 500, "late")
    assert WebhookDelivery.objects.get().error == ""


def test_a_run_ends_after_its_time_and_goes_on_later(hook, receiver, owner, organization, monkeypatch):
    monkeypatch.setattr(delivering, "RUN", timedelta())
    ping(webhook=hook)
    job = Job.objects.get(kind="send_webhooks")
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert job.result == {"delivered": 0, "failed": 0}
    assert Job.objects.filter(kind="send_webhooks", state="queued").count() == 1
    monkeypatch.undo()
    send()
    assert len(receiver.requests) == 1


def test_old_deliveries_are_forgotten_and_pending_ones_kept(hook, settings):
    old = timezone.now() - timedelta(days=settings.WEBHOOK_DELIVERIES_KEPT_DAYS + 1)
    for state, ended in [("delivered", old), ("dead", old), ("delivered", timezone.now()), ("pending", None)]:
        hook.deliveries.create(event="ping", state=state, created_at=old, not_before=old, ended_at=ended)
    assert prune() == {"deliveries": 2}
    assert sorted(hook.deliveries.values_list("state", flat=True)) == ["delivered", "pending"]


def test_what_waits_for_a_webhook_that_was_switched_off_is_not_sent(hook, receiver):
    ping(webhook=hook)
    Webhook.objects.update(active=False)
    send()
    assert receiver.requests == []
    Webhook.objects.update(active=True)
    send_soon(hook)
    send()
    assert [json.loads(request.body)["event"] for request in receiver.requests] == ["ping"]
