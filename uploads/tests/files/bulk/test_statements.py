"""However many files there are, the database is asked the same number of questions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from permissions.context import access_of
from tests.factories import make_role, make_upload, put_tag
from uploads.files.bulk import Selection, bulk_delete, bulk_restore, bulk_tags, bulk_visibility
from uploads.models import Upload
from uploads.usages.lifecycle import UploadLifecycle, lifecycles

pytestmark = pytest.mark.django_db


def calls(access, role):
    live, trashed = Upload.objects.all(), Upload.everything.trashed()
    return {
        "tags": lambda ids: bulk_tags(access=access, selection=Selection(live, ids), add=["a", "b"], remove=["c"]),
        "visibility": lambda ids: bulk_visibility(
            access=access, selection=Selection(live, ids), visibility="ROLE_BASED", allowed_roles=[role.pk]
        ),
        "delete": lambda ids: bulk_delete(access=access, selection=Selection(live, ids)),
        "restore": lambda ids: bulk_restore(access=access, selection=Selection(trashed, ids)),
    }


def make_many(owner, organization, count):
    """Copies of one upload, written at once; each with a tag."""
    model = make_upload(owner, organization)
    rows = []
    for _ in range(count):
        row = Upload.objects.get(pk=model.pk)
        row.pk = None
        row.__dict__["id"] = Upload._meta.pk.get_default()
        row.key = f"{row.pk}"
        rows.append(row)
    Upload.objects.bulk_create(rows)
    put_tag(rows[0], "c")
    return [row.pk for row in rows]


# BK-04
def test_ten_files_take_as_many_statements_as_thousands(owner, organization):
    access, role = access_of(owner), make_role(organization)
    for name in ("a", "b", "c"):
        put_tag(make_upload(owner, organization), name)
    counts = {}
    for size in (10, 1_000, 4_000):
        pks = make_many(owner, organization, size)
        for name, call in calls(access, role).items():
            with CaptureQueriesContext(connection) as queries:
                call(pks)
            counts.setdefault(name, []).append(len(queries))
    # Tags are read and search texts written by the thousand, and what is made of files is told so many at once.
    for name, (few, thousand, many) in counts.items():
        assert few == thousand, name
        assert few <= 15, name
        assert few <= many <= few + 3 * batches(name), name


def batches(what):
    """The statements for each thousand files: of the trash one for each use that wants to be told."""
    if what in {"tags", "visibility"}:
        return {"tags": 3, "visibility": 0}[what]
    told = {"delete": "on_trash", "restore": "on_restore"}[what]
    return sum(getattr(type(lifecycle), told) is not getattr(UploadLifecycle, told) for lifecycle in lifecycles())
