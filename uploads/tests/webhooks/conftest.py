"""Webhooks that lead to a real server on this machine."""

import pytest

from tests.factories import make_member
from tests.receiver import receiving
from uploads.choices import WebhookEvent
from uploads.models import Webhook

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
