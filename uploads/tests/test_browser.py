"""The media browser, as the server makes it."""

import io
import json
from itertools import pairwise
from zipfile import ZipFile

import pytest
from django.core.files.storage import storages

from permissions.choices import Permission, Visibility
from tests.admin_cases import administrator, signed_in, staff, superuser
from tests.factories import client_for, make_member, make_organization, make_upload
from uploads.admin.browser.archive import distinct_names, zipped
from uploads.admin.browser.page import PAGE
from uploads.choices import UploadType
from uploads.models import Upload
from uploads.services.usages import record_usage

pytestmark = pytest.mark.django_db

BROWSER = "/admin/uploads/upload/"
BAD_QUERIES = [
    "colour=red",
    "colour=",
    "Search=red",
    "type=PICTURE",
    "type=IMAGE&type=PICTURE",
    "q=red&search=blue",
    "q=red&q=blue",
    "created_after=yesterday",
    "in_use=maybe",
    "size_min=-1",
    "ordering=random",
]
RESULTS, COUNTS, ARCHIVE = (f"{BROWSER}browse/{part}/" for part in ("results", "counts", "archive"))


@pytest.fixture
def person(organization):
    return make_member(organization, "Creator", is_staff=True)


@pytest.fixture
def client(person):
    return signed_in(person)


@pytest.fixture
def files(organization, person):
    """Files of two people that differ in everything one can filter by."""
    other = make_member(organization)
    used = make_upload(person, organization, title="Used", tags=["spring"], category="press")
    record_usage(upload_id=used.pk, entity_type="page", entity_id="1")
    return [
        used,
        make_upload(person, organization, title="Film", type=UploadType.VIDEO, mime_type="video/mp4", size=900),
        make_upload(person, organization, title="Open", visibility=Visibility.PUBLIC, tags=["spring", "press"]),
        make_upload(other, organization, title="Theirs", visibility=Visibility.PUBLIC),
        make_upload(other, organization, title="Secret"),
    ]


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


def test_every_filter_in_force_is_a_chip_that_takes_it_away(files, client):
    chips = client.get(f"{BROWSER}?tag=spring&tag=press&visibility=PUBLIC").context["chips"]
    assert [chip.text for chip in chips] == ["Tag: spring", "Tag: press", "Public"]
    assert chips[0].without == "?tag=press&visibility=PUBLIC&view=grid"


# AD-02
def test_a_chip_does_not_name_somebody_from_elsewhere(organization):
    stranger = make_member(make_organization(), username="stranger-elsewhere")
    page = administrator(organization).get(f"{BROWSER}?uploaded_by={stranger.pk}").content.decode()
    assert "stranger-elsewhere" not in page
    assert "By somebody" in page


def test_the_view_is_remembered_and_the_address_wins(client):
    client.cookies["library_view"] = "list"
    assert client.get(BROWSER).context["state"].view == "list"
    assert client.get(f"{BROWSER}?view=grid").context["state"].view == "grid"


def test_who_may_only_look_is_offered_neither_upload_nor_change(organization, files):
    page = staff(organization, Permission.MEDIA_VIEW).get(BROWSER).content.decode()
    assert "Theirs" in page
    for offered in ("data-upload-open", 'data-action="edit"', 'data-action="delete"'):
        assert offered not in page


def test_the_owner_is_offered_change_and_deletion(client, files):
    card = client.get(f"{BROWSER}?search=used").content.decode()
    assert 'data-action="edit"' in card
    assert 'data-may="edit delete share"' in card


def test_whoever_may_not_use_the_library_is_told_what_is_missing(organization, files):
    answer = staff(organization, Permission.MEDIA_EDIT_ALL).get(BROWSER)
    assert answer.status_code == 403
    assert "None of your roles" in answer.content.decode()
    assert "Theirs" not in answer.content.decode()


def test_an_empty_library_says_so_and_offers_to_upload(client):
    page = client.get(BROWSER).content.decode()
    assert "No files yet" in page
    assert "Upload files" in page


