"""The OpenAPI schema is complete, valid, and shows no rows."""

import json

import pytest
import yaml
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from common.rest import schema_views
from common.rest.schema_views import SchemaDocuments
from tests.factories import make_organization, make_role
from tests.threads import in_threads


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


ROWS = ["uploads", "content", "categories", "media-items", "resources", "library-resources", "webhooks"]


# FA-E4
def test_a_list_by_cursor_is_not_asked_for_an_offset_by_default(generated):
    parameters = [
        parameter
        for methods in generated[0]["paths"].values()
        for operation in methods.values()
        for parameter in operation.get("parameters", [])
    ]
    offsets = [parameter["schema"] for parameter in parameters if parameter["name"] == "offset"]
    assert len(offsets) > 5
    assert not [schema for schema in offsets if "default" in schema]


# FA-E4
@pytest.mark.parametrize("name", ROWS)
def test_the_schema_says_which_answers_have_an_entity_tag_and_which_writes_take_it(generated, name):
    [(_, detail)] = [
        (path, methods)
        for path, methods in generated[0]["paths"].items()
        if path.startswith(f"/api/v1/{name}/{{") and path.count("/") == 5
    ]
    assert "ETag" in detail["get"]["responses"]["200"]["headers"]
    assert "ETag" in detail["patch"]["responses"]["200"]["headers"]
    for method in ("patch", "delete"):
        assert "If-Match" in [parameter["name"] for parameter in detail[method]["parameters"]]
    assert "headers" not in generated[0]["paths"][f"/api/v1/{name}/"]["get"]["responses"]["200"]


# FA-E4
def test_the_schema_describes_the_items_of_errors_and_the_changes_of_activity(generated):
    schemas = generated[0]["components"]["schemas"]
    kinds = [each["type"] for each in schemas["Error"]["properties"]["items"]["items"]["anyOf"]]
    assert kinds == ["string", "integer", "object"]
    pair = schemas["Activity"]["properties"]["changes"]["additionalProperties"]["anyOf"][0]
    assert (pair["type"], pair["minItems"], pair["maxItems"]) == ("array", 2, 2)


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


@pytest.fixture
def made(monkeypatch):
    """How often the schema is made, from nothing."""
    calls, make = [], SchemaDocuments._make

    def count(self):
        calls.append(1)
        return make(self)

    monkeypatch.setattr(SchemaDocuments, "_make", count)
    monkeypatch.setattr(schema_views, "documents", SchemaDocuments())
    return calls


# FA-B5
def test_the_schema_is_made_once_whatever_is_asked(made):
    accepts = [
        "*/*",
        "application/json",
        "application/yaml",
        "application/vnd.oai.openapi+json; version=3",
        "text/*, */*",
    ]
    parameters = ["", "?lang=de", "?lang=xx", "?version=2", "?format=json", "?a=1&b=2", "?lang=" + "x" * 500]
    answers = {
        (accept, parameter): Client().get(f"/api/schema/{parameter}", headers={"accept": accept})
        for accept in accepts
        for parameter in parameters
    }
    assert {answer.status_code for answer in answers.values()} == {200}
    assert len({answer.content for answer in answers.values()}) == 2
    assert len(made) == 1


# FA-B5
def test_the_schema_is_made_once_for_all_who_ask_at_the_same_time(made):
    assert {
        len(schema_views.documents.get("json").body)
        for _ in in_threads(8, lambda number: schema_views.documents.get("yaml"))
    }
    assert len(made) == 1


# FA-B5
@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "application/vnd.oai.openapi"),
        ("*/*", "application/vnd.oai.openapi"),
        ("application/yaml", "application/yaml"),
        ("application/json", "application/json"),
        ("application/vnd.oai.openapi+json", "application/vnd.oai.openapi+json"),
    ],
)
def test_the_schema_comes_in_the_format_that_is_accepted_and_may_be_kept(accept, content_type):
    answer = Client().get("/api/schema/", headers={"accept": accept} if accept else {})
    assert answer.headers["Content-Type"].partition(";")[0] == content_type
    read = json.loads if content_type.endswith("json") else yaml.safe_load
    assert read(answer.content)["openapi"].startswith("3.")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Accept" in answer.headers["Vary"]
    again = Client().get("/api/schema/", headers={"accept": accept or "*/*", "if-none-match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = Client().get("/api/schema/", headers={"accept": accept or "*/*", "if-none-match": '"other"'})
    assert other.status_code == 200


def test_the_head_of_the_schema_has_its_tag_and_no_body():
    answer = Client().head("/api/schema/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["ETag"]
