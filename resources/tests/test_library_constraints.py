"""What the database holds by itself."""

import pytest
from django.db import IntegrityError, connection, transaction

from resources.models import LibraryResource, LibraryResourceFile
from tests.library import created

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "wrong",
    [{"gender": ""}, {"environment": "street"}, {"type": "shoes"}, {"status": "lost"}, {"name": ""}],
)
def test_the_database_refuses_what_no_type_has(admin, wrong):
    created(admin, roles=("original",))
    with pytest.raises(IntegrityError), transaction.atomic():
        LibraryResource.objects.update(**wrong)


@pytest.mark.parametrize("wrong", [{"role": "original", "position": 0}, {"role": "thumbnail", "position": 0}])
def test_the_database_refuses_a_second_original_or_thumbnail(admin, wrong):
    created(admin)
    rows = LibraryResourceFile.objects.filter(role="gallery", position=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**wrong)


def test_the_database_refuses_two_files_in_one_place(admin):
    created(admin)
    rows = LibraryResourceFile.objects.filter(role="gallery", position=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(position=2)


def test_the_database_refuses_files_of_another_organization(admin, other_organization):
    created(admin, roles=("original",))
    with pytest.raises(IntegrityError), transaction.atomic():
        LibraryResourceFile.objects.update(organization=other_organization)
        connection.check_constraints()
