"""What every test stands on: stores of its own, the database it asked for, no trace left behind."""

import shutil
from pathlib import Path
from uuid import uuid4

import pytest


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
