"""The media browser shows and counts what the list of the API holds."""

import json

import pytest

from tests.admin_cases import administrator
from tests.factories import client_for, make_upload
from uploads.admin.browser.query import PAGE
from uploads.tests.admin.browser.conftest import BAD_QUERIES, BROWSER, COUNTS, RESULTS

pytestmark = pytest.mark.django_db


def _ids(answer):
    return [file["id"] for file in answer.context["page"].files]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "type=VIDEO",
        "type=VIDEO&type=IMAGE",
        "visibility=PUBLIC",
        "tag=spring",
        "tag=spring&tag=press",
        "category=press",
        "in_use=true",
        "in_use=false",
        "search=spring",
        "size_min=500",
        "created_after=2020-01-01",
        "created_before=2020-01-01",
        "ordering=size",
        "ordering=-original_filename",
    ],
)
def test_the_browser_shows_the_files_of_the_list_of_the_api_in_its_order(query, files, client, person):
    listed = client_for(person).get(f"/api/v1/uploads/?{query}").json()["results"]
    assert _ids(client.get(f"{BROWSER}?{query}")) == [row["id"] for row in listed]


def test_files_that_one_may_not_see_are_not_shown_nor_counted(files, client):
    assert "Secret" not in client.get(BROWSER).content.decode()
    assert client.get(COUNTS).json()["total"] == 4


# FA-A1
@pytest.mark.parametrize("address", [BROWSER, RESULTS])
@pytest.mark.parametrize("query", [*BAD_QUERIES, "cursor=x"])
def test_an_address_that_means_nothing_is_said_to_and_shows_no_file(query, address, files, client):
    answer = client.get(f"{address}?{query}")
    assert answer.status_code == 400
    assert _ids(answer) == []
    assert "This list cannot be shown" in answer.content.decode()
    assert answer.context["listing"]["is_listed"] is False


# FA-A1
@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", {}),
        ("q=used", {"search": ["used"]}),
        ("search=used", {"search": ["used"]}),
        ("q=used&search=used", {"search": ["used"]}),
        ("q=&search=+&type=", {}),
        ("q=spring&tag=spring&tag=press", {"search": ["spring"], "tag": ["spring", "press"]}),
        ("in_use=false&view=list&ordering=size&size_min=1", {"in_use": ["false"], "size_min": ["1"]}),
    ],
)
@pytest.mark.parametrize("address", [BROWSER, RESULTS])
def test_the_page_is_told_the_filter_by_which_calls_reach_what_it_lists(address, query, told, files, client, person):
    answer = client.get(f"{address}?{query}")
    listing = answer.context["listing"]
    assert (listing["filter"], listing["is_listed"]) == (told, True)
    assert json.dumps(listing) in answer.content.decode()
    shown = _ids(answer)
    body = {"filter": listing["filter"], "count": len(shown), "add": ["seen"]}
    outcome = client_for(person).post("/api/v1/uploads/bulk-tags/", body).json()
    assert sorted([*outcome["updated"], *outcome["denied"]]) == sorted(shown)


def test_filtering_by_other_uploaders_needs_the_right_to_see_every_file(files, client, organization):
    query = f"?uploaded_by={files[3].uploaded_by_id}"
    assert client.get(BROWSER + query).status_code == 400
    assert len(_ids(administrator(organization).get(BROWSER + query))) == 2


@pytest.mark.parametrize("ordering", ["-created_at", "created_at", "size", "-original_filename", "type"])
def test_more_pages_follow_without_gap_or_repetition(ordering, organization, person, client):
    everything = {str(make_upload(person, organization).pk) for _ in range(PAGE + 7)}
    first = client.get(f"{BROWSER}?ordering={ordering}")
    second = client.get(RESULTS + first.context["page"].following)
    assert len(_ids(first)) == PAGE
    assert {*_ids(first), *_ids(second)} == everything
    assert len(_ids(second)) == 7
    assert second.context["page"].following == ""


def test_the_page_after_a_cursor_is_the_files_alone(organization, person, client):
    for _ in range(PAGE + 1):
        make_upload(person, organization)
    more = client.get(RESULTS + client.get(BROWSER).context["page"].following).content.decode()
    assert "data-files" in more
    assert "<html" not in more


def test_counts_are_those_of_the_lists_they_lead_to(files, client, person):
    counts = client.get(f"{COUNTS}?type=IMAGE").json()
    api = client_for(person)

    def listed(query):
        return api.get(f"/api/v1/uploads/?{query}").json()["count"]

    assert counts["total"] == listed("type=IMAGE")
    assert counts["type"]["VIDEO"] == listed("type=VIDEO")
    assert counts["visibility"]["PUBLIC"] == listed("type=IMAGE&visibility=PUBLIC")
    assert counts["in_use"]["true"] == listed("type=IMAGE&in_use=true")
    assert {row["value"]: row["count"] for row in counts["tag"]} == {"spring": 2, "press": 1}
    assert {row["value"]: row["count"] for row in counts["category"]} == {"press": 1}


# AD-02
def test_uploaders_are_counted_only_for_those_who_see_every_file(files, client, organization):
    assert client.get(COUNTS).json()["uploaded_by"] == []
    people = administrator(organization).get(COUNTS).json()["uploaded_by"]
    assert {row["count"] for row in people} == {2, 3}


# FA-A1
@pytest.mark.parametrize("query", BAD_QUERIES)
def test_counts_of_an_address_that_means_nothing_are_400(query, client):
    assert client.get(f"{COUNTS}?{query}").status_code == 400


# FA-A1
def test_a_total_that_is_not_exact_says_so(client, person, organization, monkeypatch):
    monkeypatch.setattr("uploads.admin.browser.counts.COUNTED", 2)
    for number in range(4):
        counts = client.get(COUNTS).json()
        assert (counts["total"] <= counts["most"]) == (number <= 2)
        make_upload(person, organization)
