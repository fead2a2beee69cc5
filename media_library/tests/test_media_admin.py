"""Steering transcoding in the admin."""

import pytest

from media_library.choices import MediaStatus
from tests.admin_cases import address, signed_in
from tests.factories import make_media_item, make_member
from tests.playback import waiting_video
from uploads.models import Job

pytestmark = pytest.mark.django_db

LIST = address("media_library.mediaitem", "changelist")


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator", is_staff=True)


def act(person, action, *items):
    chosen = {"action": action, "_selected_action": [str(item.pk) for item in items]}
    return signed_in(person).post(LIST, chosen, follow=True).content.decode()


def status_of(item):
    item.refresh_from_db()
    return item.status


def test_the_list_shows_how_far_it_is(owner, organization):
    item = waiting_video(owner, organization)
    Job.objects.filter(pk=item.job_id).update(progress=37)
    make_media_item(owner, organization, duration_seconds=75.4)
    shown = signed_in(owner).get(LIST).content.decode()
    assert "37 %" in shown
    assert "Transcoding" in shown
    assert "0:01:15" in shown


def test_what_failed_is_transcoded_again(owner, organization):
    broken = make_media_item(owner, organization, status=MediaStatus.FAILED, error="No room.", hls_key="")
    fine = make_media_item(owner, organization)
    assert "1 of 2" in act(owner, "transcode_again", broken, fine)
    assert (status_of(broken), status_of(fine)) == ("transcoding", "ready")


def test_transcoding_is_canceled(owner, organization):
    under_way, fine = waiting_video(owner, organization), make_media_item(owner, organization)
    assert "1 of 2" in act(owner, "cancel_transcoding", under_way, fine)
    assert (status_of(under_way), status_of(fine)) == ("failed", "ready")
    assert under_way.error == "Transcoding was canceled."
    assert Job.objects.get(pk=under_way.job_id).state == "canceled"


def test_transcoding_elsewhere_is_canceled(owner, organization):
    item = make_media_item(owner, organization, status=MediaStatus.TRANSCODING, hls_key="")
    type(item).objects.filter(pk=item.pk).update(attempt_prefix=f"{organization.pk}/media/{item.pk}/hls/1/")
    act(owner, "cancel_transcoding", item)
    assert status_of(item) == "failed"


# AD-02
def test_others_steer_nothing(owner, organization, other_organization):
    item = waiting_video(owner, organization, visibility="PUBLIC")
    for person in (
        make_member(organization, "Creator", is_staff=True),
        make_member(organization, is_staff=True),
        make_member(other_organization, "Administrator", is_staff=True),
    ):
        act(person, "cancel_transcoding", item)
        assert status_of(item) == "transcoding"
