"""Finding content."""

import pytest

from media_library.models import Content
from tests.factories import client_for, make_category, make_content, make_member, make_resource, make_upload

pytestmark = pytest.mark.django_db

LIST = "/api/v1/content/"


@pytest.fixture
def creator(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def client(creator):
    return client_for(creator)


@pytest.fixture
def contents(creator, organization):
    """Three, of rising age, price and number of tags."""
    yoga, food = make_category(organization, "Yoga"), make_category(organization, "Food")
    made = [
        make_content(creator, organization, title="Morning flow", category=yoga, price="0.00", tags=["a"]),
        make_content(creator, organization, title="Evening FLOW", category=yoga, price="9.99", tags=["a", "b"]),
        make_content(creator, organization, title="Bread", description="Flour", category=food, price="10.00"),
    ]
    Content.objects.filter(pk=made[1].pk).update(status="published", published_at=made[1].created_at)
    return made


def found(client, **parameters):
    answer = client.get(LIST, parameters)
    assert answer.status_code == 200, answer.content
    return [row["title"].split()[0] for row in answer.json()["results"]]


def test_filters_narrow_the_list(client, contents):
    first, second, third = contents
    assert found(client) == ["Bread", "Evening", "Morning"]
    assert found(client, status="published") == ["Evening"]
    assert found(client, status=["published", "draft"]) == ["Bread", "Evening", "Morning"]
    assert found(client, category=str(first.category_id)) == ["Evening", "Morning"]
    assert found(client, category=[str(first.category_id), str(third.category_id)], status="draft") == [
        "Bread",
        "Morning",
    ]
    assert found(client, tag="A") == ["Evening", "Morning"]
    assert found(client, tag=["a", "b"]) == ["Evening"]
    assert found(client, media_item=str(second.media_item_id)) == ["Evening"]
    assert found(client, search="flow") == ["Evening", "Morning"]
    assert found(client, search="flo bre") == ["Bread"]
    assert found(client, price_min="9.99") == ["Bread", "Evening"]
    assert found(client, price_max="9.99") == ["Evening", "Morning"]
    assert found(client, price_min="0.01", price_max="9.99") == ["Evening"]


BAD = [
    ("status", "ready"),
    ("category", "yoga"),
    ("media_item", "1"),
    ("price_min", "-1"),
    ("price_max", "1e3"),
    ("x", "1"),
]


# FZ-03
@pytest.mark.parametrize(("name", "value"), [*BAD, ("price_min", "NaN"), ("price_min", "1" * 30), ("deleted", "true")])
def test_what_no_filter_reads_is_refused(client, contents, name, value):
    assert client.get(LIST, {name: value}).status_code == 400


@pytest.mark.parametrize("column", ["created_at", "published_at", "price", "title"])
def test_every_order_pages_through_all_rows_by_offset_and_by_cursor(client, contents, column):
    whole = found(client, ordering=column)
    assert sorted(whole) == ["Bread", "Evening", "Morning"]
    assert column == "published_at" or found(client, ordering=f"-{column}") == whole[::-1]
    assert [found(client, ordering=column, limit=1, offset=at)[0] for at in range(3)] == whole
    address, walked = f"{LIST}?ordering={column}&limit=1&cursor=", []
    while address:
        page = client.get(address).json()
        assert "count" not in page
        walked += [row["title"].split()[0] for row in page["results"]]
        address = page["next"]
    assert walked == whole


# AD-11 of the API
def test_a_list_costs_the_same_number_of_queries_whatever_its_length_and_what_is_in_it(
    client, creator, organization, contents, content_types, django_assert_num_queries
):
    with django_assert_num_queries(3):
        assert len(client.get(LIST).json()["results"]) == 3
    documents = [make_resource(creator, organization) for _ in range(3)]
    for number in range(6):
        content = make_content(
            creator, organization, tags=["x", str(number)], custom_thumbnail=make_upload(creator, organization)
        )
        for document in documents:
            client.post(f"{LIST}{content.pk}/resources/", {"resource": str(document.pk)})
    with django_assert_num_queries(3):
        results = client.get(LIST).json()["results"]
    assert [len(row["resources"]) for row in results] == [3] * 6 + [0] * 3
    with django_assert_num_queries(3):
        assert client.get(f"{LIST}?cursor=").status_code == 200
