"""A call by filter is about the number of files that its caller was shown."""

import pytest

from tests.factories import make_member, make_upload
from uploads.models import Activity, Upload
from uploads.tests.files.bulk.conftest import LIST, bulk, ids, refusal

pytestmark = pytest.mark.django_db

BODIES = {
    "delete": {},
    "restore": {},
    "tags": {"add": ["sea"]},
    "visibility": {"visibility": "PUBLIC"},
}
DONE = {"delete": "deleted", "restore": "restored", "tags": "updated", "visibility": "updated"}
every_call = pytest.mark.parametrize("what", BODIES)


@pytest.fixture
def listed(client, files, owner, organization):
    """A function: the three files that a call is about, in the trash where it is one that restores."""
    make_upload(owner, organization, title="Another", type="DOCUMENT")

    def prepare(what):
        if what == "restore":
            bulk(client, "delete", files)
        return {"type": ["IMAGE"]}

    return prepare


def _state():
    return list(Upload.everything.order_by("pk").values()), Activity.objects.count()


# FA-A1
@every_call
@pytest.mark.parametrize(
    "given", [{}, {"count": None}, {"count": "three"}, {"count": -1}, {"count": True}, {"count": 10**30}]
)
def test_a_filter_without_a_number_is_refused(client, listed, what, given):
    chosen = listed(what)
    before = _state()
    answer = bulk(client, what, None, filter=chosen, **given, **BODIES[what])
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "count")
    assert _state() == before


# FA-A1
@every_call
@pytest.mark.parametrize("shown", [0, 2, 4, 10_000_000])
def test_another_number_than_was_shown_is_refused_and_both_are_named(client, listed, what, shown):
    chosen = listed(what)
    before = _state()
    answer = bulk(client, what, None, filter=chosen, count=shown, **BODIES[what])
    assert refusal(answer) == (409, "selection_changed", "count")
    error = answer.json()["errors"][0]
    assert error["items"] == [{"shown": shown, "matching": 3}]
    assert f"{shown:,} files were shown, 3 match now" in error["detail"]
    assert _state() == before


# FA-A1
@every_call
def test_the_number_that_was_shown_is_acted_on(client, listed, files, what):
    answer = bulk(client, what, None, filter=listed(what), count=3, **BODIES[what])
    assert answer.status_code == 200
    done = answer.json()[DONE[what]]
    assert (done if isinstance(done, int) else len(done)) == 3
    assert not Upload.everything.filter(title="Another").exclude(visibility="PRIVATE", deleted_at=None).exists()


# FA-A1
@every_call
def test_a_file_that_came_in_after_the_list_was_shown_stops_the_call(client, listed, owner, organization, what):
    chosen = listed(what)
    address = f"{LIST}trash/" if what == "restore" else LIST
    shown = client.get(address, chosen).json()["count"]
    late = make_upload(owner, organization, title="Late")
    if what == "restore":
        bulk(client, "delete", [late])
    before = _state()
    assert bulk(client, what, None, filter=chosen, count=shown, **BODIES[what]).status_code == 409
    assert _state() == before


# FA-A1
@every_call
def test_a_filter_that_matches_nothing_does_nothing_when_nothing_was_shown(client, files, what):
    before = _state()
    answer = bulk(client, what, None, filter={"type": "AUDIO"}, count=0, **BODIES[what])
    assert answer.status_code == 200
    assert _state() == before


# FA-A1
@every_call
def test_ids_take_no_number(client, files, what):
    before = _state()
    answer = bulk(client, what, files, count=3, **BODIES[what])
    assert refusal(answer) == (400, "ids_or_filter", "count")
    assert _state() == before


# FA-A1
def test_files_that_the_caller_sees_and_may_not_change_count_among_those_shown(client, files, organization):
    theirs = make_upload(make_member(organization), organization, visibility="PUBLIC")
    answer = bulk(client, "delete", None, filter={}, count=4).json()
    assert (len(answer["deleted"]), answer["denied"]) == (3, ids(theirs))
