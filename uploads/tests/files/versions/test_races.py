"""Replacements at the same time as everything else."""

import threading

import pytest
from django.db import connection

from tests.invariants import broken_invariants
from tests.reading_client import reader
from tests.threads import in_threads
from tests.upload_calls import jpeg, sent
from uploads.models import Upload, UploadVersion
from uploads.tests.files.versions.calls import FIRST, SECOND, replaced, url

pytestmark = pytest.mark.django_db


# SV-21 SV-16
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_readers_during_replacements_get_old_or_new_bytes_whole(client, owner, shown, settings):
    settings.VERSIONS_KEPT = 1
    contents = [jpeg((100 + number, 50)) for number in range(8)]
    whole = {FIRST, *contents}
    path, done, torn = shown["url"].removeprefix("http://testserver"), threading.Event(), []

    def read(_):
        reading, answers = reader(owner), 0
        while not done.is_set() or not answers:
            answer = reading.get(path)
            answers += 1
            if answer.status_code != 200 or answer.body not in whole:
                torn.append(answer.status_code)
        return answers

    def work(number):
        if number:
            return read(number)
        for data in contents:
            replaced(client, shown, data)
        done.set()
        return 1

    try:
        assert all(in_threads(5, work))
    finally:
        done.set()
    assert torn == []
    assert broken_invariants() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_rivals_replace_restore_and_delete_one_file_without_losing_a_byte(client, organization, shown):
    replaced(client, shown, SECOND)
    sessions = [sent(client, jpeg((20 + number, 20)))["id"] for number in range(8)]

    def work(number):
        if number < 8:
            return client.post(url(shown, "replace"), {"upload_session": sessions[number]}).status_code
        if number < 11:
            return client.post(url(shown, "versions", 1, "restore")).status_code
        return client.delete(url(shown)).status_code

    statuses = in_threads(12, work)
    assert set(statuses) <= {200, 204, 404}
    assert statuses.count(204) == 1
    assert Upload.everything.get().version == 1 + 1 + statuses.count(200)
    assert broken_invariants() == []
    connection.close()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_session_replaces_once_however_often_it_is_named(client, shown):
    session = sent(client, SECOND)["id"]
    statuses = in_threads(10, lambda _: client.post(url(shown, "replace"), {"upload_session": session}).status_code)
    assert statuses == [200] * 10
    assert UploadVersion.objects.count() == 1
    assert broken_invariants() == []
