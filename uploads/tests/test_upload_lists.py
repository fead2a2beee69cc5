"""Finding uploads: lists, filters, search, ordering, pages, the trash."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from permissions.choices import Permission, Visibility
from tests.factories import (
    client_for,
    make_member,
    make_member_with,
    make_organization,
    make_role,
    make_upload,
    make_user,
    put_tag,
)
from uploads.choices import UploadType
from uploads.models import Usage

pytestmark = pytest.mark.django_db

LIST = "/api/v1/uploads/"
TRASH = "/api/v1/uploads/trash/"


@pytest.fixture
def member(organization):
    return make_member(organization)


def names(response):
    assert response.status_code == 200, response.json()
    return [row["original_filename"] for row in response.json()["results"]]


def code_of(response):
    return response.status_code, response.json()["errors"][0]["code"]


def test_a_list_is_newest_first_and_counted(organization, member):
    now = timezone.now()
    for hours in (2, 1, 3):
        make_upload(member, organization, original_filename=str(hours), created_at=now - timedelta(hours=hours))
    response = client_for(member).get(LIST)
    assert names(response) == ["1", "2", "3"]
    assert response.json()["count"] == 3
    assert response.json()["next"] is None


def test_a_list_needs_media_view(organization):
    user = make_member_with(organization, Permission.MEDIA_UPLOAD)
    assert client_for(user).get(LIST).status_code == 403


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type=IMAGE", "ab"),
        ("type=IMAGE&type=VIDEO", "abc"),
        ("visibility=PUBLIC", "c"),
        ("mime_type=video/mp4", "c"),
        ("mime_type=video/mp4&mime_type=image/png", "abc"),
        ("category=press", "b"),
        ("category=", "acd"),
        ("tag=sea", "ab"),
        ("tag=SEA&tag=Sun", "b"),
        ("tag=nothing", ""),
        ("size_min=20", "bcd"),
        ("size_max=20", "ab"),
        ("size_min=20&size_max=30", "bc"),
        ("in_use=true", "d"),
        ("in_use=false", "abc"),
        ("created_after=2026-01-03", "cd"),
        ("created_before=2026-01-03T00:00:00Z", "ab"),
        ("created_after=2026-01-02T01:00:00%2B01:00&created_before=2026-01-03", "b"),
        ("type=IMAGE&tag=sun", "b"),
        ("ordering=size", "abcd"),
        ("ordering=-size", "dcba"),
        ("ordering=original_filename", "abcd"),
        ("ordering=-original_filename", "dcba"),
        ("ordering=created_at", "abcd"),
        ("ordering=type", "dabc"),
        ("ordering=-type&limit=1", "c"),
    ],
)
def test_filters_and_orderings(organization, member, query, expected):
    def day(number):
        return datetime(2026, 1, number, tzinfo=UTC)

    def make(name, number, **fields):
        return make_upload(
            member, organization, original_filename=name, created_at=day(number), size=number * 10, **fields
        )

    make("a", 1, tags=["Sea"])
    make("b", 2, tags=["sea", "sun"], category="press")
    make("c", 3, type=UploadType.VIDEO, mime_type="video/mp4", visibility=Visibility.PUBLIC)
    make("d", 4, type=UploadType.DOCUMENT, mime_type="application/pdf", usage_count=1)
    found = names(client_for(member).get(f"{LIST}?{query}"))
    assert "".join(found if "ordering" in query else sorted(found)) == expected


# TI-08
@pytest.mark.parametrize(
    "query",
    [
        "typ=IMAGE",
        "type=image",
        "type=",
        "type=IMAGE&type=nonsense",
        "visibility=SECRET",
        "uploaded_by=me",
        "size_min=-1",
        "size_min=1e3",
        "size_min=9223372036854775808",
        "size_min=%D9%A3",
        "size_min=1&size_min=2",
        "in_use=maybe",
        "created_after=yesterday",
        "created_after=2026-13-01",
        "created_before=0001-01-01T00:00:00%2B23:59",
        "search=a%00b",
        "search=a&search=b",
        f"search={'x' * 501}",
        "ordering=uploaded_by__email",
        "ordering=-uploaded_by__password",
        "ordering=organization",
        "ordering=usage_count",
        "ordering=",
        "ordering=size,type",
        "limit=0",
        "limit=201",
        "offset=-1",
        "cursor=nonsense",
        "organization=1",
        "tag=" + "&tag=".join("abc" for _ in range(101)),
    ],
)
def test_what_is_not_a_parameter_or_not_a_value_is_refused(member, query):
    response = client_for(member).get(f"{LIST}?{query}")
    assert response.status_code == 400
    assert response.json()["type"] == "validation_error"


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ÉTÉ", True),
        ("plage", True),
        ("plage ÉTÉ", True),
        ("plage hiver", False),
        ("ΣΊΣΥΦΟΣ", True),
        ("strasse", True),
        ("istanbul", True),
        ("100%", True),
        ("100_", False),
        ("1%0", False),
        ("a\\b", True),
        ("wave", True),
        ("", True),
        ("   ", True),
        ("x" * 40, False),
    ],
)
def test_a_search_finds_every_word_in_any_script_and_takes_wildcards_literally(organization, member, search, found):
    make_upload(
        member,
        organization,
        original_filename="été.png",
        title="La Plage 100%",
        description="Σίσυφος, Straße, İSTANBUL, a\\b",
        tags=["Wave"],
    )
    assert bool(names(client_for(member).get(LIST, {"search": search}))) is found


def test_a_search_never_matches_across_two_fields(organization, member):
    make_upload(member, organization, title="red", description="car")
    assert names(client_for(member).get(LIST, {"search": "redcar"})) == []


def test_following_the_cursor_shows_every_row_once_in_order(organization, member):
    for number in range(7):
        make_upload(member, organization, original_filename=str(number), size=10)  # equal sizes: the id decides
    client, url, seen = client_for(member), f"{LIST}?cursor=&limit=3&ordering=-size", []
    while url:
        answer = client.get(url).json()
        assert "count" not in answer
        seen += [row["original_filename"] for row in answer["results"]]
        url = answer["next"]
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


def test_offset_pages_keep_the_filters_in_their_links(organization, member):
    for number in range(3):
        make_upload(member, organization, original_filename=str(number))
    answer = client_for(member).get(f"{LIST}?limit=1&offset=1&type=IMAGE").json()
    assert answer["count"] == 3
    assert "type=IMAGE" in answer["next"]
    assert "offset=2" in answer["next"]


def test_whose_files_there_are_is_told_only_to_those_who_see_everything(organization, member):
    other = make_member(organization)
    make_upload(other, organization, original_filename="theirs", visibility=Visibility.PUBLIC)
    make_upload(member, organization, original_filename="mine")
    client = client_for(member)
    assert code_of(client.get(LIST, {"uploaded_by": str(other.pk)})) == (403, "permission_denied")
    assert names(client.get(LIST, {"uploaded_by": str(member.pk)})) == ["mine"]
    admin = client_for(make_member(organization, "Administrator"))
    assert names(admin.get(LIST, {"uploaded_by": str(other.pk)})) == ["theirs"]
    assert client_for().get(LIST, {"uploaded_by": str(other.pk)}).status_code == 401


@pytest.mark.parametrize("rows", [1, 6])
def test_a_list_costs_the_same_number_of_queries_whatever_its_length(
    organization, rows, django_assert_num_queries, member
):
    role = make_role(organization)
    for number in range(rows):
        upload = make_upload(
            make_member(organization),
            organization,
            tags=["a", f"b{number}"],
            allowed_roles=[role],
            has_thumbnail=True,
            visibility=Visibility.PUBLIC,
        )
        Usage.objects.create(upload=upload, entity_type="page", entity_id="1")
    client = client_for(member)
    # token and user, memberships, the page; tags, roles, avatars, people of the page.
    with django_assert_num_queries(7):
        assert len(names(client.get(f"{LIST}?cursor=&limit=50"))) == rows
    with django_assert_num_queries(7 if rows == 1 else 8):  # a page with more after it is counted
        client.get(f"{LIST}?limit=5")


def test_a_detail_costs_a_constant_number_of_queries(organization, member, django_assert_num_queries):
    upload = make_upload(member, organization, tags=["a", "b", "c"], allowed_roles=[make_role(organization)])
    for number in range(5):
        Usage.objects.create(upload=upload, entity_type="page", entity_id=str(number))
    client = client_for(member)
    with django_assert_num_queries(10):
        answer = client.get(f"{LIST}{upload.pk}/")
    assert len(answer.json()["used_in"]) == 5
    assert answer["ETag"].startswith('"')


def test_the_etag_of_a_detail_changes_with_the_row(organization, member):
    upload = make_upload(member, organization)
    client = client_for(member)
    before = client.get(f"{LIST}{upload.pk}/")["ETag"]
    assert client.get(f"{LIST}{upload.pk}/")["ETag"] == before
    upload.updated_at += timedelta(microseconds=1)
    upload.save()
    assert client.get(f"{LIST}{upload.pk}/")["ETag"] != before


def deleted(owner, organization, name, **fields):
    return make_upload(owner, organization, original_filename=name, deleted_at=timezone.now(), **fields)


def test_the_trash_shows_own_files_or_all_by_what_one_may_delete(organization):
    creator = make_member(organization, "Creator")
    deleted(creator, organization, "mine")
    deleted(make_member(organization), organization, "theirs", visibility=Visibility.PUBLIC)
    make_upload(creator, organization, original_filename="live")
    assert names(client_for(creator).get(TRASH)) == ["mine"]
    assert names(client_for(make_member(organization, "Administrator")).get(TRASH)) == ["theirs", "mine"]


def test_the_trash_is_closed_to_those_who_may_delete_nothing(organization, member):
    assert client_for(member).get(TRASH).status_code == 403
    assert client_for().get(TRASH).status_code == 401


def test_the_trash_takes_the_same_filters_and_hides_what_is_being_purged(organization):
    creator = make_member(organization, "Creator")
    deleted(creator, organization, "a", tags=["sea"])
    deleted(creator, organization, "b")
    deleted(creator, organization, "c", purging_at=timezone.now())
    client = client_for(creator)
    assert names(client.get(TRASH, {"tag": "sea"})) == ["a"]
    assert names(client.get(TRASH)) == ["b", "a"]
    assert names(client.get(TRASH, {"ordering": "original_filename"})) == ["a", "b"]
    assert client.get(TRASH, {"nonsense": "1"}).status_code == 400


def test_deleted_files_are_in_no_list_and_unknown_as_details(organization, member):
    upload = deleted(member, organization, "gone")
    client = client_for(member)
    assert names(client.get(LIST)) == []
    assert client.get(f"{LIST}{upload.pk}/").status_code == 404


def test_methods_that_are_not_declared_are_refused(organization, member):
    assert client_for(member).put(LIST).status_code == 405


def test_tags_suggest_only_words_on_files_one_may_see(organization, member):
    # TI-10
    make_upload(member, organization, tags=["Mine"])
    hidden = make_upload(make_user(), organization, tags=["Secret", "mine"])
    put_tag(hidden, "Other secret")
    client = client_for(member)
    assert [tag["name"] for tag in client.get("/api/v1/tags/").json()["results"]] == ["Mine"]
    assert client.get("/api/v1/tags/", {"search": "SECRET"}).json()["count"] == 0
    assert client.get("/api/v1/tags/", {"search": "MI"}).json()["count"] == 1
    admin = client_for(make_member(organization, "Administrator"))
    assert admin.get("/api/v1/tags/", {"search": "secret"}).json()["count"] == 2
    assert client.get("/api/v1/tags/", {"nonsense": "1"}).status_code == 400


def test_tags_of_another_organization_are_never_suggested(organization, member):
    # TI-11
    other = make_organization()
    make_upload(make_member(other), other, tags=["theirs"], visibility=Visibility.PUBLIC)
    make_upload(member, organization, tags=["ours"])
    found = client_for(member).get("/api/v1/tags/").json()["results"]
    assert [tag["name"] for tag in found] == ["ours"]
    make_upload(member, organization, tags=["theirs"])
    assert client_for(member).get("/api/v1/tags/", {"search": "theirs"}).json()["count"] == 1
