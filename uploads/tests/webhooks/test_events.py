"""What is told to whom: the outbox, written with the change."""

import json
import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import client_for, make_member, make_upload
from tests.threads import in_threads
from tests.upload_calls import jpeg, uploaded
from uploads.accounts.deletion import hand_over_files
from uploads.activity.record import record_activity, turned_into
from uploads.choices import ActivityAction, WebhookEvent
from uploads.jobs import run
from uploads.models import Job, Upload, WebhookDelivery
from uploads.webhooks.events import emit
from uploads.webhooks.message import body_of

pytestmark = pytest.mark.django_db


def events():
    return list(WebhookDelivery.objects.order_by("created_at", "id").values_list("event", flat=True))


def test_the_life_of_a_file_is_told_step_by_step(hook, organization):
    client = client_for(make_member(organization, "Administrator"))
    upload = uploaded(client, jpeg())
    url = f"/api/v1/uploads/{upload['id']}/"
    client.delete(url)
    client.post(f"{url}restore/")
    assert events() == ["upload.created", "upload.deleted", "upload.restored"]
    assert set(WebhookDelivery.objects.values_list("upload_id", flat=True).distinct()) == {Upload.objects.get().pk}


@pytest.mark.parametrize(
    ("action", "event"),
    [
        (ActivityAction.ACCESS, "upload.updated"),
        (ActivityAction.EDIT, "upload.updated"),
        (ActivityAction.HAND_OVER, "upload.updated"),
        (ActivityAction.REPLACE, "upload.updated"),
        (ActivityAction.PURGE, "upload.purged"),
        (ActivityAction.SHARE, None),
        (ActivityAction.UNSHARE, None),
    ],
)
def test_what_is_in_the_history_is_told_where_it_concerns_others(hook, owner, organization, action, event):
    record_activity(action=action, uploads=make_upload(owner, organization), actor_id=owner.pk)
    assert events() == ([event] if event else [])


def test_a_delivery_holds_what_was_true_of_the_file_then(hook, owner, organization):
    upload = make_upload(owner, organization, title="Quay", visibility="PUBLIC")
    emit(event=WebhookEvent.MEDIA_READY, uploads=upload)
    Upload.objects.update(title="Pier")
    facts = WebhookDelivery.objects.get().facts
    assert (facts["title"], facts["visibility"], facts["size"]) == ("Quay", "PUBLIC", upload.size)
    assert "key" not in facts


def test_what_many_files_turn_into_is_told_as_it_will_be(hook, owner, organization):
    make_upload(owner, organization, visibility="PRIVATE")
    heir = make_member(organization)
    changes = {"visibility": turned_into("visibility", "PUBLIC"), "title": "of no interest"}
    record_activity(action=ActivityAction.ACCESS, uploads=Upload.objects.all(), actor_id=None, changes=changes)
    hand_over_files(user=owner, to=heir, organization=organization, by=None)
    changed, handed = WebhookDelivery.objects.order_by("created_at")
    assert changed.facts["visibility"] == "PUBLIC"
    assert said_of(changed)["uploaded_by"] == str(owner.pk)
    assert said_of(handed)["uploaded_by"] == str(heir.pk)


def said_of(delivery):
    return json.loads(body_of(delivery))["data"]


def test_only_listening_and_active_webhooks_of_the_organization_are_told(
    make_hook, receiver, owner, organization, other_organization
):
    told = make_hook(receiver, events=["media.ready"])
    make_hook(receiver, events=["upload.created"])
    make_hook(receiver, active=False)
    make_hook(receiver, organization=other_organization)
    emit(event=WebhookEvent.MEDIA_READY, uploads=make_upload(owner, organization))
    emit(event=WebhookEvent.MEDIA_READY, uploads=Upload.objects.all())
    assert {delivery.webhook for delivery in WebhookDelivery.objects.all()} == {told}
    assert WebhookDelivery.objects.count() == 2


def test_files_of_several_organizations_are_told_each_to_its_own(
    make_hook, receiver, owner, organization, other_organization
):
    here, there = make_hook(receiver), make_hook(receiver, organization=other_organization)
    own, foreign = make_upload(owner, organization), make_upload(owner, other_organization)
    assert emit(event=WebhookEvent.UPLOAD_DELETED, uploads=Upload.objects.all()) == 2
    assert here.deliveries.get().upload_id == own.pk
    assert there.deliveries.get().upload_id == foreign.pk


def test_many_files_take_as_many_statements_as_one(hook, owner, organization):
    counts = []
    for many in (1, 25):
        for _ in range(many):
            make_upload(owner, organization)
        with CaptureQueriesContext(connection) as queries:
            emit(event=WebhookEvent.UPLOAD_UPDATED, uploads=Upload.objects.all())
        counts.append(len(queries))
    assert counts == [3, 3]
    assert WebhookDelivery.objects.count() == 1 + 26
    assert WebhookDelivery.objects.values("id").distinct().count() == 27


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_told_to_nobody(hook, owner, organization):
    upload = make_upload(owner, organization)
    with transaction.atomic():
        emit(event=WebhookEvent.UPLOAD_UPDATED, uploads=upload)
        transaction.set_rollback(True)
    assert events() == []
    assert not Job.objects.filter(kind="send_webhooks").exists()


@pytest.mark.django_db(transaction=True)
def test_a_crash_before_the_job_loses_nothing(hook, owner, organization, receiver, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("uploads.webhooks.events.submit_deliveries", lambda webhook: None)
        emit(event=WebhookEvent.UPLOAD_UPDATED, uploads=make_upload(owner, organization))
    Job.objects.all().delete()
    sweep = Job.objects.create(
        kind="sweep_webhooks", run_after=hook.created_at, created_at=hook.created_at, state="queued"
    )
    assert run(sweep.pk)
    assert run(Job.objects.get(kind="send_webhooks").pk)
    assert [request.said["event"] for request in receiver.requests] == ["upload.updated"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_changes_at_once_do_not_wait_for_each_other_because_of_a_webhook(hook, owner, organization):
    uploads = [make_upload(owner, organization) for _ in range(10)]
    all_have_told = threading.Barrier(10, timeout=10)

    def work(number):
        with transaction.atomic():
            emit(event=WebhookEvent.UPLOAD_UPDATED, uploads=uploads[number])
            all_have_told.wait()  # inside the transaction: it would break where one waited for another's end

    in_threads(10, work)
    assert hook.deliveries.count() == 10
    assert Job.objects.filter(kind="send_webhooks", state="queued").count() == 1
