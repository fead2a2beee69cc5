"""A row that goes into the trash and comes back while it is looked up is there or absent, never refused."""

import pytest
from django.db import connection
from django.utils import timezone

from media_library.models import Content
from tests.factories import client_for, make_content, make_member

pytestmark = pytest.mark.django_db


def flipping(content, *, trashed_first):
    """Before each statement that looks the row up, put it into the trash or take it out, in turns."""
    statements = []

    def wrapper(execute, sql, params, many, context):
        if sql.startswith("SELECT") and 'FROM "media_library_content"' in sql and not statements.count("busy"):
            statements.append("busy")
            is_trashed = trashed_first is (len(statements) % 2 == 1)
            rows = Content.everything.filter(pk=content.pk)
            rows.update(deleted_at=timezone.now() if is_trashed else None)
            statements[-1] = sql
        return execute(sql, params, many, context)

    return connection.execute_wrapper(wrapper)


@pytest.mark.parametrize(("trashed_first", "status"), [(True, 404), (False, 200)])
def test_a_row_that_flips_between_statements_is_never_refused(organization, trashed_first, status):
    owner = make_member(organization, "Administrator")
    content = make_content(owner, organization)
    client = client_for(owner)
    with flipping(content, trashed_first=trashed_first):
        assert client.get(f"/api/v1/content/{content.pk}/").status_code == status


def test_a_row_that_came_back_after_the_first_statement_is_shown(organization):
    owner = make_member(organization, "Administrator")
    content = make_content(owner, organization)
    client = client_for(owner)
    asked = []

    def come_back(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if 'FROM "media_library_content"' in sql and not asked:
            asked.append(sql)
            Content.everything.filter(pk=content.pk).update(deleted_at=None)
        return result

    Content.everything.filter(pk=content.pk).update(deleted_at=timezone.now())
    with connection.execute_wrapper(come_back):
        assert client.get(f"/api/v1/content/{content.pk}/").status_code == 200
