"""The table of access, asked cell by cell."""

import pytest
from django.db import transaction

from permissions.context import access_of
from tests.access_table import CALLERS, KINDS, TABLE, Place
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
