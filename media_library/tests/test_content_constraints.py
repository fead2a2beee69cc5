"""What the database itself holds of content."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from media_library.choices import CONTENT_SOURCES, ContentStatus
from media_library.models import Content
from tests.factories import make_content, make_member

pytestmark = pytest.mark.django_db

NOW = timezone.now()
REFUSED = [
    ("status_is_known", {"status": "thinking"}),
    ("has_a_title", {"title": ""}),
    ("price_is_not_negative", {"price": "-0.01"}),
    ("live_has_a_media_item", {"media_item": None}),
    ("published_has_a_date", {"status": "published"}),
    ("deleter_implies_deletion", {"deleted_by": "a person"}),
]
ACCEPTED = [
    {"status": "archived"},
    {"price": "0.00"},
    {"price": "99999999.99"},
    {"media_item": None, "deleted_at": NOW},
    {"status": "published", "published_at": NOW},
    {"deleted_by": "a person", "deleted_at": NOW},
]


def write(organization, values):
    person = make_member(organization, "Creator")
    content = make_content(person, organization)
    values = {name: person if value == "a person" else value for name, value in values.items()}
    return Content.everything.filter(pk=content.pk).update(**values)


@pytest.mark.parametrize(("name", "values"), REFUSED)
def test_what_must_not_be_is_refused(organization, name, values):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write(organization, values)


@pytest.mark.parametrize("values", ACCEPTED)
def test_what_may_be_is_accepted(organization, values):
    assert write(organization, values) == 1


def test_every_status_says_where_it_comes_from():
    assert set(CONTENT_SOURCES) == set(ContentStatus)
    assert all(status not in sources for status, sources in CONTENT_SOURCES.items())
