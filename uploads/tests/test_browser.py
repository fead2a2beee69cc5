"""The media browser, as the server makes it."""

import io
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


@pytest.mark.parametrize(
    "query", ["colour=red", "type=PICTURE", "created_after=yesterday", "ordering=random", "cursor=x"]
)
def test_an_address_that_means_nothing_is_said_to_and_shows_no_file(query, files, client):
    answer = client.get(f"{BROWSER}?{query}")
    assert answer.status_code == 400
    assert _ids(answer) == []
    assert "This list cannot be shown" in answer.content.decode()


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


def test_counts_of_an_address_that_means_nothing_are_400(client):
    assert client.get(f"{COUNTS}?colour=red").status_code == 400


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
    answer = client.post(ARCHIVE + posted.pop("query", ""), posted)
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
    assert _zip(client, query="?search=spring", all="1").namelist() == ["spring.png"]


def test_a_zip_of_an_address_that_means_nothing_is_refused(client):
    assert client.post(f"{ARCHIVE}?colour=red", {"all": "1"}).status_code == 400


def test_a_zip_of_too_many_files_is_refused_rather_than_cut(client, person, organization, monkeypatch):
    monkeypatch.setattr("uploads.admin.browser.archive.MOST_FILES", 1)
    for name in ("spring.png", "other.png"):
        _stored(person, organization, name, b"x")
    assert client.post(ARCHIVE, {"all": "1"}).status_code == 400
    assert _zip(client, query="?search=spring", all="1").namelist() == ["spring.png"]


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
