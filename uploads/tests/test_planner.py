"""What PostgreSQL makes of the queries that find uploads."""

import pytest
from django.db import connection

from permissions.choices import Action
from permissions.resolving import access_of
from tests.factories import make_member, make_organization, make_upload
from uploads.models import Upload

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def plan_of():
    """A function: the plan of a queryset's SQL where nothing is cheap enough to read the whole table."""

    def plan(select: str, rows) -> str:
        sql, parameters = rows.order_by().values("pk").query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            cursor.execute(f"EXPLAIN {select} FROM {sql.split(' FROM ', 1)[1]}", parameters)
            return "\n".join(line for (line,) in cursor.fetchall())

    return plan


def test_counting_what_a_member_sees_reads_one_index_and_no_row(plan_of):
    organization = make_organization()
    member = make_member(organization)
    make_upload(member, organization)
    rows = Upload.objects.allowing(access_of(member), Action.VIEW)
    with connection.cursor() as cursor:  # on so few rows every other index costs the same
        cursor.execute(
            "DROP INDEX upload_live_name, upload_live_size, upload_live_type, upload_live_visibility, "
            "upload_owner_newest"
        )
    rows = rows.filter(type="IMAGE", mime_type="image/png", category="", size__gte=1, usage_count=0)
    assert "Index Only Scan using upload_live_newest" in plan_of("SELECT count(*)", rows)


def test_a_search_uses_the_trigram_index_where_there_is_one(plan_of):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'")
        if not cursor.fetchone()[0]:
            pytest.skip("this server has no pg_trgm")
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'upload_search_trigrams'")
        assert cursor.fetchone() == (1,)
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off")
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, parameters = Upload.everything.found("needle").order_by().values("pk").query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", parameters)
        assert "upload_search_trigrams" in "\n".join(line for (line,) in cursor.fetchall())
