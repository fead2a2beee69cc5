"""Webhooks in the admin."""

import pytest

from tests.admin_cases import address, administrator
from uploads.models import Webhook
from uploads.tests.webhooks.conftest import SECRET

pytestmark = pytest.mark.django_db

FIELDS = {"url": "https://hooks.example.org/in", "events": ["upload.created"], "active": "on"}


# AD-12
def test_the_secret_is_written_once_and_never_shown(organization):
    client = administrator(organization)
    client.post(address("uploads.webhook", "add"), {**FIELDS, "secret": SECRET})
    webhook = Webhook.objects.get()
    assert (webhook.organization, webhook.events, webhook.secret) == (organization, ["upload.created"], SECRET)
    page = client.get(address("uploads.webhook", "change", webhook)).content.decode()
    assert SECRET not in page
    assert webhook.encrypted_secret not in page
    client.post(address("uploads.webhook", "change", webhook), {**FIELDS, "events": ["media.ready"], "secret": ""})
    webhook.refresh_from_db()
    assert (webhook.events, webhook.secret) == (["media.ready"], SECRET)
    history = client.get(address("uploads.webhook", "history", webhook)).content.decode()
    assert SECRET not in history


def test_a_webhook_without_a_secret_or_into_a_private_network_is_refused(organization):
    client = administrator(organization)
    assert client.post(address("uploads.webhook", "add"), FIELDS).status_code == 200
    bad = {**FIELDS, "secret": SECRET, "url": "https://127.0.0.1/"}
    assert "private networks" in client.post(address("uploads.webhook", "add"), bad).content.decode()
    assert not Webhook.objects.exists()
