"""Webhooks that lead to a real server on this machine."""

import pytest
from django.utils import timezone

from tests.factories import make_member
from tests.jobs import run_pending_jobs
from tests.webhook_receiver import receiving
from uploads.choices import DeliveryState, WebhookEvent
from uploads.models import Job, Webhook

SECRET = "correct horse battery staple"


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator", username="owner")


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def nearby(settings):
    """Let webhooks lead to this machine, unencrypted."""
    settings.WEBHOOK_ALLOW_HTTP = settings.WEBHOOK_ALLOW_PRIVATE = True


@pytest.fixture
def make_hook(organization, nearby):
    """A function: a webhook of `organization` that leads to a receiver and listens to everything."""

    def make(receiver, **fields):
        events = [event.value for event in WebhookEvent]
        url = f"http://127.0.0.1:{receiver.port}/in"
        webhook = Webhook(**{"organization": organization, "url": url, "events": events, **fields})
        webhook.secret = SECRET
        webhook.save()
        return webhook

    return make


@pytest.fixture
def hook(make_hook, receiver):
    return make_hook(receiver)


def send():
    run_pending_jobs("send_webhooks")


def make_due(hook):
    """Let the waits be over."""
    now = timezone.now()
    hook.deliveries.filter(state=DeliveryState.PENDING).update(not_before=now)
    Webhook.objects.filter(pk=hook.pk).update(paused_until=None)
    Job.objects.filter(kind="send_webhooks").update(run_after=now)
