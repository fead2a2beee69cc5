"""Ends an import, and taking one back, at any line of this project's code. Runs in an installation."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command

from tests.crashes.points import chosen, killed_at, lines_of
from tests.factories import make_organization
from tests.invariants import broken_invariants
from tests.upload_calls import jpeg
from uploads.models import ImportedFile, ImportRun, Upload
from uploads.storage import store

SOURCES = ("a.jpg", "b/c.jpg", "d.bin")


def crash_imports(*, points: int, report: str) -> None:
    """Kill imports at `points` lines, then their undoing at as many; after each, look at the laws, and finish."""
    make_organization("importing")
    facts: dict[str, Any] = {"killed": 0, "broken": [], "imported": len(SOURCES), "left": 0}
    with TemporaryDirectory() as folder:
        content = _fill(Path(folder))
        importing, undoing = _rehearse(folder)
        for point in chosen(points):
            facts["killed"] += killed_at(lambda: _import(folder), 1 + point * importing // points)
            facts["broken"] += broken_invariants()
            _import(folder)
            facts["broken"] += broken_invariants()
            facts["imported"] = min(facts["imported"], Upload.objects.count())
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
    call_command("import_uploads", folder, organization="importing", threads=1, verbosity=0)


def _undo_all() -> None:
    for run in ImportRun.objects.filter(undone_at=None):
        call_command("import_uploads", undo=str(run.pk), verbosity=0)


def _fill(folder: Path) -> dict[str, bytes]:
    (folder / "b").mkdir()
    for name in SOURCES:
        (folder / name).write_bytes(jpeg() if name.endswith("jpg") else b"\x00\x01\x02")
    return _content(folder)


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