def test_a_search_without_result_does_not_say_that_there_are_no_files(client, files):
    page = client.get(f"{BROWSER}?search=nowhere").content.decode()
    assert "No file matches" in page
    assert "No files yet" not in page


def test_names_are_text_whatever_they_hold(client, person, organization):
    make_upload(person, organization, title='"><script>alert(1)</script>')
    for view in ("grid", "list"):
        assert "<script>alert" not in client.get(f"{BROWSER}?view={view}").content.decode()


def test_a_superuser_who_acts_everywhere_sees_whose_each_file_is(organization, person):
    make_upload(person, organization)
    assert f'data-organization="{organization.slug}"' in superuser().get(BROWSER).content.decode()


# AD-10
def test_pictures_and_films_are_shown_from_the_place_that_checks_access(client, files):
    for file in client.get(BROWSER).context["page"].files:
        assert file["url"].startswith(f"http://testserver/files/{file['id']}/")


# AD-11
@pytest.mark.parametrize(("address", "queries"), [(BROWSER, 9), (RESULTS, 8), (COUNTS, 8)])
def test_parts_cost_the_same_number_of_queries_whatever_their_length(
    address, queries, organization, django_assert_num_queries
):
    for number in range(12):
        make_upload(make_member(organization), organization, tags=[f"tag {number}"])
    client = administrator(organization)
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


# Zips


def _zip(client, **posted):
    answer = client.post(ARCHIVE, posted)
    assert answer.status_code == 200
    return ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def _stored(owner, organization, name, content, **fields):
    return make_upload(owner, organization, original_filename=name, content=content, **fields)


def test_chosen_files_come_as_one_zip_under_names_of_their_own(client, person, organization):
    uploads = [_stored(person, organization, "a.png", content) for content in (b"one", b"two")]
    archive = _zip(client, ids=",".join(str(upload.pk) for upload in uploads))
    assert archive.testzip() is None
    assert {archive.read(name) for name in archive.namelist()} == {b"one", b"two"}
    assert set(archive.namelist()) == {"a.png", "a (2).png"}


def test_a_zip_holds_only_what_one_may_see(client, person, organization):
    own = _stored(person, organization, "own.png", b"own")
    hidden = _stored(make_member(organization), organization, "hidden.png", b"hidden")
    foreign = make_organization()
    elsewhere = _stored(make_member(foreign), foreign, "foreign.png", b"x", visibility=Visibility.PUBLIC)
    trashed = _stored(person, organization, "trashed.png", b"trashed")
    Upload.objects.filter(pk=trashed.pk).update(deleted_at=trashed.created_at)
    archive = _zip(client, ids=f"{own.pk},{hidden.pk},{elsewhere.pk},{trashed.pk},nonsense")
    assert archive.namelist() == ["own.png"]


def test_all_that_match_come_as_one_zip(client, person, organization):
    _stored(person, organization, "spring.png", b"1", title="spring")
    _stored(person, organization, "other.png", b"2", title="other")
    shown = client.get(f"{BROWSER}?q=spring").context["listing"]["filter"]
    assert _zip(client, filter=json.dumps(shown), count=1).namelist() == ["spring.png"]


# FA-A1
@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"ids": ""},
        {"all": "1"},
        {"filter": '{"colour": ["red"]}', "count": "1"},
        {"filter": "{}"},
        {"filter": "{}", "count": "-1"},
        {"filter": "[]", "count": "1"},
        {"filter": "{", "count": "1"},
        {"filter": "[" * 100_000, "count": "1"},
        {"filter": '{"search": [{}]}', "count": "1"},
    ],
)
def test_a_zip_of_what_means_nothing_is_refused(posted, client, files):
    assert client.post(ARCHIVE, posted).status_code == 400


