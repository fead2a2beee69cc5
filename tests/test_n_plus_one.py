"""Every request of the tests is watched: one that asks the database for a relation row by row fails."""

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.utils.module_loading import import_string
from zeal import NPlusOneError

from tests.factories import make_member, make_upload
from uploads.models import Upload

pytestmark = pytest.mark.django_db


def owners(rows):
    """A request whose view names the owner of each row."""
    middleware = import_string(settings.MIDDLEWARE[0])
    return middleware(lambda request: HttpResponse(", ".join(row.uploaded_by.username for row in rows)))


def test_a_request_that_asks_row_by_row_fails_and_one_that_joins_does_not(organization, rf):
    for _ in range(3):
        make_upload(make_member(organization), organization)
    with pytest.raises(NPlusOneError):
        owners(Upload.objects.all())(rf.get("/"))
    assert owners(Upload.objects.select_related("uploaded_by"))(rf.get("/")).status_code == 200
