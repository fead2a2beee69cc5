"""The OpenAPI schema is complete, valid, and shows no rows."""

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from tests.factories import make_organization, make_role


@pytest.fixture(scope="module")
def generated():
    """The schema, and what its generator complained about."""
    with GENERATOR_STATS.silence():
        schema = SchemaGenerator().get_schema(request=None, public=True)
    complaints = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
    GENERATOR_STATS.reset()
    return schema, complaints


def test_nothing_is_left_to_guess(generated):
    assert generated[1] == []


def test_the_schema_is_valid_openapi(generated):
    validate_schema(generated[0])


def test_every_operation_says_what_its_errors_look_like(generated):
    for path, methods in generated[0]["paths"].items():
        for method, operation in methods.items():
            assert {"401", "403"} & operation["responses"].keys(), (method, path)


def test_every_operation_of_an_organization_has_its_header(generated):
    me = generated[0]["paths"]["/api/v1/me/"]["get"]
    assert "X-Organization" in [parameter["name"] for parameter in me["parameters"]]


# TI-16
@pytest.mark.django_db
def test_the_schema_names_nothing_of_an_organization(api):
    organization = make_organization("very-secret-name")
    role = make_role(organization, name="Very secret role")
    text = api.get("/api/schema/", HTTP_ACCEPT="application/json").content.decode()
    assert organization.slug not in text
    assert role.name not in text
    assert str(organization.pk) not in text
    assert "openapi" in text
