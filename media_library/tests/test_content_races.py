"""Whatever happens at once, live content has its files and every counter is exact."""

import pytest
from django.db.models import Count, F

from media_library.models import Category, Content
from resources.models import ResourceAttachment
from tests.factories import (
    client_for,
    make_category,
    make_content,
    make_media_item,
    make_member,
    make_resource,
)
from tests.threads import in_threads
from uploads.models import Upload, Usage

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

API = "/api/v1"


@pytest.fixture
def owner(organization):
    return make_member(organization, "Administrator")


def consistent():
    """I3 and I4: live content has live files, and the counters equal the rows."""
    counted = Upload.everything.annotate(counted=Count("usages")).exclude(usage_count=F("counted"))
    live = Content.objects.exclude(media_item__upload__deleted_at=None)
    return not counted.exists() and not live.exists()


# UC-01 UC-02
@pytest.mark.parametrize("number_of_contents", [10, 1])
def test_documents_are_attached_and_taken_off_by_many_at_once(organization, owner, number_of_contents):
    document = make_resource(owner, organization)
    contents = [make_content(owner, organization) for _ in range(number_of_contents)]
    clients = [client_for(owner) for _ in range(20)]

    def address(number):
        return f"{API}/content/{contents[number % number_of_contents].pk}/resources/"

    attached = in_threads(
        20, lambda number: clients[number].post(address(number), {"resource": str(document.pk)}).status_code
    )
    assert sorted(attached) == [200] * (20 - number_of_contents) + [201] * number_of_contents
    assert Upload.everything.get(pk=document.pk).usage_count == number_of_contents
    detached = in_threads(20, lambda number: clients[number].delete(f"{address(number)}{document.pk}/").status_code)
    assert sorted(detached) == [204] * number_of_contents + [404] * (20 - number_of_contents)
    assert Upload.everything.get(pk=document.pk).usage_count == 0
    assert not ResourceAttachment.objects.exists()


def test_media_is_deleted_or_used_never_both(organization, owner):
    items = [make_media_item(owner, organization) for _ in range(10)]
    clients = [client_for(owner) for _ in range(20)]

    def work(number):
        item = items[number // 2]
        if number % 2:
            return clients[number].delete(f"{API}/media-items/{item.pk}/").status_code
        return clients[number].post(f"{API}/content/", {"title": "A", "media_item": str(item.pk)}).status_code

    outcomes = in_threads(20, work)
    pairs = {(outcomes[number], outcomes[number + 1]) for number in range(0, 20, 2)}
    assert pairs <= {(201, 409), (409, 204), (400, 204)}
    assert consistent()


def test_a_document_is_deleted_or_attached_never_both(organization, owner):
    documents = [make_resource(owner, organization) for _ in range(10)]
    content = make_content(owner, organization)
    clients = [client_for(owner) for _ in range(20)]

    def work(number):
        pk = documents[number // 2].pk
        if number % 2:
            return clients[number].delete(f"{API}/resources/{pk}/").status_code
        return clients[number].post(f"{API}/content/{content.pk}/resources/", {"resource": str(pk)}).status_code

    outcomes = in_threads(20, work)
    pairs = {(outcomes[number], outcomes[number + 1]) for number in range(0, 20, 2)}
    assert pairs <= {(201, 409), (409, 204)}
    assert consistent()


def test_content_deleted_restored_changed_and_attached_to_at_once_stays_exact(organization, owner):
    items = [make_media_item(owner, organization) for _ in range(3)]
    documents = [make_resource(owner, organization) for _ in range(3)]
    content = make_content(owner, organization, media_item=items[0])
    clients = [client_for(owner) for _ in range(20)]
    address = f"{API}/content/{content.pk}/"

    def work(number):
        client = clients[number]
        return [
            lambda: client.delete(address),
            lambda: client.post(f"{address}restore/"),
            lambda: client.patch(address, {"media_item": str(items[number % 3].pk)}),
            lambda: client.post(f"{address}resources/", {"resource": str(documents[number % 3].pk)}),
            lambda: client.delete(f"{address}resources/{documents[number % 3].pk}/"),
        ][number % 5]().status_code

    for _ in range(3):
        assert set(in_threads(20, work)) <= {200, 201, 204, 404, 409}
    content.refresh_from_db()
    expected = 0 if content.is_deleted else 1 + ResourceAttachment.objects.count()
    assert Usage.objects.count() == expected
    assert consistent()


def test_a_category_is_deleted_or_given_never_both(organization, owner):
    categories = [make_category(organization) for _ in range(10)]
    item = make_media_item(owner, organization)
    clients = [client_for(owner) for _ in range(20)]

    def work(number):
        pk = str(categories[number // 2].pk)
        if number % 2:
            return clients[number].delete(f"{API}/categories/{pk}/").status_code
        body = {"title": "A", "media_item": str(item.pk), "category": pk}
        return clients[number].post(f"{API}/content/", body).status_code

    outcomes = in_threads(20, work)
    pairs = {(outcomes[number], outcomes[number + 1]) for number in range(0, 20, 2)}
    assert pairs <= {(201, 409), (400, 204)}
    assert consistent()


# TI-11
def test_a_name_given_by_many_at_once_is_given_once(organization, owner):
    clients = [client_for(owner) for _ in range(12)]
    names = ["Été", "été", "ÉTÉ"]
    outcomes = in_threads(12, lambda number: clients[number].post(f"{API}/categories/", {"name": names[number % 3]}))
    assert sorted(answer.status_code for answer in outcomes) == [201] + [400] * 11
    assert Category.objects.count() == 1
