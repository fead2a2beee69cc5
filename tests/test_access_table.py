"""The table of access, asked cell by cell."""

import pytest
from django.db import transaction

from permissions.authentication.tokens import issue_named_token
from permissions.context import access_of
from tests.access_answers import CALLERS, KINDS
from tests.access_table import TABLE, UPLOAD, Place, Way, listed, outcome
from tests.reading_client import ReadingClient
from uploads.admin.chooser import choosable

pytestmark = pytest.mark.django_db


# VM-10, VM-01, VM-02, VM-03, PM-07
@pytest.mark.parametrize("kind", KINDS)
def test_every_cell_of_the_table_is_what_a_caller_gets(kind):
    place, wrong = Place(kind), []
    for way in TABLE:
        expected = way.answers[kind].split()
        assert len(expected) == len(CALLERS), way
        for caller, cell in zip(CALLERS, expected, strict=True):
            with transaction.atomic():
                said = way.ask(place, caller)
                transaction.set_rollback(True)
            if said != cell:
                wrong.append(f"{way} of a {kind} file, asked by {caller}: {said}, not {cell}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_offers_the_files_that_the_list_shows(kind):
    """The line of the table for what is no address: the field that holds a file. Forms are for signed-in people."""
    place = Place(kind)
    (line,) = (way.answers[kind].split() for way in TABLE if str(way) == "GET /api/v1/uploads/")
    for caller, cell in zip(CALLERS, line, strict=True):
        if (person := place.people[caller]) is not None:
            offered = choosable(access_of(person)).contains(place.upload)
            assert ("in" if offered else "out") == cell, caller


# Tokens of the owner of a PRIVATE file, by their scope: what the owner may do, and never more.
SCOPES = ("full", "read", ["media_view"], ["media_upload"], ["media_view_all", "media_edit_all"])
TOKEN_TABLE = [
    Way("GET", UPLOAD, {"PRIVATE": "200 200 200 403 403"}),
    Way("GET", "/api/v1/uploads/", {"PRIVATE": "in in in 403 403"}, said=listed),
    Way("GET", UPLOAD + "usages/", {"PRIVATE": "200 200 200 403 403"}),
    Way("GET", UPLOAD + "activity/", {"PRIVATE": "200 403 403 403 403"}),
    Way("GET", UPLOAD + "access/", {"PRIVATE": "200 403 403 403 403"}),
    Way("GET", "/api/v1/upload-sessions/", {"PRIVATE": "200 403 403 200 403"}),
    Way("GET", "/api/v1/media-items/{id}/playback/", {"PRIVATE": "200 200 200 403 403"}),
    Way("GET", "/api/v1/me/", {"PRIVATE": "200 200 200 200 200"}),
    Way("GET", "/files/{id}/{name}", {"PRIVATE": "200 200 200 403 403"}),
    Way("PATCH", UPLOAD, {"PRIVATE": "200 403 403 403 403"}, {"title": "New"}),
    Way("POST", UPLOAD + "share-links/", {"PRIVATE": "201 403 403 403 403"}, {}),
    Way("POST", UPLOAD + "usages/", {"PRIVATE": "201 403 403 403 403"}, {"entity_type": "page", "entity_id": "2"}),
    Way("DELETE", UPLOAD + "?force=true", {"PRIVATE": "204 403 403 403 403"}),
    Way(
        "POST",
        "/api/v1/uploads/bulk-delete/",
        {"PRIVATE": "deleted 403 denied denied denied"},
        {"ids": ["{id}"], "force": True},
        outcome,
    ),
    Way("POST", "/api/v1/upload-sessions/", {"PRIVATE": "400 403 403 400 403"}, {}),
    Way("PATCH", "/api/v1/me/", {"PRIVATE": "200 403 403 403 403"}, {"display_name": "New"}),
]


# FA-E3
def test_every_cell_of_the_table_is_what_a_token_gets():
    place, wrong = Place("PRIVATE"), []
    for scope in SCOPES:
        token, _ = issue_named_token(user=place.people["owner"], name="CI", scope=scope)
        place.clients[str(scope)] = ReadingClient(HTTP_AUTHORIZATION=f"Token {token}")
    for way in TOKEN_TABLE:
        for scope, cell in zip(SCOPES, way.answers["PRIVATE"].split(), strict=True):
            with transaction.atomic():
                said = way.ask(place, str(scope))
                transaction.set_rollback(True)
            if said != cell:
                wrong.append(f"{way} with a token of {scope}: {said}, not {cell}")
    assert not wrong, "\n".join(wrong)
