"""Every format that uploads accept is taken for what it is, under its name and without one."""

import pytest

from uploads.imports import FolderSource
from uploads.imports.inspect import inspect_file
from uploads.inspection.identify import TEXTS
from uploads.kinds.formats import FORMATS
from uploads.tests.inspection.contents import GENUINE

WRITTEN = {*TEXTS, "image/svg+xml"}  # only taken for one where one is expected


def inspected(folder, name, content):
    (folder / name).write_bytes(content)
    source = FolderSource(folder)
    (file,) = source.walk()
    with source.open(file) as opened:
        return inspect_file(opened, file.path)


@pytest.mark.parametrize("mime_type", sorted(GENUINE))
def test_a_format_is_recognized_by_its_content(tmp_path, mime_type):
    found = inspected(tmp_path, f"a.{FORMATS[mime_type].extensions[0]}", GENUINE[mime_type])
    assert (found.mime_type, found.type in FORMATS[mime_type].kinds) == (mime_type, True)


@pytest.mark.parametrize("mime_type", sorted(set(GENUINE) - WRITTEN))
def test_a_name_that_says_nothing_changes_nothing(tmp_path, mime_type):
    found = inspected(tmp_path, "a.dat", GENUINE[mime_type])
    assert found.mime_type == mime_type
