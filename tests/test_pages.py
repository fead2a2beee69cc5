"""The pages a person meets first."""

import pytest

from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_home_leads_to_the_admin_and_its_sign_in(client):
    home = client.get("/", follow=True)

    assert [url for url, _ in home.redirect_chain] == ["/admin/", "/admin/login/?next=/admin/", "/account/setup/"]
    assert home.status_code == 403  # without accounts, and without the code

    make_user()
    home = client.get("/", follow=True)
    assert [url for url, _ in home.redirect_chain] == ["/admin/", "/admin/login/?next=/admin/"]
    assert home.status_code == 200
