"""Ends an import, and taking one back, at any line of this project's code. Runs in an installation.

The import is one of WordPress, with texts and tags, which runs all lines of the import of a folder and those of a
catalog.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command
from django.db.models import F

from tests.crashes.points import chosen, killed_at, lines_of
from tests.factories import make_organization
from tests.invariants import broken_invariants
from tests.upload_calls import jpeg
from tests.wordpress import Attachment, write_export
from uploads.models import ImportedFile, ImportRun, Upload
from uploads.storage import store

SOURCES = ("a.jpg", "b/c.jpg", "d.bin")
MADE = "b/c-150x150.jpg"  # by WordPress, and left out
NAMES = [name.rpartition("/")[2] for name in SOURCES]
ATTACHMENTS = [Attachment(path, title=name, terms=("boats", name)) for path, name in zip(SOURCES, NAMES, strict=True)]


def crash_imports(*, points: int, report: str) -> None:
    """Kill imports at `points` lines, then their undoing at as many; after each, look at the laws, and finish."""
    make_organization("importing")
    facts: dict[str, Any] = {"killed": 0, "broken": [], "imported": len(SOURCES), "described": len(SOURCES), "left": 0}
    with TemporaryDirectory() as folder:
        content = _fill(Path(folder))
        importing, undoing = _rehearse(folder)
        for point in chosen(points):
            facts["killed"] += killed_at(lambda: _import(folder), 1 + point * importing // points)
            facts["broken"] += broken_invariants()
            _import(folder)
            facts["broken"] += broken_invariants()
            facts["imported"] = min(facts["imported"], Upload.objects.count())
            facts["described"] = min(facts["described"], _described())
            facts["killed"] += killed_at(_undo_all, 1 + point * undoing // points)
            facts["broken"] += broken_invariants()
            _undo_all()
            facts["broken"] += broken_invariants()
            facts["left"] += Upload.everything.count() + ImportedFile.objects.count()
            facts["left"] += sum(1 for _ in store("media").walk())
        facts["untouched"] = content == _content(Path(folder))
    facts["sources"] = len(SOURCES)
    Path(report).write_text(json.dumps(facts))


def _rehearse(folder: str) -> tuple[int, int]:
    importing = lines_of(lambda: _import(folder))
    undoing = lines_of(_undo_all)
    return importing, undoing


def _import(folder: str) -> None:
    options = {"system": "wordpress", "export": [Path(folder, "site.xml")], "exclude": ["site.xml"]}
    call_command("import_uploads", folder, organization="importing", threads=1, verbosity=0, **options)


def _described() -> int:
    """How many files have what the export says of them."""
    named = Upload.objects.filter(title=F("original_filename"), created_at__year=2020)
    return named.filter(tags__slug="boats").filter(tags__slug=F("title")).count()


def _undo_all() -> None:
    for run in ImportRun.objects.filter(undone_at=None):
        call_command("import_uploads", undo=str(run.pk), verbosity=0)


def _fill(folder: Path) -> dict[str, bytes]:
    (folder / "b").mkdir()
    write_export(folder / "site.xml", *ATTACHMENTS)
    for name in (*SOURCES, MADE):
        (folder / name).write_bytes(jpeg() if name.endswith("jpg") else b"\x00\x01\x02")
    return _content(folder)


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
