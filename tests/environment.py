"""The environment of every test: its own stores, its database, and cleaning up after it."""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from tests import databases


def pytest_configure(config: pytest.Config) -> None:
    stack = ExitStack()
    config.add_cleanup(stack.close)
    stack.enter_context(databases.run_folder())  # before xdist starts its workers, which share it


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    from django.conf import settings

    if "drill" not in config.option.markexpr:
        chosen = [item for item in items if not item.get_closest_marker("drill")]
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("drill")])
        items[:] = chosen
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL; scripts/test has a pass on it")
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """Replaces pytest-django's: a copy of the migrated template, and a cheap way back to it after commits."""
    from django.conf import settings
    from django.db import connections
    from django.test import TransactionTestCase

    from tests.clean_database import cleaner

    url = os.environ.get("TEST_DATABASE_URL", "")
    folder = Path(settings.DATA_DIR)
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        name = stack.enter_context(databases.database_copy(url, folder))
        connections.close_all()
        connections["default"].settings_dict["NAME"] = name.rpartition("/")[2] if url else str(folder / "db.sqlite3")
        stack.callback(connections.close_all)
        # What Django asks SQLite once per process is asked before the first test, which may count its queries.
        assert connections["default"].features.supports_json_field
        clean = cleaner()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: clean())
        django_db_blocker.restore()
        yield
        django_db_blocker.unblock()


@pytest.fixture(autouse=True)
def stores(settings):
    """Empty stores on disk for each test; returns the folder that holds `media` and `assets`."""
    folder = Path(settings.DATA_DIR) / "stores" / uuid4().hex
    settings.STORAGES = {
        **settings.STORAGES,
        **{alias: _disk_store(folder / alias) for alias in ("media", "assets")},
    }
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _disk_store(folder: Path) -> dict[str, object]:
    return {"BACKEND": "uploads.storage.disk.DiskStore", "OPTIONS": {"location": folder, "alias": folder.name}}


@pytest.fixture
def content_types(db):
    """Every content type in Django's cache, so that the first test of a process counts no query more than the next."""
    from django.apps import apps
    from django.contrib.contenttypes.models import ContentType

    ContentType.objects.get_for_models(*apps.get_models())


@pytest.fixture
def django_assert_num_queries(content_types, django_assert_num_queries):
    return django_assert_num_queries


@pytest.fixture
def django_assert_max_num_queries(content_types, django_assert_max_num_queries):
    return django_assert_max_num_queries
