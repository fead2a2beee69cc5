"""Counters equal rows, whatever happens at once."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import TestCase
from django.utils import timezone

from permissions.context import access_of
from permissions.models import Organization
from tests.factories import client_for, make_member, make_organization, make_upload
from tests.threads import in_threads
from tests.upload_calls import jpeg, uploaded
from uploads.accounts.deletion import hand_over_files
from uploads.errors import QuotaExceeded
from uploads.files.purge import purge_upload
from uploads.files.trash import delete_upload
from uploads.models import StorageAccount, Upload, UploadSession
from uploads.sessions.create import open_session
from uploads.sessions.end import abort_session
from uploads.storage.quota import free_bytes, hold_bytes, move_bytes, recount_storage

pytestmark = pytest.mark.django_db


def announce(access, size):
    return open_session(access=access, type="IMAGE", filename="a.jpg", content_type="image/jpeg", size=size)


def account(organization, user=None) -> tuple[int, int]:
    found = StorageAccount.objects.get(organization=organization, user=user)
    return found.used, found.reserved


# US-32
def test_what_fits_exactly_fits_and_what_is_given_back_can_be_used_again():
    organization = make_organization(storage_quota=100)
    access = access_of(make_member(organization))
    session = announce(access, 100)
    with pytest.raises(QuotaExceeded):
        announce(access, 1)
    abort_session(access=access, session_id=session.pk)
    announce(access, 100)
    assert account(organization) == (0, 100)


def test_bytes_are_counted_for_the_organization_and_for_each_user():
    organization = make_organization()
    first, second = make_member(organization), make_member(organization)
    hold_bytes(organization_id=organization.pk, user_id=first.pk, size=30)
    hold_bytes(organization_id=organization.pk, user_id=second.pk, size=12)
    move_bytes(organization_id=organization.pk, from_user_id=first.pk, to_user_id=second.pk, size=10)
    free_bytes(organization_id=organization.pk, user_id=second.pk, size=2)
    assert account(organization) == (40, 0)
    assert account(organization, first) == (20, 0)
    assert account(organization, second) == (20, 0)


# I4
def test_a_recount_finds_and_repairs_what_drifted(capsys):
    organization = make_organization("a")
    owner = make_member(organization)
    make_upload(owner, organization, content=b"12345")
    announce(access_of(owner), 7)
    hold_bytes(organization_id=organization.pk, user_id=owner.pk, size=1000)
    call_command("recount_storage", "--json")
    assert account(organization) == (1000, 7)
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["used"], line["reserved"], line["repaired"]) for line in found] == [(5, 7, False)] * 2
    call_command("recount_storage", "--apply")
    assert capsys.readouterr().out.splitlines()[-1] == "2 accounts differ, 2 repaired."
    assert recount_storage(organization_id=organization.pk) == []
    assert account(organization) == account(organization, owner) == (5, 7)


def test_the_command_expires_what_is_due_and_says_so(capsys):
    organization = make_organization()
    access = access_of(make_member(organization))
    announce(access, 10)
    announce(access, 20)
    UploadSession.objects.filter(size=10).update(expires_at=timezone.now() - timedelta(hours=1))
    call_command("expire_sessions", "--dry-run", "--json")
    assert account(organization) == (0, 30)
    call_command("expire_sessions", "--json")
    assert account(organization) == (0, 20)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["due"], line["expired"]) for line in lines] == [(1, 0), (1, 1)]


# US-32
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_announcements_at_once_never_exceed_the_quota():
    organization = make_organization(storage_quota=1000, user_quota=300)
    accesses = [access_of(make_member(organization)) for _ in range(5)]

    def work(number):
        try:
            announce(accesses[number % 5], 100)
        except QuotaExceeded:
            return False
        return True

    outcomes = in_threads(50, work)
    assert sum(outcomes) == 10
    assert account(organization) == (0, 1000)
    assert UploadSession.objects.count() == 10
    assert recount_storage(organization_id=organization.pk) == []
    assert Upload.everything.count() == 0


# US-32
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_counters_are_exact_after_fifty_changes_and_recounts_at_once():
    organization = make_organization()
    accesses = [access_of(make_member(organization)) for _ in range(5)]

    def work(number):
        session = announce(accesses[number % 5], number + 1)
        if number % 2:
            abort_session(access=accesses[number % 5], session_id=session.pk)
        if number % 10 == 0:
            recount_storage(organization_id=organization.pk, apply=True)

    in_threads(50, work)
    assert account(organization) == (0, sum(range(1, 51, 2)))
    assert recount_storage(organization_id=organization.pk) == []


# US-32, I4
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_counters_are_exact_after_files_come_move_and_go_in_fifty_threads_at_once():
    organization = make_organization(storage_quota=10**6)
    owners = [make_member(organization, "Administrator") for _ in range(5)]
    accesses = [access_of(owner) for owner in owners]
    kept = [uploaded(client_for(owners[number % 5]), jpeg((8 + number, 8))) for number in range(30)]

    def go(number):
        with transaction.atomic():
            upload = Upload.objects.select_for_update().get(pk=kept[number]["id"])
            delete_upload(access=accesses[number % 5], upload=upload)
        with transaction.atomic():
            purge_upload(access=accesses[0], upload=Upload.everything.select_for_update().get(pk=upload.pk))

    def work(number):
        match number % 5:
            case 0 | 1:
                go(number // 5 * 2 + number % 5)
            case 2:
                uploaded(client_for(owners[number // 5 % 5]), jpeg((64 + number, 8)))
            case 3:
                hand_over_files(
                    user=owners[number // 5 % 5], to=owners[(number // 5 + 1) % 5], organization=organization, by=None
                )
            case _:
                recount_storage(organization_id=organization.pk, apply=True)

    in_threads(50, work)
    assert Upload.everything.count() == 30 - 20 + 10
    held = sum(Upload.everything.values_list("size", flat=True))
    assert account(organization) == (held, 0)
    assert recount_storage(organization_id=organization.pk) == []


# US-32
def test_bytes_in_the_trash_count_until_they_are_purged():
    organization = make_organization()
    owner = make_member(organization, "Administrator")
    client, data = client_for(owner), jpeg()
    Organization.objects.update(user_quota=len(data))
    upload = uploaded(client, data)
    client.delete(f"/api/v1/uploads/{upload['id']}/")
    assert client.get("/api/v1/me/").json()["storage"] == {"used": len(data), "quota": len(data)}
    with pytest.raises(QuotaExceeded):
        announce(access_of(owner), 1)
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.delete(f"/api/v1/uploads/{upload['id']}/purge/")
    assert client.get("/api/v1/me/").json()["storage"]["used"] == 0
    announce(access_of(owner), len(data))
