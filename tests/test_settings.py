"""Installations that are safe by default, and that refuse to start where they cannot be."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import django
import pytest

from permissions import checks as permission_checks
from uploads import checks as upload_checks

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    line.split("=", 1)[0]: line.split("=", 1)[1]
    for line in (ROOT / "docs/production.env.example").read_text().splitlines()
    if "=" in line and not line.startswith("#")
}
ASK = """
import django, json
from django.conf import settings
django.setup()
print(json.dumps({name: getattr(settings, name) for name in %r}))
"""
REQUEST = """
import django
django.setup()
from django.test import Client
answer = Client(SERVER_NAME="media.example.com").get("/nowhere", headers={"x-forwarded-proto": "https"})
print(answer.status_code)
"""


def run(*command: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """Run Python with the example environment, changed as told; None removes a name."""
    system = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    given = {name: value for name, value in (PRODUCTION | environment).items() if value is not None}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=system | given, capture_output=True, text=True, check=False
    )


def settings_of(*names: str, **environment: str | None) -> dict:
    answer = run("-c", ASK % (names,), **environment)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_the_production_example_passes_the_deployment_check(tmp_path):  # CF-01
    answer = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", DATA_DIR=str(tmp_path))

    assert answer.returncode == 0, answer.stderr
    assert "no issues" in answer.stdout


@pytest.mark.parametrize(
    ("name", "value"), [("SECRET_KEY", None), ("SECRET_KEY", "short"), ("ALLOWED_HOSTS", None), ("ALLOWED_HOSTS", "")]
)
def test_production_does_not_start_without(name, value, tmp_path):
    answer = run("manage.py", "check", **{"DATA_DIR": str(tmp_path), name: value})

    assert answer.returncode != 0
    assert name in answer.stderr


def test_debug_is_off_unless_asked_for(tmp_path):  # CF-03
    for settings in ("config.settings.development", "config.settings.production"):
        assert settings_of("DEBUG", DJANGO_SETTINGS_MODULE=settings, DATA_DIR=str(tmp_path)) == {"DEBUG": False}


@pytest.mark.django_db
def test_an_error_page_tells_nothing_of_the_inside(client, monkeypatch):  # CF-03
    def fail(view, request, *args, **kwargs):
        raise RuntimeError("SELECT secret FROM somewhere")

    monkeypatch.setattr("django.contrib.auth.views.LoginView.dispatch", fail)
    client.raise_request_exception = False

    answer = client.get("/admin/login/")

    assert answer.status_code == 500
    for secret in ("RuntimeError", "SELECT", "SECRET_KEY", str(ROOT), "Traceback"):
        assert secret not in answer.text


def test_production_has_the_defences_of_a_browser(tmp_path):  # CF-04
    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SECURE_SSL_REDIRECT"]
    names += ["SECURE_CONTENT_TYPE_NOSNIFF", "SECURE_HSTS_SECONDS", "X_FRAME_OPTIONS", "CSRF_TRUSTED_ORIGINS"]

    found = settings_of(*names, DATA_DIR=str(tmp_path))

    assert all(found[name] is True for name in names[:5])
    assert found["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert found["X_FRAME_OPTIONS"] == "DENY"
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://media.example.com"]


@pytest.mark.parametrize(("trusted", "status"), [("false", "301"), ("true", "404")])
def test_a_forwarded_protocol_is_believed_only_where_configured(trusted, status, tmp_path):  # CF-04
    database = f"sqlite:///{tmp_path}/db"
    answer = run("-c", REQUEST, TRUST_PROXY_HEADERS=trusted, DATA_DIR=str(tmp_path), DATABASE_URL=database)

    assert answer.stdout.split()[-1:] == [status], answer.stderr


def test_files_on_the_applications_own_host_are_warned_of(settings):  # CF-05
    def ids() -> list[str | None]:
        return [warning.id for warning in upload_checks.check_hosts(None)]

    assert ids() == ["uploads.W002"]

    bucket = {"BACKEND": "uploads.storage.s3.S3Store", "OPTIONS": {"bucket_name": "media"}}
    settings.STORAGES = {**settings.STORAGES, "media": bucket, "assets": bucket}
    settings.ALLOWED_HOSTS = ["media.example.com"]
    settings.S3_PUBLIC_ENDPOINT_URL, settings.CDN_URL = "https://s3.example.net", "https://cdn.example.com"
    assert ids() == []

    settings.CDN_URL = "https://media.example.com/files"
    assert ids() == ["uploads.W002"]


def test_a_django_with_known_holes_is_refused(monkeypatch):  # CF-08
    assert permission_checks.check_django_is_patched() == []

    monkeypatch.setattr(django, "VERSION", (5, 2, 18, "final", 0))

    assert [error.id for error in permission_checks.check_django_is_patched()] == ["permissions.E001"]


def test_throttles_that_are_not_shared_are_warned_of(settings):
    assert [warning.id for warning in permission_checks.check_throttles_are_shared()] == ["permissions.W001"]

    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}

    assert permission_checks.check_throttles_are_shared() == []


def test_every_name_of_the_environment_is_in_the_readme():
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', (ROOT / "config/env.py").read_text()))
    documented = set(re.findall(r"^\| `([A-Z0-9_]+)`", (ROOT / "README.md").read_text(), re.MULTILINE))

    assert len(names) > 30
    assert documented - {"DJANGO_SETTINGS_MODULE", "PYTHON"} == names
