"""Pages of the admin beside lists and forms: each says who may open it, and answers everyone else by one rule."""

import re
from uuid import uuid4

import pytest
from django.contrib import admin
from django.urls import reverse

from permissions.admin.pages import PagesAdmin
from tests.admin_cases import staff
from tests.factories import make_organization

pytestmark = pytest.mark.django_db

PAGES = {
    page.name: (page, model_admin)
    for model_admin in admin.site._registry.values()
    if isinstance(model_admin, PagesAdmin)
    for page in model_admin.extra_pages
}


def address(name):
    page, _ = PAGES[name]
    arguments = [uuid4() for _ in re.findall("<", page.route)]
    return reverse(f"admin:{name}", args=arguments)


@pytest.fixture
def client():
    return staff(make_organization())


def test_there_are_pages_and_each_name_is_one_of_them():
    every = [page.name for owner in admin.site._registry.values() for page in getattr(owner, "extra_pages", ())]
    assert {"uploads_upload_storage", "permissions_user_hand_over"} < set(every)
    assert len(every) == len(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_needs_permissions_that_its_admin_answers(name):
    page, model_admin = PAGES[name]
    assert page.verbs
    assert all(callable(getattr(model_admin, f"has_{verb}_permission")) for verb in page.verbs)


@pytest.mark.parametrize("name", PAGES)
def test_staff_without_the_permissions_is_refused(name, client):
    page, _ = PAGES[name]
    method = "post" if "post" in page.http_method_names else "get"
    assert getattr(client, method)(address(name)).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_a_method_that_a_page_lacks_is_answered_before_its_permissions(name, client):
    assert client.delete(address(name)).status_code == 405


@pytest.mark.parametrize("name", PAGES)
def test_a_page_replaces_the_one_of_django_that_has_its_name(name):
    _, model_admin = PAGES[name]
    assert [url.name for url in model_admin.get_urls()].count(name) == 1
