"""The life of a file whose bytes are in a bucket of a real S3 server."""

from urllib.request import urlopen

import pytest

from tests.factories import client_for, make_member
from tests.invariants import broken_invariants
from tests.jobs import run_pending_jobs
from tests.reading_client import reader
from tests.upload_calls import jpeg, sent, uploaded
from uploads.storage import store

pytestmark = [pytest.mark.s3, pytest.mark.usefixtures("s3_stores"), pytest.mark.django_db]

FIRST, SECOND = jpeg((64, 48)), jpeg((80, 40))


def bytes_at(user, address):
    redirect = reader(user).get(address.removeprefix("http://testserver"))
    assert redirect.status_code == 302
    with urlopen(redirect["Location"], timeout=20) as answer:
        return answer.read()


# SD-07 SV-16
def test_a_file_is_replaced_restored_deleted_and_purged_with_every_object_of_it(
    organization, django_capture_on_commit_callbacks
):
    admin = make_member(organization, "Administrator")
    client = client_for(admin)
    shown = uploaded(client, FIRST)
    url = f"/api/v1/uploads/{shown['id']}/"
    run_pending_jobs("make_renditions")

    assert client.post(f"{url}replace/", {"upload_session": sent(client, SECOND)["id"]}).status_code == 200
    (version,) = client.get(f"{url}versions/").json()["results"]
    assert (bytes_at(admin, shown["url"]), bytes_at(admin, version["url"])) == (SECOND, FIRST)
    assert client.post(f"{url}versions/1/restore/").status_code == 200
    assert bytes_at(admin, shown["url"]) == FIRST
    run_pending_jobs()
    assert broken_invariants() == []

    assert client.delete(url).status_code == 204
    with django_capture_on_commit_callbacks(execute=True):
        assert client.delete(f"{url}purge/").status_code == 204
    assert [found.key for found in store("media").walk()] == []
    assert broken_invariants() == []
