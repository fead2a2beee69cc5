"""The database itself refuses a reference into another organization."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from permissions.models import Membership, User
from permissions.services.memberships import create_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def roles():
    here, there = create_organization(slug="here", name="Here"), create_organization(slug="there", name="There")
    return here.roles.first(), there.roles.first()


def test_a_reference_inside_the_organization_is_stored(roles):
    here, _ = roles
    user = User.objects.create_user("inside")
    membership = Membership.objects.create(user=user, role=here, organization=here.organization)
    connection.check_constraints()
    membership.full_clean()
    assert user.roles.get() == here


# TI-18
def test_a_reference_into_another_organization_is_refused_by_the_database(roles):
    here, there = roles
    user = User.objects.create_user("across")
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=user, role=there, organization=here.organization)
        connection.check_constraints()


def test_a_model_form_is_told_before_the_database_is(roles):
    here, there = roles
    membership = Membership(user=User.objects.create_user("form"), role=there, organization=here.organization)
    with pytest.raises(ValidationError) as refusal:
        membership.full_clean()
    assert refusal.value.message_dict == {"role": ["Object does not exist."]}
