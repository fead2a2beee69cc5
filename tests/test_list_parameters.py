"""Every list refuses what it does not declare; none of them has its own way around that."""

import re
from functools import cache

import pytest
from django.urls import get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from common.rest.filters import StrictFilterBackend, StrictFilterSet
from common.rest.filters.parameters import StrictFilter
from permissions.api.viewsets import ApiViewSet
from tests.factories import client_for, make_content, make_media_item, make_member, make_upload
from tests.test_routes import API_ROUTES
from uploads.models import Webhook

pytestmark = pytest.mark.django_db


def make_webhook(owner, organization):
    webhook = Webhook(organization=organization, url="https://a.example/", events=["upload.created"])
    webhook.secret = "a secret of a webhook"
    webhook.save()
    return webhook


PARENTS = {  # of the lists below a row
    "content": make_content,
    "media-items": make_media_item,
    "uploads": make_upload,
    "webhooks": make_webhook,
}
LISTS = [
    "categories/",
    "content/",
    "content/{id}/resources/",
    "library-resources/",
    "me/tokens/",
    "media-items/",
    "media-items/{id}/captions/",
    "resources/",
    "roles/",
    "tags/",
    "upload-sessions/",
    "uploads/",
    "uploads/trash/",
    "uploads/{id}/activity/",
    "uploads/{id}/share-links/",
    "uploads/{id}/usages/",
    "uploads/{id}/versions/",
    "webhooks/",
    "webhooks/{id}/deliveries/",
]
PAGING = {"limit", "offset", "cursor"}


@pytest.fixture(scope="module")
def declared():
    """The query parameters of every list, from the schema: path → name → the parameter."""
    with GENERATOR_STATS.silence():
        paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    GENERATOR_STATS.reset()
    reads = {path.removeprefix("/api/v1/"): methods["get"] for path, methods in paths.items() if "get" in methods}
    parameters = {
        path: {each["name"]: each for each in read.get("parameters", []) if each["in"] == "query"}
        for path, read in reads.items()
    }
    return {path: named for path, named in parameters.items() if "limit" in named}


@pytest.fixture
def ask(organization):
    """A function: the answer of a list to a query string, for an administrator."""
    admin = make_member(organization, "Administrator")
    client = client_for(admin)

    @cache
    def parent(kind):
        return PARENTS[kind](admin, organization)

    def ask(path, query):
        if "{id}" in path:
            path = path.replace("{id}", str(parent(path.partition("/")[0]).pk))
        return client.get(f"/api/v1/{path}?{query}")

    return ask


def error_of(answer):
    assert answer.status_code == 400, answer.content
    (error,) = answer.json()["errors"]
    return error["code"], error["attr"]


def test_these_are_all_the_lists(declared):
    assert sorted(declared) == sorted(LISTS)


# TI-08
@pytest.mark.parametrize("path", LISTS)
def test_an_unknown_parameter_is_refused_by_every_list(ask, path):
    assert ask(path, "").status_code == 200
    assert error_of(ask(path, "nonsense=1")) == ("unknown_parameter", "nonsense")
    assert error_of(ask(path, "pk__in=1")) == ("unknown_parameter", "pk__in")


# TI-08
@pytest.mark.parametrize("path", LISTS)
def test_every_parameter_is_declared_by_the_list_and_bounded(ask, declared, path):
    for name, parameter in declared[path].items():
        if name in PAGING:
            assert error_of(ask(path, f"{name}=1&{name}=1"))[1] == name
            continue
        is_repeatable = parameter["schema"]["type"] == "array"
        value = "x" if "enum" in str(parameter["schema"]) else "1"
        assert error_of(ask(path, "&".join([f"{name}={value}"] * (101 if is_repeatable else 2)))) == ("invalid", name)
        code, attr = error_of(ask(path, f"{name}={'1' * 501}"))
        assert (attr, code) in {(name, "invalid"), ("type", "unsupported_library_type")}


# TI-08
@pytest.mark.parametrize("path", LISTS)
def test_a_list_without_orders_has_no_such_parameter(ask, declared, path):
    code = "invalid" if "ordering" in declared[path] else "unknown_parameter"
    assert error_of(ask(path, "ordering=organization")) == (code, "ordering")


def views():
    """Every viewset of the API, once."""
    classes = {get_resolver().resolve(path).func.cls for path in API_ROUTES.values() if path.startswith("/api/v1/")}
    return sorted((each for each in classes if issubclass(each, ApiViewSet)), key=lambda view: view.__name__)


def filter_sets(base=StrictFilterSet):
    for each in base.__subclasses__():
        yield each
        yield from filter_sets(each)


@pytest.mark.parametrize("view", views(), ids=lambda view: view.__name__)
def test_no_view_overrides_the_strictness(view):
    sets = [view.filterset_class, *(each.kwargs.get("filterset_class") for each in view.get_extra_actions())]
    assert all(issubclass(each, StrictFilterSet) for each in sets if each)
    backends = [view.filter_backends, *(each.kwargs.get("filter_backends") for each in view.get_extra_actions())]
    assert all(each == [StrictFilterBackend] for each in backends if each is not None)
    assert not hasattr(view, "filterset_fields")
    assert view.filter_queryset is ApiViewSet.filter_queryset


def test_no_filter_set_overrides_the_strictness():
    for each in filter_sets():
        own = {name for name in vars(each) if not re.fullmatch(r"by_\w+|__\w+__|_\w+", name)}
        assert own <= {"base_filters", "declared_filters"}, each
        assert all(isinstance(one, StrictFilter) for one in each.base_filters.values()), each
