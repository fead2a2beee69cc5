"""Which addresses there are."""

import re

import pytest

from tests.factories import make_member
from tests.reading_client import reader
from uploads.tests.serving.helpers import (
    PICTURE,
    assert_is_error,
    assert_is_protected,
    give_rendition,
    url_of,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        *("/files/", "/files/x/y", "/files/1/y", "/files//y", "/files/{id}", "/files/{id}/", "/files/{id}/a/b"),
        *("/files/{id}/thumb-xl/a", "/files/{id}/thumb-/a", "/files/{id}/../../secret", "/files/%2e%2e/%2e%2e/secret"),
        *(
            "/files/{id}/..%2f..%2fsecret",
            "/files/{id}%00/y",
            "/files/{id};/y",
            "/files/{id}\\..\\x",
            "/files/{id}/a%5c/b",
        ),
        *("/files/{id}/%252e%252e%252fsecret/x", "/files/{{{id}}}/y", "/files/urn:uuid:{id}/y", "/files/" + "x" * 8192),
    ],
)
def test_any_other_address_is_not_found_in_the_one_error_shape(path, public, client):  # SV-13
    response = client.get(path.format(id=public.pk))
    assert_is_error(response, 404, "not_found")
    assert_is_protected(response)


@pytest.mark.parametrize("name", ["other.exe", "a%0d%0aX-Evil:%201", "%2e%2e", "x" * 2000, "\u202egnp.exe"])
def test_the_name_in_the_address_serves_the_file_and_never_reaches_the_answer(name, public, client):
    response = client.get(f"/files/{public.pk}/{name}")
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'inline; filename="{public.original_filename}"'
    assert "X-Evil" not in response.headers


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused(method, public, client):
    response = getattr(client, method)(url_of(public))
    assert_is_error(response, 405, "method_not_allowed")
    assert response["Allow"] == "GET, HEAD"
    assert_is_protected(response)


def test_a_rendition_is_served_under_its_own_name_and_type(public, client):
    give_rendition(public)
    response = client.get(url_of(public, "sm"))
    assert response.body == PICTURE
    assert response["Content-Type"] == "image/webp"
    assert re.fullmatch(r'inline; filename="picture \d+-sm\.webp"', response["Content-Disposition"])


@pytest.mark.parametrize("has_rendition", [True, False])
def test_a_rendition_is_refused_wherever_its_file_is(has_rendition, private, organization, other_organization):  # VM-10
    if has_rendition:
        give_rendition(private)
    assert reader().get(url_of(private, "sm")).status_code == 403
    assert reader(make_member(organization)).get(url_of(private, "sm")).status_code == 403
    assert reader(make_member(other_organization)).get(url_of(private, "sm")).status_code == 404


def test_a_rendition_of_earlier_bytes_is_not_served(public, client):
    give_rendition(public, version=public.version + 1)
    assert client.get(url_of(public, "sm")).status_code == 404


def test_a_size_that_was_not_made_is_not_found(public, client):
    give_rendition(public)
    assert client.get(url_of(public, "lg")).status_code == 404