# FA-A1
@pytest.mark.parametrize("is_check", [True, False])
def test_a_zip_of_another_number_of_files_than_was_shown_is_refused(is_check, client, person, organization):
    _stored(person, organization, "one.png", b"x")
    posted = {"filter": "{}", "count": "2", **({"check": "1"} if is_check else {})}
    answer = client.post(ARCHIVE, posted)
    assert answer.status_code == 409
    assert "2 files were shown, 1 matches now" in answer.content.decode()
    posted["count"] = "1"
    assert client.post(ARCHIVE, posted).status_code == (204 if is_check else 200)


def test_a_zip_of_too_many_files_is_refused_rather_than_cut(client, person, organization, monkeypatch):
    monkeypatch.setattr("uploads.admin.browser.archive.MOST_FILES", 1)
    for name in ("spring.png", "other.png"):
        _stored(person, organization, name, b"x")
    assert client.post(ARCHIVE, {"filter": "{}", "count": 2}).status_code == 400
    assert _zip(client, filter='{"search": "spring"}', count=1).namelist() == ["spring.png"]


def test_a_file_whose_bytes_are_gone_is_named_and_the_others_come(client, person, organization):
    there = _stored(person, organization, "there.png", b"there")
    gone = _stored(person, organization, "gone.png", b"gone")
    storages[gone.storage].remove([gone.key])
    archive = _zip(client, ids=f"{there.pk},{gone.pk}")
    assert archive.read("there.png") == b"there"
    assert archive.read("files that could not be read.txt") == b"gone.png"


def test_a_zip_is_read_a_little_at_a_time(person, organization, monkeypatch):
    upload = _stored(person, organization, "large.bin", b"x")
    read = []

    def chunks(key):
        for number in range(50):
            read.append(number)
            yield bytes(100_000)

    monkeypatch.setattr(storages[upload.storage], "read", chunks)
    ahead = [len(read) for _ in zipped([(upload.storage, upload.key, "large.bin")])]
    assert all(after - before <= 2 for before, after in pairwise(ahead))
    assert read == list(range(50))


def test_zips_need_a_post(client):
    assert client.get(ARCHIVE).status_code == 405


@pytest.mark.parametrize(
    ("names", "distinct"),
    [
        (["a.png", "b.png"], ["a.png", "b.png"]),
        (["a.png", "A.PNG", "a.png"], ["a.png", "A (2).PNG", "a (3).png"]),
        (["a (2).png", "a.png", "a.png"], ["a (2).png", "a.png", "a (3).png"]),
        ([".env", ".env", "notes", "notes"], [".env", ".env (2)", "notes", "notes (2)"]),
    ],
)
def test_names_in_a_zip_are_distinct_on_every_system(names, distinct):
    assert distinct_names(names) == distinct


# FA-E8
@pytest.mark.parametrize("view", ["grid", "list"])
def test_a_title_does_not_hide_the_name_of_the_file(organization, view):
    member = make_member(organization, "Administrator", is_staff=True)
    make_upload(member, organization, title="Harbour", original_filename="DSC_0042.png")
    make_upload(member, organization, original_filename="untitled.png")
    body = signed_in(member).get(f"{BROWSER}?view={view}").content.decode()
    assert 'title="Harbour (DSC_0042.png)"' in body
    assert ">DSC_0042.png<" in body
    assert body.count(">untitled.png<") == 1


@pytest.mark.parametrize(
    ("granted", "listed"),
    [
        ([], set()),
        ([Permission.VIEW_CONTENT], {"content"}),
        ([Permission.VIEW_LIBRARY_RESOURCE, Permission.VIEW_MEMBERSHIP], {"library_resource", "user"}),
    ],
)
def test_forms_of_places_of_use_are_told_to_those_who_may_look_there(granted, listed, organization):
    page = staff(organization, Permission.MEDIA_VIEW, *granted).get(BROWSER)
    lists = json.loads(page.context["entity_lists"])
    assert set(lists) == listed
    assert all(address.startswith("/admin/") for address in lists.values())
