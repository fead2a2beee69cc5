"""Files of two people, and the addresses of the media browser."""

import pytest

from permissions.choices import Visibility
from tests.admin_cases import signed_in
from tests.factories import make_member, make_upload
from uploads.choices import UploadType
from uploads.usages.record import record_usage

BROWSER = "/admin/uploads/upload/"
BAD_QUERIES = [
    "colour=red",
    "colour=",
    "Search=red",
    "type=PICTURE",
    "type=IMAGE&type=PICTURE",
    "q=red&search=blue",
    "q=red&q=blue",
    "created_after=yesterday",
    "in_use=maybe",
    "size_min=-1",
    "ordering=random",
]
RESULTS, COUNTS, ARCHIVE = (f"{BROWSER}browse/{part}/" for part in ("results", "counts", "archive"))


@pytest.fixture
def person(organization):
    return make_member(organization, "Creator", is_staff=True)


@pytest.fixture
def client(person):
    return signed_in(person)


@pytest.fixture
def files(organization, person):
    """Files of two people that differ in everything one can filter by."""
    other = make_member(organization)
    used = make_upload(person, organization, title="Used", tags=["spring"], category="press")
    record_usage(upload_id=used.pk, entity_type="page", entity_id="1")
    return [
        used,
        make_upload(person, organization, title="Film", type=UploadType.VIDEO, mime_type="video/mp4", size=900),
        make_upload(person, organization, title="Open", visibility=Visibility.PUBLIC, tags=["spring", "press"]),
        make_upload(other, organization, title="Theirs", visibility=Visibility.PUBLIC),
        make_upload(other, organization, title="Secret"),
    ]
