"""Ends the import of a library resource at any line of this project's code. Runs in an installation."""

import csv
import json
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command

from resources.models import LibraryResource, LibraryResourceFile
from tests.crashes.points import chosen, killed_at, lines_of
from tests.factories import make_member, make_organization
from tests.invariants import broken_invariants
from tests.library import png
from uploads.models import Upload

FILES = ("a.png", "b.png", "c.png")


def crash_library_imports(*, points: int, report: str) -> None:
    """Kill imports of one row at `points` lines; after each, look at the laws, and run it again."""
    make_member(make_organization("filling"), "Administrator", "importer")
    facts: dict[str, Any] = {"killed": 0, "broken": [], "half": 0, "points": len(chosen(points))}
    with TemporaryDirectory() as folder:
        for number, name in enumerate(FILES):
            Path(folder, name).write_bytes(png(number))
        lines = lines_of(lambda: _import(folder, "rehearsal"))
        for point in chosen(points):
            facts["killed"] += killed_at(partial(_import, folder, str(point)), 1 + point * lines // points)
            facts["broken"] += broken_invariants()
            facts["half"] += LibraryResource.objects.count() * len(FILES) - LibraryResourceFile.objects.count()
            _import(folder, str(point))
            facts["broken"] += broken_invariants()
    facts["resources"] = LibraryResource.objects.count()
    facts["uploads"] = Upload.objects.count()
    Path(report).write_text(json.dumps(facts))


def _import(folder: str, key: str) -> None:
    manifest = Path(folder, "manifest.csv")
    row = {"key": key, "type": "scene", "name": f"Scene {key}", "environment": "indoor"}
    files = {"original": FILES[0], "gallery": "|".join(FILES[1:])}
    with manifest.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*row, *files])
        writer.writeheader()
        writer.writerow({**row, **files})
    options: Any = {"files": Path(folder), "organization": "filling", "user": "importer", "verbosity": 0}
    call_command("import_library", manifest, **options)
