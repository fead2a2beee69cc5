"""Whatever happens at once, a session ends once."""

import io

import pytest
from django.utils import timezone

from common.errors import DomainError
from permissions.context import access_of
from tests.factories import make_member, make_organization
from tests.threads import in_threads
from tests.upload_calls import jpeg
from uploads.choices import SessionState
from uploads.models import Job, StorageAccount, Tag, Upload, UploadSession
from uploads.sessions.complete import complete_session
from uploads.sessions.create import open_session
from uploads.sessions.end import abort_session
from uploads.sessions.expire import expire_sessions
from uploads.storage import store
from uploads.storage.quota import recount_storage

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def access():
    return access_of(make_member(make_organization(), "Creator"))


def stored_session(access) -> UploadSession:
    data = jpeg()
    session = open_session(access=access, type="IMAGE", filename="a.jpg", content_type="image/jpeg", size=len(data))
    store(session.storage).put(session.key, io.BytesIO(data), content_type="image/jpeg")
    return session


# US-04
def test_fifty_completions_at_once_make_one_upload(access):
    session = stored_session(access)
    outcomes = in_threads(50, lambda _: complete_session(access=access, session_id=session.pk, details={"tags": ["a"]}))
    assert [made for _, made in outcomes].count(True) == 1
    assert {upload.pk for upload, _ in outcomes} == {session.pk}
    assert Upload.everything.count() == 1
    assert Job.objects.filter(kind="make_renditions").count() == 1
    account = StorageAccount.objects.get(organization_id=access.organization_id, user=None)
    assert (account.used, account.reserved) == (session.size, 0)


# I1 I2
@pytest.mark.parametrize("rival", ["abort", "expire"])
def test_a_session_completed_and_given_up_at_once_is_one_of_both_and_never_half(access, rival):
    sessions = [stored_session(access) for _ in range(10)]
    if rival == "expire":
        # The completions have passed the check of the time already.
        UploadSession.objects.filter(pk__in=[session.pk for session in sessions]).update(expires_at=timezone.now())

    def work(number):
        session = sessions[number // 2]
        try:
            if number % 2:
                complete_session(access=access, session_id=session.pk)
            elif rival == "abort":
                abort_session(access=access, session_id=session.pk)
            else:
                expire_sessions()
        except DomainError:
            return

    in_threads(20, work)
    for session in UploadSession.objects.all():
        completed = session.state == SessionState.COMPLETED
        assert session.state != SessionState.OPEN
        assert Upload.everything.filter(pk=session.pk).exists() is completed
        assert (store(session.storage).stat(session.key) is not None) is completed
    assert recount_storage(organization_id=access.organization_id) == []


# TI-11
def test_a_tag_first_used_twenty_times_at_once_is_one_tag(access):
    sessions = [stored_session(access) for _ in range(20)]
    names = ["sea", "Sea", "SEA ", "été"]
    in_threads(
        20,
        lambda number: complete_session(
            access=access, session_id=sessions[number].pk, details={"tags": [names[number % 3], names[3]]}
        ),
    )
    assert sorted(Tag.objects.values_list("slug", flat=True)) == ["sea", "été"]
    assert Upload.everything.filter(tags__slug="sea").count() == 20


# US-12
def test_one_idempotency_key_used_twenty_times_at_once_opens_one_session(access):
    def work(_):
        return open_session(
            access=access, type="IMAGE", filename="a.jpg", content_type="image/jpeg", size=9, idempotency_key="k"
        ).pk

    assert len(set(in_threads(20, work))) == 1
    assert StorageAccount.objects.get(organization_id=access.organization_id, user=None).reserved == 9
