"""Tests: fast hashing, no throttling of the suite, jobs run when a test says so."""

from pathlib import Path
from tempfile import mkdtemp

from config import env
from config.databases import with_options
from config.settings.base import *
from config.settings.base import REST_FRAMEWORK, STORAGES

DATA_DIR = Path(mkdtemp(prefix="media-library-tests-"))
SECRET_KEY = "tests-only-" + "x" * 50
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES = {"default": with_options(env.env.dj_db_url("TEST_DATABASE_URL", f"sqlite:///{DATA_DIR / 'db.sqlite3'}"))}
STORAGES = {
    **STORAGES,
    "media": {"BACKEND": "uploads.storage.disk.DiskStore", "OPTIONS": {"location": DATA_DIR / "media"}},
    "assets": {"BACKEND": "uploads.storage.disk.DiskStore", "OPTIONS": {"location": DATA_DIR / "assets"}},
}
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"login": None, "upload": None, "anonymous": None}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir()
