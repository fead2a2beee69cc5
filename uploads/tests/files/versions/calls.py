"""Replacing over HTTP, as the tests of versions do."""

from tests.reading_client import reader
from tests.upload_calls import jpeg, sent
from uploads.models import StorageAccount

FIRST, SECOND, THIRD = jpeg((64, 48)), jpeg((80, 40)), jpeg((30, 90))


MISSING = "0190c0de-0000-7000-8000-000000000000"


def url(shown, *parts):
    return "/".join([f"/api/v1/uploads/{shown['id']}", *map(str, parts), ""])


def replaced(client, shown, data, *, name=None, **fields):
    """Replace, with another name if there is one, and return the file as it is then."""
    body = {"upload_session": sent(client, data, **fields)["id"], **({"original_filename": name} if name else {})}
    answer = client.post(url(shown, "replace"), body)
    assert answer.status_code == 200, answer.content
    return answer.json()


def versions_of(client, shown):
    answer = client.get(url(shown, "versions"))
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def bytes_at(user, address):
    return reader(user).get(address.removeprefix("http://testserver")).body


def used(organization):
    return StorageAccount.objects.get(organization=organization, user=None).used
