"""Installations that are safe by default, and that refuse to start where they cannot be."""

import json
import os
import secrets
import stat
import subprocess
import sys
from pathlib import Path

import django
import pytest
from django.core.management.utils import get_random_secret_key

from common.file_permissions import restrict_paths
from permissions import checks as permission_checks
from uploads import checks as upload_checks

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    line.split("=", 1)[0]: line.split("=", 1)[1]
    for line in (ROOT / "deploy/production.env.example").read_text().splitlines()
    if "=" in line and not line.startswith("#")
}
EXAMPLE_KEY = PRODUCTION["SECRET_KEY"]
PRODUCTION["SECRET_KEY"] = secrets.token_urlsafe(64)  # what the example tells to do
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
def test_an_error_page_tells_nothing_of_the_inside(client, keeper, monkeypatch):  # CF-03
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


# FA-B10
@pytest.mark.parametrize(
    ("error", "changed"),
    [
        ("permissions.E002", {"SECRET_KEY": EXAMPLE_KEY}),
        ("permissions.E003", {"ALLOWED_HOSTS": "*"}),
        ("permissions.E003", {"ALLOWED_HOSTS": "media.example.com,*"}),
        ("permissions.E004", {"SEED_DEMO": "true"}),
        ("permissions.E004", {"DEMO_PASSWORD": "demo"}),
        ("permissions.E005", {"S3_ACCESS_KEY_ID": "replace-me", "S3_SECRET_ACCESS_KEY": "replace-me"}),
    ],
)
def test_the_deployment_check_refuses_what_stands_in_examples(error, changed, tmp_path):
    answer = run("manage.py", "check", "--deploy", DATA_DIR=str(tmp_path), **changed)
    assert answer.returncode != 0
    assert error in answer.stderr


# FA-B10
@pytest.mark.parametrize(
    "key",
    [
        EXAMPLE_KEY,
        "",
        "short",
        "x" * 49,
        "a" * 80,
        "abc" * 30,
        "qwertyuiop" * 6,
        "changeme" * 8,
        "password" * 8,
        "tests-only-" + "x" * 50,
        pytest.param("django-insecure-" + secrets.token_urlsafe(64), id="django-insecure"),
        pytest.param("replace_me" + secrets.token_urlsafe(64), id="replace_me"),
        "your-secret-key-goes-here-and-should-be-long-enough-1",
    ],
)
def test_a_key_that_can_be_found_by_trying_is_weak(key):
    assert permission_checks.is_weak_key(key)


@pytest.mark.parametrize(
    "make", [lambda: secrets.token_urlsafe(64), lambda: secrets.token_hex(32), get_random_secret_key]
)
def test_a_generated_key_is_not_weak(make):
    assert not any(permission_checks.is_weak_key(make()) for _ in range(200))


# FA-B10
@pytest.mark.parametrize(
    ("hosts", "count"),
    [
        (["media.example.com"], 0),
        ([".example.com", "localhost", "127.0.0.1", "[::1]"], 0),
        (["*"], 1),
        (["."], 1),
        ([".com"], 1),
        (["*.example.com"], 1),
        (["a.example.com", "*", "."], 2),
    ],
)
def test_a_list_of_hosts_that_lets_in_every_one_is_refused(hosts, count, settings):
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = hosts, []
    assert len(permission_checks.check_hosts_are_named()) == count


# FA-B10
@pytest.mark.parametrize("origin", ["https://*", "https://*.com", "http://*"])
def test_origins_that_trust_every_host_are_refused(origin, settings):
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = ["a.example.com"], [origin, "https://*.example.com"]
    assert len(permission_checks.check_hosts_are_named()) == 1


# FA-B10
@pytest.mark.parametrize("value", ["replace-me", "changeme", "minioadmin", "AKIAIOSFODNN7EXAMPLE", "secret", "testkey"])
def test_keys_and_passwords_of_examples_are_refused(value, settings):
    settings.SEED_DEMO, settings.S3_SECRET_ACCESS_KEY = False, value
    assert [error.id for error in permission_checks.check_no_example_is_in_use()] == ["permissions.E005"]


# FA-B10
def test_a_database_that_other_accounts_may_read_is_closed_at_the_next_start_which_says_so(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    names = ["db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm", "db.sqlite3.bak", "secret_key"]
    for name in names:
        (data / name).write_text("")
        (data / name).chmod(0o644)
    data.chmod(0o755)
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings.development", "DATA_DIR": str(data), "DATABASE_URL": None}
    for name in ("SECRET_KEY", "REDIS_URL"):
        environment[name] = None
    (data / "secret_key").write_text(secrets.token_urlsafe(64))

    asked = run(
        "-c",
        "import django; django.setup(); from permissions import checks; print(len(checks.check_files_are_private()))",
        **environment,
    )
    assert asked.stdout.strip() == "6", asked.stderr
    answer = run("manage.py", "check", **environment)

    assert answer.returncode == 0, answer.stderr
    assert all(f"{data / name} was open to other accounts" in answer.stderr for name in names)
    assert {stat.S_IMODE((data / name).stat().st_mode) for name in names} == {0o600}
    assert stat.S_IMODE(data.stat().st_mode) == 0o750
    assert "was open" not in run("manage.py", "check", **environment).stderr


# FA-B10
def test_what_a_fresh_installation_writes_is_for_its_account_alone(tmp_path):
    data = tmp_path / "data"
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings.development", "DATA_DIR": str(data), "DATABASE_URL": None}
    answer = run("manage.py", "migrate", "-v0", SECRET_KEY=None, REDIS_URL=None, **environment)

    assert answer.returncode == 0, answer.stderr
    assert (data / "db.sqlite3").exists()
    open_to_others = [path for path in [data, *data.rglob("*")] if path.stat().st_mode & 0o077]
    assert open_to_others == []


# FA-B10
def test_a_folder_that_others_work_in_is_left_alone(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    assert list(restrict_paths(data_dir=shared, database=None)) == []
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777
