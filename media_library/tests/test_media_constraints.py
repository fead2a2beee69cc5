"""What the database itself holds of media items."""

import pytest
from django.db import IntegrityError, transaction

from media_library.choices import TRANSITIONS, MediaStatus, MediaType, sources_of
from media_library.models import MediaItem
from tests.factories import make_media_item, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(organization):
    return make_media_item(make_member(organization), organization)


def refused(name, item, **values):
    with pytest.raises(IntegrityError, match=rf"\b{name}\b"), transaction.atomic():
        MediaItem.everything.filter(pk=item.pk).update(**values)


def test_a_status_is_one_of_the_list(item):
    refused("media_item_status_is_known", item, status="thinking")


def test_a_type_is_one_of_the_list(item):
    refused("media_item_type_is_known", item, media_type="smell")


def test_a_ready_video_has_streams(item):
    refused("media_item_ready_video_has_streams", item, hls_key="")


def test_a_ready_sound_needs_none(organization):
    item = make_media_item(make_member(organization), organization, media_type=MediaType.AUDIO)
    assert item.hls_key == ""


def test_a_sound_is_not_transcoded(organization):
    item = make_media_item(make_member(organization), organization, media_type=MediaType.AUDIO)
    refused("media_item_only_videos_are_transcoded", item, status=MediaStatus.TRANSCODING)


def test_what_failed_says_why(item):
    refused("media_item_failed_has_an_error", item, status=MediaStatus.FAILED)
    assert MediaItem.objects.filter(pk=item.pk).update(status=MediaStatus.FAILED, error="No picture.") == 1


def test_what_has_not_failed_says_nothing(item):
    refused("media_item_failed_has_an_error", item, error="No picture.")


def test_progress_is_a_percentage(item):
    refused("media_item_progress_is_a_percentage", item, progress=101)


def test_nothing_lasts_backwards(item):
    refused("media_item_duration_is_not_negative", item, duration_seconds=-1)


# TI-18
@pytest.mark.django_db(transaction=True)
def test_the_upload_is_of_the_items_organization(organization, other_organization):
    item = make_media_item(make_member(organization), organization)
    with pytest.raises(IntegrityError):
        MediaItem.everything.filter(pk=item.pk).update(organization=other_organization)


def test_every_status_has_its_transitions_and_can_be_reached():
    assert set(TRANSITIONS) == set(MediaStatus)
    assert [status for status in MediaStatus if not sources_of(status)] == [MediaStatus.UPLOADING]


def test_nothing_leads_back_to_before_the_bytes_were_there():
    assert sources_of(MediaStatus.UPLOADED) == [MediaStatus.UPLOADING]
