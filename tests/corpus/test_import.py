"""One import of the whole corpus, as one folder: what comes out is the same as by the API."""

import re
from pathlib import Path

import pytest

from tests.corpus.case import ANYTHING, Accepted, Case
from tests.corpus.check import differences, draw_all, is_a_file_name, written
from tests.corpus.test_corpus import CASES, of_today, report
from tests.factories import make_organization
from uploads.models import ImportedFile
from uploads.serving.servable import Servable
from uploads.tests.imports.calls import imported

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_people_have_comes_in_by_an_import(tmp_path: Path) -> None:
    make_organization("acme")
    share = {str(number): name for number, (name, case) in enumerate(of_today(5).items()) if is_a_file_name(case.name)}
    written(tmp_path, {place: (CASES[name].name, CASES[name].make()) for place, name in share.items()})
    imported(tmp_path)
    draw_all()
    rows = {row.source.partition("/")[0]: row for row in ImportedFile.objects.select_related("upload")}
    report({name: problems_of(rows.get(place), CASES[name]) for place, name in share.items()})


def problems_of(row: ImportedFile | None, case: Case) -> list[str]:
    """What is wrong with an imported file, in words."""
    expected = case.imported or case.out
    if row is None or row.upload is None:
        return ["left out"]
    if isinstance(expected, Accepted):
        return differences(row.upload, expected)
    if not re.fullmatch(expected.imported, row.upload.mime_type):
        return [f"is {row.upload.mime_type}"]
    shown = Servable.of_upload(row.upload, is_public=False).disposition(download=False).inline
    return [f"{row.upload.mime_type} is shown in pages"] if shown and expected.imported == ANYTHING else []
