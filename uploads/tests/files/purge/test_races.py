"""Purges at the same time as everything else."""

import threading
import time

import pytest

from tests.factories import client_for, make_upload
from tests.invariants import broken_invariants
from tests.reading_client import reader
from tests.threads import in_threads
from uploads.files import purge
from uploads.models import Upload
from uploads.tests.files.purge.calls import stored, trash, url
from uploads.usages.record import record_usage

pytestmark = pytest.mark.django_db


# SD-02 SD-05
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_deleting_restoring_and_purging_at_once_end_in_one_whole_state(admin, organization):
    client = client_for(admin)
    for _ in range(6):
        upload = trash(admin, organization)
        calls = [
            lambda: client.delete(url(upload)),  # noqa: B023
            lambda: client.post(url(upload, "restore")),  # noqa: B023
            lambda: client.delete(url(upload, "purge")),  # noqa: B023
        ]
        statuses = in_threads(12, lambda number: calls[number % 3]().status_code)  # noqa: B023
        assert set(statuses) <= {200, 204, 404, 409}
        assert broken_invariants() == []
        row = Upload.everything.filter(pk=upload.pk).first()
        assert row is None or row.purging_at is None
        assert (row is None) == (upload.key not in stored())


# SD-07 UC-05
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_file_is_never_purged_under_a_new_usage(admin, organization):
    for _ in range(5):
        upload = trash(admin, organization)

        def work(number, upload=upload):
            if number % 2:
                return purge.purge_uploads(ids=[upload.pk])
            response = client_for(admin).post(url(upload, "restore"))
            if response.status_code == 200:
                record_usage(upload_id=upload.pk, entity_type="page", entity_id="1")
            return response.status_code

        in_threads(8, work)
        assert broken_invariants() == []


# SV-21
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_readers_during_a_deletion_and_a_purge_get_whole_bytes_or_nothing(admin, organization):
    content = bytes(range(256)) * 4000
    upload = make_upload(admin, organization, content=content)
    gone = threading.Event()

    def read(reading):
        answers = []
        while not gone.is_set() or not answers:
            answer = reading.get(f"/files/{upload.pk}/{upload.filename}")
            answers.append(answer.body if answer.status_code == 200 else answer.status_code)
        return answers

    def work(number):
        if number:
            return read(reader(admin))
        client = client_for(admin)
        time.sleep(0.2)
        statuses = [client.delete(url(upload)).status_code, client.delete(url(upload, "purge")).status_code]
        gone.set()
        return statuses

    done, *read_by = in_threads(5, work)
    assert done == [204, 204]
    answers = [answer for answers in read_by for answer in answers]
    assert content in answers
    assert set(answers) <= {content, 404}
    assert stored() == []
