"""`/webhooks/`, for the administrators of an organization."""

import pytest

from permissions.choices import Permission
from tests.factories import client_for, make_member, make_member_with
from tests.jobs import run_pending_jobs
from tests.upload_calls import code_of
from uploads.models import Webhook
from uploads.tests.webhooks.conftest import SECRET

pytestmark = pytest.mark.django_db

LIST = "/api/v1/webhooks/"
BODY = {"url": "https://hooks.example.org/in", "events": ["upload.created"], "secret": SECRET}


@pytest.fixture
def client(organization):
    return client_for(make_member(organization, "Administrator"))


def test_a_webhook_is_made_read_changed_and_removed_and_its_secret_never_shown(client, organization):
    made = client.post(LIST, {**BODY, "events": ["upload.deleted", "upload.created", "upload.created"]})
    assert made.status_code == 201
    shown = made.json()
    assert shown["events"] == ["upload.created", "upload.deleted"]
    assert shown["active"] is True
    webhook = Webhook.objects.get()
    assert (webhook.organization, webhook.secret) == (organization, SECRET)
    url = f"{LIST}{shown['id']}/"
    assert client.get(url).json() == shown
    assert client.get(LIST).json()["results"] == [shown]
    changed = client.patch(url, {"active": False, "secret": "another secret, as long"}, headers={"If-Match": "*"})
    assert changed.json()["active"] is False
    webhook.refresh_from_db()
    assert webhook.secret == "another secret, as long"
    for answer in (made, client.get(url), client.get(LIST), changed):
        assert "secret" not in answer.content.decode()
    assert client.patch(url, {}, headers={"If-Match": '"stale"'}).status_code == 412
    assert client.put(url, BODY).status_code == 405
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("field", ["url", "events", "secret"])
def test_a_webhook_needs_address_events_and_secret(client, field):
    answer = client.post(LIST, {name: value for name, value in BODY.items() if name != field})
    assert (answer.status_code, code_of(answer)) == (400, "required")


# FZ-09
@pytest.mark.parametrize(
    "said",
    [
        {"url": "http://hooks.example.org/"},
        {"url": "https://127.0.0.1/"},
        {"url": "https://169.254.169.254/latest/meta-data/"},
        {"url": "https://[::ffff:10.0.0.1]/"},
        {"url": "https://2130706433/"},
        {"url": "file:///etc/passwd"},
        {"events": []},
        {"events": ["ping"]},
        {"events": ["upload.stolen"]},
        {"events": "upload.created"},
        {"secret": "short"},
        {"organization": "x"},
        {"encrypted_secret": "x"},
    ],
)
def test_what_cannot_be_is_refused(client, said):
    assert client.post(LIST, {**BODY, **said}).status_code == 400
    assert not Webhook.objects.exists()


def test_an_organization_has_no_end_of_webhooks_only_up_to_a_number(client, monkeypatch):
    monkeypatch.setattr("uploads.api.webhooks.MAX_WEBHOOKS", 1)
    assert client.post(LIST, BODY).status_code == 201
    assert code_of(client.post(LIST, BODY)) == "too_many"


def test_a_person_who_may_not_change_the_organization_has_no_webhooks(organization, hook):
    others = make_member_with(organization, *(p for p in Permission if p != Permission.CHANGE_ORGANIZATION))
    url = f"{LIST}{hook.pk}/"
    for client, status in [(client_for(others), 403), (client_for(), 401)]:
        assert client.get(LIST).status_code == status
        assert client.post(LIST, BODY).status_code == status
        assert client.get(url).status_code == status
        assert client.patch(url, {}).status_code == status
        assert client.delete(url).status_code == status
        assert client.get(f"{url}deliveries/").status_code == status
        assert client.post(f"{url}ping/").status_code == status


# TI-01
def test_a_webhook_of_another_organization_does_not_exist(other_organization, hook):
    client = client_for(make_member(other_organization, "Administrator"))
    url = f"{LIST}{hook.pk}/"
    assert client.get(LIST).json()["results"] == []
    assert client.get(url).status_code == 404
    assert client.patch(url, {"active": False}).status_code == 404
    assert client.delete(url).status_code == 404
    assert client.get(f"{url}deliveries/").status_code == 404
    assert client.post(f"{url}ping/").status_code == 404
    assert Webhook.objects.get().active


@pytest.mark.django_db(transaction=True)
def test_a_ping_is_sent_in_the_background_and_listed(client, hook, receiver):
    answer = client.post(f"{LIST}{hook.pk}/ping/")
    assert answer.status_code == 202
    assert (answer.json()["state"], answer.json()["event"], answer.json()["upload"]) == ("pending", "ping", None)
    assert answer.json()["next_attempt_at"]
    run_pending_jobs("send_webhooks")
    assert receiver.requests[0].said["data"] == {}
    page = client.get(f"{LIST}{hook.pk}/deliveries/").json()
    assert page.keys() == {"next", "previous", "results"}
    (shown,) = page["results"]
    assert shown.keys() == {
        *("id", "event", "upload", "state", "attempts", "status", "error", "created_at", "next_attempt_at", "ended_at")
    }
    assert (shown["id"], shown["state"], shown["status"]) == (answer.json()["id"], "delivered", 200)
    assert shown["next_attempt_at"] is None


def test_a_webhook_that_is_switched_off_is_not_pinged(client, make_hook, receiver):
    hook = make_hook(receiver, active=False)
    answer = client.post(f"{LIST}{hook.pk}/ping/")
    assert (answer.status_code, code_of(answer)) == (409, "inactive")


def test_switching_on_again_forgets_earlier_failures(client, make_hook, receiver):
    hook = make_hook(receiver, active=False, failures=100, disabled_reason="Disabled.")
    shown = client.patch(f"{LIST}{hook.pk}/", {"active": True}).json()
    assert (shown["active"], shown["failures"], shown["disabled_reason"]) == (True, 0, "")


def test_lists_cost_the_same_whatever_their_length(client, make_hook, receiver, django_assert_num_queries):
    hooks = [make_hook(receiver) for _ in range(5)]
    with django_assert_num_queries(2):
        client.get(LIST)
    for _ in range(5):
        client.post(f"{LIST}{hooks[0].pk}/ping/")
    with django_assert_num_queries(3):
        client.get(f"{LIST}{hooks[0].pk}/deliveries/")
