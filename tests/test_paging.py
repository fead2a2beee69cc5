"""Pages neither overlap nor leave gaps, in any order, in both directions."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db.models import F
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from common.errors import Invalid
from common.rest.keyset import OffsetOrCursor
from tests.factories import make_organization, make_upload, make_user
from uploads.models import Upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def uploads():
    organization, owner = make_organization(), make_user()
    widths = [3, None, 1, 3, None, 2, 1]
    return [
        make_upload(owner, organization, size=size % 3 + 1, width=width, height=width)
        for size, width in enumerate(widths)
    ]


def page(queryset, **parameters):
    """The rows and the answer of one page."""
    request = Request(APIRequestFactory().get("/list/", parameters))
    pages = OffsetOrCursor()
    rows = pages.paginate_queryset(queryset, request)
    return rows, pages.get_paginated_response(rows).data


def walk(queryset, link, **parameters):
    """Every row, following `link` from the page that `parameters` ask for."""
    rows, body = page(queryset, **parameters)
    found = [rows]
    while body[link]:
        query = {name: values[0] for name, values in parse_qs(urlsplit(body[link]).query).items()}
        rows, body = page(queryset, **query)
        found.append(rows)
    return [row for rows in (found if link == "next" else reversed(found)) for row in rows], query


ORDERINGS = [
    ("-created_at", "-id"),
    ("size",),
    ("-size",),
    ("width",),
    ("-width",),
    ("size", "-width"),
    ("type", "id"),
    (F("width").desc(nulls_last=True),),
    ("uploaded_by__username", "size"),
    ("pk",),
]


@pytest.mark.parametrize("ordering", ORDERINGS, ids=str)
def test_cursors_and_offsets_walk_the_same_rows_in_the_same_order(uploads, ordering):
    rows = Upload.objects.order_by(*ordering)
    by_cursor, last = walk(rows, "next", cursor="", limit=2)
    by_offset, _ = walk(rows, "next", offset=0, limit=2)
    assert by_cursor == by_offset
    assert sorted(row.pk for row in by_cursor) == sorted(upload.pk for upload in uploads)
    backwards, _ = walk(rows, "previous", **last)
    assert backwards == by_cursor


@pytest.mark.parametrize("ordering", ["width", "-width"])
def test_empty_values_come_last(uploads, ordering):
    rows, _ = page(Upload.objects.order_by(ordering), limit=7)
    assert [row.width for row in rows][-2:] == [None, None]


def test_pages_of_plain_rows_are_like_those_of_instances(uploads):
    rows = Upload.objects.order_by("-size")
    plain, _ = walk(rows.values("id", "size"), "next", cursor="", limit=2)
    assert [row["id"] for row in plain] == [row.pk for row in walk(rows, "next", cursor="", limit=2)[0]]


def test_an_offset_page_has_a_count_and_links(uploads):
    rows, body = page(Upload.objects.all(), limit=2, offset=2)
    assert len(rows) == 2
    assert body["count"] == 7
    assert body["next"] == "http://testserver/list/?limit=2&offset=4"
    assert body["previous"] == "http://testserver/list/?limit=2&offset=0"


def test_a_page_past_the_end_is_empty_and_still_counts(uploads):
    rows, body = page(Upload.objects.all(), offset=50)
    assert rows == []
    assert body["count"] == 7
    assert body["next"] is None


def test_a_cursor_page_has_no_count(uploads):
    _, body = page(Upload.objects.all(), cursor="")
    assert sorted(body) == ["next", "previous", "results"]


def test_a_list_that_fits_on_its_page_is_counted_without_asking_the_database(uploads, django_assert_num_queries):
    with django_assert_num_queries(1):
        _, body = page(Upload.objects.all())
    assert body["count"] == 7


def test_a_cursor_page_costs_one_query_at_any_depth(uploads, django_assert_num_queries):
    _, last = walk(Upload.objects.all(), "next", cursor="", limit=2)
    with django_assert_num_queries(1):
        page(Upload.objects.all(), **last)


# FZ-03
@pytest.mark.parametrize("name", ["limit", "offset"])
@pytest.mark.parametrize("value", ["-1", "1.5", "x", "", "201e9", "NaN", "٣", "9" * 30, " 1", "+1", "\x00"])
def test_what_is_no_number_in_range_is_refused(uploads, name, value):
    with pytest.raises(Invalid) as refusal:
        page(Upload.objects.all(), **{name: value})
    assert refusal.value.attr == name


@pytest.mark.parametrize("limit", ["0", "201"])
def test_the_limit_is_from_one_to_two_hundred(uploads, limit):
    with pytest.raises(Invalid):
        page(Upload.objects.all(), limit=limit)


@pytest.mark.parametrize("cursor", ["x", "a:b", ":", "\x00", "é", "x" * 5000])
def test_a_made_up_cursor_is_refused(uploads, cursor):
    with pytest.raises(Invalid) as refusal:
        page(Upload.objects.all(), cursor=cursor)
    assert refusal.value.code == "invalid_cursor"


def test_a_cursor_of_another_ordering_is_refused(uploads):
    _, last = walk(Upload.objects.order_by("size"), "next", cursor="", limit=2)
    with pytest.raises(Invalid):
        page(Upload.objects.order_by("-size"), **last)


def test_a_cursor_and_an_offset_conflict(uploads):
    with pytest.raises(Invalid):
        page(Upload.objects.all(), cursor="", offset="1")


# FZ-07
@pytest.mark.parametrize("name", ["limit", "offset", "cursor"])
def test_a_page_is_asked_for_once(uploads, name):
    with pytest.raises(Invalid) as refusal:
        page(Upload.objects.all(), **{name: ["1", "2"]})
    assert refusal.value.code == "repeated_parameter"
