import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.batches import batches
from common.db.iterate import delete_in_batches, iterate

pytestmark = pytest.mark.django_db

KEYS = [("a", "y"), ("a", "z"), ("b", "x"), ("c", "a"), ("c", "b")]


@pytest.fixture(autouse=True)
def rows():
    """Five rows whose order by primary key is not the one by their two unique fields."""
    ContentType.objects.all().delete()
    for label, model in [KEYS[number] for number in (3, 0, 4, 2, 1)]:
        ContentType.objects.create(app_label=label, model=model)
    return ContentType.objects.all()


@pytest.mark.parametrize("size", [1, 2, 5, 7])
def test_every_row_comes_once_in_order_of_its_primary_key(rows, size):
    assert [row.pk for row in iterate(rows, size=size)] == sorted(row.pk for row in rows)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_fields_that_are_unique_together_order_the_rows(rows, size):
    by = ("app_label", "model")
    assert [(row.app_label, row.model) for row in iterate(rows, by=by, size=size)] == KEYS
    assert list(iterate(rows.values_list(*by), by=by, size=size)) == KEYS
    assert [row["model"] for row in iterate(rows.values(*by), by=by, size=size)] == [model for _, model in KEYS]


def test_each_page_is_one_query_that_waits_until_its_first_row_is_asked_for(rows):
    with CaptureQueriesContext(connection) as queries:
        pages = batches(iterate(rows, size=2), 2)
        assert len(queries) == 0
        assert [len(next(pages)) for _ in range(2)] == [2, 2]
        assert len(queries) == 2
        assert [len(page) for page in pages] == [1]
        assert len(queries) == 3  # a page that is short is the last one


def test_rows_that_the_caller_deletes_on_the_way_hide_none(rows):
    for page in batches(iterate(rows, size=2), 2):
        rows.filter(pk__in=[row.pk for row in page]).delete()
    assert not rows.all().exists()


def test_deleting_in_batches_leaves_the_rows_that_are_not_named(rows):
    assert delete_in_batches(rows.exclude(app_label="b"), size=3) == 4
    assert [row.model for row in rows.all()] == ["x"]
