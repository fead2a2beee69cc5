"""Usage rows are the truth, and the counter follows them."""

import json
import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from common.errors import NotFound
from tests.factories import make_member, make_organization, make_upload, make_user
from tests.threads import in_threads
from uploads.errors import InTrash
from uploads.models import Upload, Usage
from uploads.querysets import UploadQuerySet
from uploads.usages import record
from uploads.usages.record import drifted_counts, record_usage, release_usage

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


# UC-01, UC-02
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("entities", [50, 1], ids=["different entities", "the same entity"])
def test_the_counter_is_exact_under_concurrency(upload, entities):
    looks = []

    def attach(number):
        _, new = record_usage(upload_id=upload.pk, entity_id=str(number % entities), **PAGE)
        looks.append(list(drifted_counts()))
        return new

    new = in_threads(50, attach)
    assert new.count(True) == entities
    assert count_of(upload) == Usage.objects.count() == entities
    gone = in_threads(50, lambda n: release_usage(upload_id=upload.pk, entity_id=str(n % entities), **PAGE))
    assert gone.count(True) == entities
    assert count_of(upload) == Usage.objects.count() == 0
    assert not any(looks)


# UC-06
def test_a_usage_and_its_count_are_written_together_or_not_at_all(upload, monkeypatch):
    def fail(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(UploadQuerySet, "update", fail)
    with pytest.raises(ZeroDivisionError):
        record_usage(upload_id=upload.pk, entity_id="1", **PAGE)
    assert Usage.objects.count() == 0


def recount(capsys, *arguments):
    call_command("recount_usages", "--json", *arguments)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


# UC-07
def test_recounting_names_exactly_what_drifted_and_repairs_it_when_told(upload, capsys):
    record_usage(upload_id=upload.pk, entity_id="1", **PAGE)
    right = make_upload(upload.uploaded_by, upload.organization)
    too_many = make_upload(upload.uploaded_by, upload.organization, usage_count=7)
    in_trash = make_upload(upload.uploaded_by, upload.organization, usage_count=1, deleted_at=upload.created_at)
    Upload.everything.filter(pk=upload.pk).update(usage_count=0)

    found = {row["upload"]: (row["recorded"], row["counted"], row["repaired"]) for row in recount(capsys)}
    assert found == {
        str(upload.pk): (0, 1, False),
        str(too_many.pk): (7, 0, False),
        str(in_trash.pk): (1, 0, False),
    }
    assert count_of(too_many) == 7

    assert [row["repaired"] for row in recount(capsys, "--apply")] == [True, True, True]
    assert [count_of(row) for row in (upload, right, too_many, in_trash)] == [1, 0, 0, 0]
    assert recount(capsys) == []


# FA-E8
def test_recounting_takes_the_organizations_that_are_named(upload, capsys):
    other = make_organization()
    here = make_upload(upload.uploaded_by, upload.organization, usage_count=7)
    there = make_upload(make_member(other), other, usage_count=7)
    named = recount(capsys, "--organization", other.slug, "--apply")
    assert [row["upload"] for row in named] == [str(there.pk)]
    assert [count_of(here), count_of(there)] == [7, 0]
    with pytest.raises(CommandError):
        recount(capsys, "--organization", "nowhere")


# UC-07
def test_recounting_goes_on_from_batch_to_batch(upload, monkeypatch):
    monkeypatch.setattr(record, "BATCH", 2)
    for _ in range(5):
        make_upload(upload.uploaded_by, upload.organization, usage_count=3)
    assert len(list(drifted_counts())) == 5


# UC-07
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_recounting_under_traffic_leaves_every_counter_right(upload):
    Upload.everything.update(usage_count=1000)

    def work(number):
        if number % 4 == 0:
            call_command("recount_usages", "--apply", verbosity=0, stdout=StringIO())
        else:
            record_usage(upload_id=upload.pk, entity_id=str(number), **PAGE)

    in_threads(40, work)
    call_command("recount_usages", "--apply", verbosity=0, stdout=StringIO())
    assert count_of(upload) == Usage.objects.count() == 30
