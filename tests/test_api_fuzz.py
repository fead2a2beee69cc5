"""Every operation of the schema under generated requests: no answer is a fault, and each is one that the schema has.

Each request is sent by an anonymous caller, a member and an administrator in turn. Where a path names a row, half of
the requests name one that exists. What a request changes is rolled back before the next one.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from permissions.authentication.tokens import issue_token
from tests.factories import (
    make_category,
    make_content,
    make_library_resource,
    make_media_item,
    make_member,
    make_resource,
    make_upload,
    make_version,
)

pytestmark = pytest.mark.django_db

DOCUMENT = json.loads((Path(__file__).resolve().parent.parent / "clients/typescript/openapi.json").read_text())
OPERATIONS = [(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods]
REFUSALS = [400, 401, 403, 404, 409, 412, 413, 415]
EXAMPLES = 6  # requests for each operation, each sent by three callers: about a minute in all


@pytest.fixture(scope="session")
def schema():
    """The schema as schemathesis reads it, with the application behind it."""
    import schemathesis

    configuration = schemathesis.Config.from_dict(
        {
            "generation": {"with-security-parameters": False},
            "checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}},
        }
    )
    loaded = schemathesis.openapi.from_dict(DOCUMENT, config=configuration)
    loaded.app = closing(get_wsgi_application())
    return loaded


def closing(application):
    """The application as a server calls it: every answer is read and closed, which werkzeug's client leaves out."""

    def call(environ, start_response):
        answer = application(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()

    return call


@pytest.fixture
def kept_connection(db):
    """The test's connection, which a request would close at its end, as Django's own test client keeps it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def rows(organization):
    """A row of each kind, by the first word of its path."""
    admin = make_member(organization, "Administrator")
    upload = make_upload(admin, organization, content=b"bytes", visibility="PUBLIC")
    make_version(upload, f"{upload.key}-earlier")
    return {
        "callers": {"anonymous": None, "member": make_member(organization), "administrator": admin},
        "uploads": upload.pk,
        "media-items": make_media_item(admin, organization).pk,
        "resources": make_resource(admin, organization).pk,
        "library-resources": make_library_resource(admin, organization).pk,
        "content": make_content(admin, organization).pk,
        "categories": make_category(organization).pk,
    }


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{method} {path}" for method, path in OPERATIONS])
def test_every_answer_is_in_the_schema(schema, rows, kept_connection, method, path):
    callers = {name: headers_of(user) for name, user in rows["callers"].items()}
    existing = rows.get(path.split("/")[3])

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests_of(schema[path][method]), names_a_row=st.booleans())
    def ask(case, names_a_row):
        if existing and names_a_row and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = str(existing)
        for headers in callers.values():
            with rolled_back():
                case.validate_response(case.call(headers=headers), excluded_checks=excluded_checks())

    ask()


def requests_of(operation):
    """Requests that the schema allows, and requests that it does not allow."""
    from schemathesis import GenerationMode

    return st.one_of([operation.as_strategy(generation_mode=mode) for mode in GenerationMode])


def excluded_checks():
    """What the schema cannot know: whether a row that a request names exists, and who is signed in."""
    from schemathesis.specs.openapi import checks

    return [checks.positive_data_acceptance, checks.ignored_auth]


def headers_of(user) -> dict[str, str]:
    return {} if user is None else {"Authorization": f"Token {issue_token(user=user)[0]}"}


@contextmanager
def rolled_back() -> Iterator[None]:
    """Take back what the block writes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
