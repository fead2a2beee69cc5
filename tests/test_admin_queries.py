"""What the lists of the admin cost."""

import pytest

from tests.admin_cases import CASES, address, administrator
from tests.factories import make_organization

pytestmark = pytest.mark.django_db


# AD-11
@pytest.mark.parametrize("label", [label for label, case in CASES.items() if case.needs])
def test_a_list_costs_the_same_number_of_queries_whatever_its_length(label, django_assert_num_queries):
    organization = make_organization()
    for _ in range(12):
        CASES[label].make(organization, "own")
    client = administrator(organization)
    with django_assert_num_queries(CASES[label].queries):
        assert client.get(address(label, "changelist")).status_code == 200
