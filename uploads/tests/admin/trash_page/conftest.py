"""Files in the trash."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import make_member, make_upload
from uploads.files.trash import put_into_trash
from uploads.models import Upload
from uploads.usages.record import record_usage

PAGE = "/admin/uploads/upload/trash/"
RESTORE, PURGE = f"{PAGE}restore/", f"{PAGE}purge/"


@pytest.fixture
def creator(organization):
    return make_member(organization, "Creator", is_staff=True)


@pytest.fixture
def trashed(organization, creator):
    """A function: a file in the trash since `days`, with its bytes."""

    def make(title, owner=creator, days=1, home=organization):
        gone = timezone.now() - timedelta(days=days)
        return make_upload(owner, home, title=title, deleted_at=gone, content=b"bytes")

    return make


@pytest.fixture
def trashed_in_use(creator, organization):
    """A function: a file that was deleted although something uses it."""

    def make(title):
        upload = make_upload(creator, organization, title=title)
        record_usage(upload_id=upload.pk, entity_type="page", entity_id="1")
        put_into_trash(ids=[upload.pk], by=creator.pk)
        return upload

    return make


def names(answer):
    return [file["name"] for file in answer.context["files"]]


def in_trash(upload):
    return Upload.everything.trashed().filter(pk=upload.pk).exists()
