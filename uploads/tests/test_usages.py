"""Usage rows are the truth, and the counter follows them."""

import threading
import uuid

import pytest
from django.db import connection

from permissions.errors import NotFound
from tests.factories import make_organization, make_upload, make_user
from uploads.errors import InTrash
from uploads.models import Upload, Usage
from uploads.services.usages import record_usage, release_usage

PAGE = {"entity_type": "page", "field": "hero"}


@pytest.fixture
def upload(db):
    return make_upload(make_user(), make_organization())


def count_of(upload):
    return Upload.everything.values_list("usage_count", flat=True).get(pk=upload.pk)


def test_a_usage_is_recorded_once(upload):
    first, new = record_usage(upload_id=upload.pk, entity_id="1", label="Home", **PAGE)
    again, still_new = record_usage(upload_id=upload.pk, entity_id="1", label="Other", **PAGE)
    assert (new, still_new) == (True, False)
    assert first == again
    assert count_of(upload) == 1


def test_a_released_usage_is_counted_out_once(upload):
    record_usage(upload_id=upload.pk, entity_id="1", **PAGE)
    assert release_usage(upload_id=upload.pk, entity_id="1", **PAGE) is True
    assert release_usage(upload_id=upload.pk, entity_id="1", **PAGE) is False
    assert count_of(upload) == 0


def test_another_field_of_the_same_entity_is_another_usage(upload):
    record_usage(upload_id=upload.pk, entity_type="page", entity_id="1", field="hero")
    record_usage(upload_id=upload.pk, entity_type="page", entity_id="1", field="body")
    assert count_of(upload) == 2


# UC-05
def test_a_file_in_the_trash_takes_no_new_usage_and_lets_old_ones_go(upload):
    record_usage(upload_id=upload.pk, entity_id="1", **PAGE)
    Upload.everything.update(deleted_at=upload.created_at)
    with pytest.raises(InTrash):
        record_usage(upload_id=upload.pk, entity_id="2", **PAGE)
    assert release_usage(upload_id=upload.pk, entity_id="1", **PAGE) is True
    assert count_of(upload) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("change", [record_usage, release_usage])
def test_a_file_that_is_gone_is_not_found(change):
    with pytest.raises(NotFound):
        change(upload_id=uuid.uuid4(), entity_id="1", **PAGE)


def at_once(tasks):
    """Run every task in a thread of its own, all starting together."""
    barrier = threading.Barrier(len(tasks))

    def run(task):
        try:
            barrier.wait()
            task()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# UC-01, UC-02
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("entities", [20, 1], ids=["different entities", "the same entity"])
def test_the_counter_is_exact_under_concurrency(upload, entities):
    names = [str(number % entities) for number in range(20)]
    at_once([lambda name=name: record_usage(upload_id=upload.pk, entity_id=name, **PAGE) for name in names])
    assert count_of(upload) == Usage.objects.count() == entities
    at_once([lambda name=name: release_usage(upload_id=upload.pk, entity_id=name, **PAGE) for name in names])
    assert count_of(upload) == Usage.objects.count() == 0
