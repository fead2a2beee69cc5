"""What PostgreSQL makes of the queries that find uploads."""

import re

import pytest
from django.db import connection

from common.rest.keyset.orderings import after, terms_of
from permissions.choices import Action
from permissions.context import access_of
from tests.factories import make_member, make_organization
from uploads.api.filters import UPLOAD_ORDERING
from uploads.models import Upload

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_counting_what_a_member_sees_asks_for_nothing_that_the_index_does_not_hold():
    """So that the count needs no row; `benchmarks.list` looks at the plan itself, on rows enough to have one."""
    organization = make_organization()
    rows = Upload.objects.allowing(access_of(make_member(organization)), Action.VIEW)
    rows = rows.filter(type="IMAGE", mime_type="image/png", category="", size__gte=1, usage_count=0)
    sql, _ = rows.order_by("-created_at", "-id").values("pk").query.sql_with_params()
    asked = set(re.findall(r'"uploads_upload"\."(\w+)"', sql))
    with connection.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = 'upload_live_newest'::regclass")
        held = {name for (name,) in cursor.fetchall()}
    assert "visibility" in asked
    assert asked - held == {"deleted_at"}  # which the index's own condition answers


def test_a_search_uses_the_trigram_index_where_there_is_one():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'")
        if not cursor.fetchone()[0]:
            pytest.skip("this server has no pg_trgm")
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'upload_search_trigrams'")
        assert cursor.fetchone() == (1,)
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off")
        cursor.execute("SET LOCAL enable_seqscan = off")
        # Without rows every index of live files costs the same; the others step aside until the test is over.
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'upload_live%%'", [])
        for (index,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {index}")
        sql, parameters = Upload.objects.search("needle").order_by().values("pk").query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", parameters)
        assert "upload_search_trigrams" in "\n".join(line for (line,) in cursor.fetchall())


# FA-A12
@pytest.mark.parametrize("ordering", ["original_filename", "-original_filename"])
def test_a_page_by_name_walks_the_index_and_sorts_nothing(ordering):
    organization = make_organization()
    rows = Upload.objects.allowing(access_of(make_member(organization, "Administrator")), Action.VIEW)
    rows = rows.order_by(*UPLOAD_ORDERING.orders[ordering])
    rows = rows.filter(after(terms_of(rows), ["img210.png", organization.pk]))
    sql, parameters = rows.values("pk")[:50].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {sql}", parameters)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "upload_live_by_name" in plan
    assert "Sort" not in plan
    assert "name_sort" in next(line for line in plan.splitlines() if "Index Cond" in line)


# FA-A12
def test_sort_keys_are_compared_by_their_bytes():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, collation_name FROM information_schema.columns"
            " WHERE column_name IN ('name_sort', 'title_sort') AND table_schema = current_schema()"
        )
        found = cursor.fetchall()
    assert len(found) == 7
    assert {collation for _, _, collation in found} == {"C"}
