"""Every route there is, asked by nobody in particular: the answer is written down here, or the build fails.

A new route is fine as it is when an anonymous caller gets 401 (API) or the sign-in page (admin). One that answers
anything else stands in `OPEN` with the reason.
"""

import re
import uuid

import pytest
from django.urls import URLPattern, get_resolver

from tests.factories import client_for, make_member

pytestmark = pytest.mark.django_db

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"]

# (route, method or * for all) → what an anonymous caller gets besides 405.
OPEN = {
    ("", "GET"): {302},  # leads to the admin
    ("healthz", "GET"): {200},
    ("readyz", "GET"): {200},
    ("metrics", "GET"): {404},  # off; with a token 403
    ("api/schema/", "GET"): {200},  # the contract is public
    ("api/docs/", "GET"): {200},
    ("api/v1/auth/token/", "POST"): {400},  # no credentials in the body
    ("api/v1/auth/password/reset/", "POST"): {400},  # no address in the body
    ("api/v1/auth/password/reset/confirm/", "POST"): {400},  # no link in the body; the link is the permission
    # The form, whatever is asked of it; without accounts a read leads to the page that sets the installation up.
    ("admin/login/", "*"): {200, 302},
    ("account/", "*"): {302},  # leads to the sign-in page, like the next one
    ("account/password/change/", "*"): {302},
    ("account/tokens/", "*"): {302},
    ("account/sign-in/", "*"): {200},
    ("account/sign-out/", "POST"): {302},
    ("account/forgotten/", "GET"): {302},
    ("account/password/reset/", "*"): {200},
    # The link, or the code, is the permission, and these are none.
    ("account/password/reset/<uidb64>/<token>/", "*"): {200},
    ("account/invitation/<token>/", "*"): {400},
    ("account/setup/", "*"): {403},
    # A signed address is the permission, and this one is not signed; browsers ask with OPTIONS before they send.
    ("storage/<path:address>", "*"): {403, 204},
    # Files answer for themselves (see the tests of serving); one that does not exist is 404 for everybody.
    ("files/<str:upload_id>/<str:name>", "*"): {404},
    ("files/<str:upload_id>/thumb-<str:size>/<str:name>", "*"): {404},
    ("files/<str:upload_id>/jpeg/<str:name>", "*"): {404},
    ("files/<str:upload_id>/versions/<int:number>/<str:name>", "*"): {404},
    (r"files/[\s\S]*", "*"): {404},
    # Library files are public; a key that does not exist is 404.
    ("assets/<path:key>", "*"): {404},
    (r"assets/[\s\S]*", "*"): {404},
    # The link is the permission, and this one is not signed.
    ("s/<str:token>/<str:name>", "*"): {403},
    (r"s/[\s\S]*", "*"): {404},
    # Anonymous callers see public files; an id that does not exist is 404.
    ("api/v1/uploads/", "GET"): {200},
    ("api/v1/uploads/(?P<pk>[^/.]+)/", "GET"): {404},
    ("api/v1/tags/", "GET"): {200},
    ("api/v1/library-resources/", "GET"): {200},
    ("api/v1/library-resources/(?P<pk>[^/.]+)/", "GET"): {404},
    ("api/v1/media-items/", "GET"): {200},
    ("api/v1/media-items/(?P<pk>[^/.]+)/", "GET"): {404},
    ("api/v1/media-items/(?P<pk>[^/.]+)/playback/", "GET"): {404},
    ("api/v1/media-items/(?P<pk>[^/.]+)/captions/", "GET"): {404},
    ("api/v1/media-items/(?P<pk>[^/.]+)/transcoding-callback/", "POST"): {403},  # not signed
    # A player's address is the permission; ones that were not made here open nothing.
    ("playback/<str:item_id>/master.m3u8", "*"): {404},
    ("playback/<str:token>/hls/<path:name>", "*"): {403, 204},
    ("playback/<str:token>/hls/captions/<uuid:caption_id>.m3u8", "*"): {403, 204},
    ("playback/<str:token>/hls/captions/<uuid:caption_id>.vtt", "*"): {403, 204},
    ("playback/<str:token>/file/<str:name>", "*"): {403, 204},
    ("playback/<str:token>/poster/<str:name>", "*"): {403, 204},
    (r"playback/[\s\S]*", "*"): {404, 204},
    ("admin/jsi18n/", "GET"): {200, 302},
}


def routes(patterns=None, prefix=""):
    """Every (route, path) of the URLconf, with placeholders filled in; a route is written without its markers."""
    for pattern in patterns or get_resolver().url_patterns:
        text = prefix + re.sub(r"\A\^|\$\Z|\\Z", "", str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield text, "/" + filled(text)
        else:
            yield from routes(pattern.url_patterns, text)


def filled(route):
    route = re.sub(r"\(\?P<format>[^)]*\)/?\?*", "json", route)
    route = re.sub(r"\(\?P<\w+>(?:\[[^\]]*\]|[^)\[])*\)", str(uuid.uuid4()), route)
    route = re.sub(r"<int:\w+>", "1", route)
    return re.sub(r"<(?:\w+:)?\w+>", str(uuid.uuid4()), route).replace("\\", "")


ROUTES = dict(routes())
API_ROUTES = {route: path for route, path in ROUTES.items() if route.startswith("api/")}


def test_the_walk_finds_the_routes():
    assert {"api/v1/me/", "api/v1/auth/token/", "healthz", "admin/login/"} <= ROUTES.keys()


# AU-01
@pytest.mark.parametrize("route", sorted(ROUTES))
def test_an_anonymous_caller_gets_in_only_where_it_is_written(api, organization, route):
    for method in METHODS:
        answer = api.generic(method, ROUTES[route])
        allowed = OPEN.get((route, "*")) or OPEN.get((route, "GET" if method == "HEAD" else method))
        if allowed is None and route.startswith("admin/"):
            leads_to_login = answer.status_code == 302 and answer.headers["Location"].startswith("/admin/")
            assert leads_to_login or answer.status_code in (403, 404, 405), (method, answer.status_code)
        else:
            assert answer.status_code in (allowed or {401}) | {405}, (method, answer)


# FZ-06
@pytest.mark.parametrize("route", sorted(API_ROUTES))
@pytest.mark.parametrize("method", ["TRACE", "FOO", "OPTIONS"])
def test_methods_that_no_action_answers_are_405(organization, route, method):
    client = client_for(make_member(organization, "Administrator"))
    answer = client.generic(method, API_ROUTES[route])
    assert answer.status_code == 405
    assert answer.json()["errors"][0]["code"] == "method_not_allowed"


@pytest.mark.parametrize("route", sorted(route for route in API_ROUTES if route.startswith("api/v1/")))
def test_every_endpoint_declares_its_actions(route):
    view = view_of(API_ROUTES[route])
    assert set(view.actions.values()) <= set(view.cls.requires), "a routed action without a requirement"


def view_of(path):
    return get_resolver().resolve(path).func


# What an anonymous caller gets here, everybody gets.
CACHED = {"api/schema/": "public, max-age=300", "api/v1/library-resources/": "public, max-age=60"}


# TI-20
@pytest.mark.parametrize("route", sorted(API_ROUTES))
def test_no_cache_may_keep_an_answer_of_the_api(api, organization, route):
    answer = api.get(API_ROUTES[route])
    assert answer["Cache-Control"] == CACHED.get(route, "private, no-store")
    vary = {name.strip().lower() for name in answer["Vary"].split(",")}
    assert {"authorization", "cookie", "x-organization", "origin"} <= vary
