"""The ground of the tests themselves."""

import threading

import pytest
from django.core.files.storage import storages
from django.db import connection

from permissions.models import Organization
from tests.factories import make_user


def test_each_test_has_stores_of_its_own(stores):
    assert storages.backends["media"]["OPTIONS"]["location"] == stores / "media"
    assert not stores.exists()


@pytest.mark.django_db
def test_counting_queries_starts_with_warm_content_types(django_assert_num_queries):
    from django.contrib.contenttypes.models import ContentType

    with django_assert_num_queries(0):
        ContentType.objects.get_for_model(Organization)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_threads_write_to_one_database():
    def write() -> None:
        Organization.objects.create(slug=threading.current_thread().name.lower(), name="one")
        connection.close()

    threads = [threading.Thread(target=write, name=f"thread-{number}") for number in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert connection.vendor == "postgresql"
    assert Organization.objects.count() == 4


@pytest.mark.browser
def test_the_sign_in_page_opens_in_a_browser(page):
    make_user()  # without accounts the page sets the installation up
    page.goto("/admin/login/")

    assert page.locator("input[name=username]").is_visible()
