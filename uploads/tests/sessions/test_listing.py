"""`GET /upload-sessions/`: what is open and can be gone on with, or given up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from permissions.services.memberships import add_member
from tests.factories import client_for, make_member, make_organization
from tests.upload_calls import SESSIONS, jpeg, opened, uploaded
from uploads.models import UploadSession

pytestmark = pytest.mark.django_db


def listed(client, **parameters):
    answer = client.get(SESSIONS, parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()


def ids(client, **parameters):
    return [session["id"] for session in listed(client, **parameters)["results"]]


# FA-E5
def test_the_callers_open_sessions_are_listed_newest_first_as_a_read_shows_them(client):
    first, second = opened(client, b"x"), opened(client, b"x")
    page = listed(client, cursor="")
    assert [one["id"] for one in page["results"]] == [second["id"], first["id"]]
    assert set(page) == {"next", "previous", "results"}
    read = client.get(f"{SESSIONS}{first['id']}/").json()
    assert page["results"][1].keys() == read.keys()
    assert page["results"][1]["url"]


# FA-E5
def test_what_has_ended_is_not_listed(client):
    aborted, expired, left = opened(client, b"x"), opened(client, b"x"), opened(client, b"x")
    uploaded(client, jpeg())
    client.delete(f"{SESSIONS}{aborted['id']}/")
    UploadSession.objects.filter(pk=expired["id"]).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ids(client) == [left["id"]]


# FA-E5
def test_sessions_of_others_and_of_other_organizations_do_not_exist(organization, member):
    opened(client_for(make_member(organization, "Administrator")), b"x")
    elsewhere = make_organization("elsewhere")
    add_member(user=member, role=elsewhere.roles.get(name="Creator"))
    clients = [client_for(member, place) for place in (organization, elsewhere)]
    made = [opened(one, b"x")["id"] for one in clients]
    assert [ids(one) for one in clients] == [[one] for one in made]


# FA-E5
def test_the_list_is_paged_by_cursor(client):
    made = [opened(client, b"x")["id"] for _ in range(3)]
    page = listed(client, limit=2)
    following = client.get(page["next"]).json()
    assert [one["id"] for one in [*page["results"], *following["results"]]] == made[::-1]
    assert following["next"] is None


# FA-E5
def test_the_list_needs_a_signed_in_user_and_knows_no_other_parameter(client):
    assert client_for().get(SESSIONS).status_code == 401
    assert client.get(SESSIONS, {"state": "open"}).status_code == 400


# FA-E5
def test_the_list_costs_the_same_however_many_are_open(client, django_assert_max_num_queries):
    for _ in range(5):
        opened(client, b"x")
    with django_assert_max_num_queries(5):
        assert len(ids(client)) == 5
