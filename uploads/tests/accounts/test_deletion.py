"""What happens to the files of a person who leaves."""

import pytest

from common.errors import Conflict, DoesNotExist, InUse
from permissions.models import User
from tests.factories import make_member, make_organization, make_upload, make_user
from uploads.accounts.deletion import delete_user, hand_over_files
from uploads.choices import UploadType
from uploads.models import Activity, StorageAccount, StorageDeletion, Upload
from uploads.storage.quota import hold_bytes
from uploads.usages.avatars import set_avatar
from uploads.usages.record import record_usage

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return make_organization()


@pytest.fixture
def person(organization):
    return make_member(organization)


def _used(organization, user=None):
    return StorageAccount.objects.get(organization=organization, user=user).used


# SD-12
def test_deleting_a_user_deletes_their_files_and_gives_up_the_bytes(organization, person):
    upload = make_upload(person, organization)
    other = make_upload(make_member(organization), organization)
    hold_bytes(organization_id=organization.pk, user_id=person.pk, size=upload.size)
    delete_user(user=person, by=None)
    assert not User.objects.filter(pk=person.pk).exists()
    assert list(Upload.everything.all()) == [other]
    given_up = StorageDeletion.objects.values_list("key", flat=True)
    assert upload.key in given_up
    assert other.key not in given_up
    assert _used(organization) == 0


def test_the_history_of_the_files_tells_who_deleted_the_account(organization, person):
    upload, by = make_upload(person, organization), make_member(organization, "Administrator")
    delete_user(user=person, by=by.pk)
    entry = Activity.objects.get()
    assert (entry.upload_id, entry.action, entry.actor) == (upload.pk, "purge", by)


def test_files_in_use_protect_their_owner_and_are_named(organization, person):
    upload = make_upload(person, organization, title="Cover")
    record_usage(upload_id=upload.pk, entity_type="page", entity_id="1")
    with pytest.raises(InUse) as refusal:
        delete_user(user=person, by=None)
    assert refusal.value.items == [{"id": str(upload.pk), "name": "Cover"}]
    assert Upload.everything.filter(pk=upload.pk).exists()
    assert not StorageDeletion.objects.exists()


def test_an_own_avatar_does_not_protect_its_owner(organization, person):
    set_avatar(user_id=person.pk, upload=make_upload(person, organization, type=UploadType.AVATAR))
    delete_user(user=person, by=None)
    assert not User.objects.filter(pk=person.pk).exists()


def test_the_system_user_is_never_deleted():
    system = make_user(is_system=True)
    with pytest.raises(Conflict):
        delete_user(user=system, by=None)
    assert User.objects.filter(pk=system.pk).exists()


def test_files_are_handed_over_with_their_bytes_on_the_account(organization, person):
    to, upload = make_member(organization), make_upload(person, organization)
    hold_bytes(organization_id=organization.pk, user_id=person.pk, size=upload.size)
    assert hand_over_files(user=person, to=to, organization=organization, by=None) == 1
    upload.refresh_from_db()
    assert upload.uploaded_by == to
    assert (_used(organization, person), _used(organization, to)) == (0, upload.size)


def test_files_elsewhere_are_not_handed_over(organization, person):
    elsewhere = make_upload(person, make_organization())
    hand_over_files(user=person, to=make_member(organization), organization=organization, by=None)
    elsewhere.refresh_from_db()
    assert elsewhere.uploaded_by == person


def test_files_are_not_handed_over_to_a_user_of_another_organization(organization, person):
    with pytest.raises(DoesNotExist):
        hand_over_files(user=person, to=make_member(make_organization()), organization=organization, by=None)
