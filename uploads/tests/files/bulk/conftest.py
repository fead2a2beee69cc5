"""An organization, an owner with files, and how bulk calls are made."""

import pytest

from tests.factories import client_for, make_member, make_upload

LIST = "/api/v1/uploads/"


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator", username="owner")


@pytest.fixture
def client(owner):
    return client_for(owner)


@pytest.fixture
def admin(organization):
    return client_for(make_member(organization, "Administrator"))


@pytest.fixture
def files(owner, organization):
    """Three own, PRIVATE files."""
    return [make_upload(owner, organization) for _ in range(3)]


def ids(*rows):
    return [str(row.pk) for row in rows]


def bulk(client, what, files=None, **body):
    """Call `bulk-<what>` for `files` (none: the body names them in its own way)."""
    method = client.patch if what == "visibility" else client.post
    named = {} if files is None else {"ids": ids(*files)}
    return method(f"{LIST}bulk-{what}/", {**named, **body})


def refusal(answer):
    error = answer.json()["errors"][0]
    return answer.status_code, error["code"], error["attr"]
