"""What browsers may do with what we answer."""

import re

import pytest

from config.environment.origins import store_origins

pytestmark = pytest.mark.django_db


def policy(answer):
    """The Content-Security-Policy as a dictionary of directives."""
    header = answer["Content-Security-Policy"]
    return {name: values.split() for name, _, values in (part.strip().partition(" ") for part in header.split(";"))}


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/me/", "/api/v1/nothing/", "/api/schema/", "/nothing"])
def test_nothing_may_run_where_no_page_is(api, path):
    directives = policy(api.get(path))
    assert directives["default-src"] == ["'none'"]
    assert directives["frame-ancestors"] == ["'none'"]
    assert "script-src" not in directives


def test_the_admin_runs_its_own_scripts_and_is_framed_by_nobody(api):
    directives = policy(api.get("/admin/login/"))
    assert directives["script-src"] == ["'self'", "'unsafe-eval'", "'unsafe-inline'"]
    assert directives["frame-ancestors"] == ["'none'"]
    assert directives["object-src"] == ["'none'"]
    assert directives["base-uri"] == ["'none'"]


def test_the_documentation_runs_only_scripts_of_this_host(api):
    answer = api.get("/api/docs/")
    assert policy(answer)["script-src"] == ["'self'"]
    page = answer.content.decode()
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL)
    assert scripts
    for attributes, inline in scripts:
        assert re.search(r'src="/', attributes)
        assert not inline.strip()
    assert "http://" not in page.replace("http://testserver", "")
    assert "https://" not in page


def test_the_script_of_the_documentation_is_a_script(api):
    answer = api.get("/api/docs/?script=")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/javascript")
    assert "/api/schema/" in answer.content.decode()


@pytest.mark.parametrize("accept", ["application/json", "text/x-nothing", "x" * 10_000, "*/*;q=0"])
def test_the_documentation_is_a_page_for_every_caller(api, accept):
    assert api.get("/api/docs/", HTTP_ACCEPT=accept).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/me/", "/admin/login/", "/healthz"])
def test_types_are_not_guessed_and_addresses_not_told(api, path):
    answer = api.get(path)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"


# SV-23
def test_a_foreign_origin_is_not_let_in(api):
    answer = api.get("/api/v1/me/", HTTP_ORIGIN="https://evil.example")
    assert "Access-Control-Allow-Origin" not in answer
    assert "Access-Control-Allow-Credentials" not in answer


def test_a_front_end_of_ours_is_let_in(api, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    answer = api.get("/api/v1/me/", HTTP_ORIGIN="https://app.example")
    assert answer["Access-Control-Allow-Origin"] == "https://app.example"


# FZ-10
@pytest.mark.parametrize("name", ["HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_RANGE", "HTTP_IF_MATCH", "HTTP_COOKIE"])
@pytest.mark.parametrize("value", ["a," * 4000, ";q=" * 3000, "(((" * 3000, "\x00", "=" * 8000])
def test_odd_headers_are_no_faults(api, name, value):
    assert api.get("/api/v1/me/", **{name: value}).status_code in (400, 401, 406)


@pytest.mark.parametrize(
    ("endpoint", "cdn", "on_amazon", "origins"),
    [
        ("", "", False, []),
        ("", "", True, ["https://*.amazonaws.com", "https://*.amazonaws.com.cn"]),
        ("https://s3.example:9000/x", "", False, ["https://s3.example:9000", "https://*.s3.example:9000"]),
        ("", "https://cdn.example/a", False, ["https://cdn.example"]),
    ],
)
def test_the_policy_names_the_hosts_of_the_stores(endpoint, cdn, on_amazon, origins):
    assert store_origins(endpoint=endpoint, cdn=cdn, on_amazon=on_amazon) == origins


# FA-E4
@pytest.mark.parametrize("name", ["if-match", "if-none-match", "idempotency-key", "x-organization"])
def test_a_front_end_elsewhere_may_send_the_headers_of_the_contract(settings, client, name):
    settings.CORS_ALLOWED_ORIGINS = ["https://front.example"]
    asked = {"Origin": "https://front.example", "Access-Control-Request-Method": "GET"}
    answer = client.options("/api/v1/uploads/", headers={**asked, "Access-Control-Request-Headers": name})
    assert name in answer["Access-Control-Allow-Headers"]
