"""A store that gives out ends an import at once, and the next one goes on."""

import time

import pytest

from tests.factories import make_organization
from uploads.imports import FolderSource, ImportOptions, Uploaders, import_files
from uploads.imports.run import SLICE
from uploads.models import ImportedFile, Upload
from uploads.storage.contract import StoreUnavailable
from uploads.storage.disk import DiskStore

pytestmark = pytest.mark.django_db(transaction=True)

SLICES = 7
FILES = SLICES * SLICE


def test_nothing_more_is_copied_once_the_store_gave_out(tmp_path, monkeypatch):
    for number in range(FILES):
        (tmp_path / f"{number:03}.txt").write_text("plain words")
    organization, asked = make_organization("acme"), []

    def silent(*_, **__):
        asked.append(1)
        time.sleep(0.02)
        raise StoreUnavailable

    order = ImportOptions(organization, FolderSource(tmp_path), Uploaders(organization), threads=1)
    with monkeypatch.context() as patched:
        patched.setattr(DiskStore, "put", silent)
        with pytest.raises(StoreUnavailable):
            import_files(order)
    assert len(asked) < SLICES
    assert not Upload.objects.exists()
    assert ImportedFile.objects.filter(upload=None).count() == FILES

    _, summary = import_files(order)
    assert summary.counts["imported"] == FILES
    assert Upload.objects.count() == FILES
