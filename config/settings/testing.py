"""Tests: fast hashing, no throttling of the suite, jobs run when a test says so."""

import atexit
import shutil
from pathlib import Path
from tempfile import mkdtemp

import dj_database_url

from config.environment import env
from config.environment.databases import with_options
from config.settings.base import *
from config.settings.base import INSTALLED_APPS, MIDDLEWARE, REST_FRAMEWORK, STORAGES

DATA_DIR = Path(mkdtemp(prefix="media-library-tests-"))
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
# A request that follows a relation of each row with a query of its own fails its test.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
# A row that is read and then locked needs `get()` twice; tests of lists also fix the number of queries.
ZEAL_ALLOWLIST = [{"model": "*", "field": "get()"}]
SECRET_KEY = "tests-only-" + "x" * 50
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES = {"default": with_options(dict(dj_database_url.parse(env.TEST_DATABASE_URL or f"sqlite:///{DATA_DIR}/db")))}
STORAGES = {
    **STORAGES,
    "media": {
        "BACKEND": "uploads.storage.disk.DiskStore",
        "OPTIONS": {"location": DATA_DIR / "media", "alias": "media"},
    },
    "assets": {
        "BACKEND": "uploads.storage.disk.DiskStore",
        "OPTIONS": {"location": DATA_DIR / "assets", "alias": "assets"},
    },
}
REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    "DEFAULT_THROTTLE_RATES": {"account": None, "anonymous": None, "login": None, "upload": None},
}
EMAIL_CONFIGURED = True  # the runner collects e-mails in `django.core.mail.outbox`
DEFAULT_FROM_EMAIL = "library@example.org"
TASKS_BACKEND = "database"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir()
TRANSCODE_DIR = DATA_DIR / "transcoding"
TRANSCODE_PRESET = "ultrafast"
