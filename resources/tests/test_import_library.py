"""Filling the library from a manifest."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from resources.models import LibraryResource
from tests.factories import make_member
from tests.library import png
from uploads.models import Upload, UploadSession

pytestmark = pytest.mark.django_db

HEADER = "key,type,name,gender,age_group,category,original,thumbnail,gallery\n"
GOOD = "m1,model,Mara,female,adult,,a.png,b.png,c.png|d.png\ng1,garment,Parka,,,jackets,e.png,,\n"


@pytest.fixture
def manifest(tmp_path, organization):
    make_member(organization, "Administrator", username="importer")
    for n, name in enumerate("abcdef"):
        (tmp_path / f"{name}.png").write_bytes(png(n))
    path = tmp_path / "manifest.csv"
    path.write_text(HEADER + GOOD)
    return path


def run(manifest, *options, user="importer"):
    out = StringIO()
    call_command(
        "import_library",
        manifest,
        f"--files={manifest.parent}",
        "--organization=home",
        f"--user={user}",
        "--json",
        *options,
        stdout=out,
    )
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_every_row_becomes_a_resource_with_its_files_once(manifest):
    assert run(manifest)[-1] == {"summary": {"imported": 2}}
    assert run(manifest)[-1] == {"summary": {"there already": 2}}
    assert set(LibraryResource.objects.values_list("type", "name", "status")) == {
        ("model", "Mara", "active"),
        ("garment", "Parka", "active"),
    }
    files = LibraryResource.objects.get(name="Mara").files.order_by("role", "position")
    named = [(file.role, file.upload.original_filename) for file in files]
    assert named == [("gallery", "c.png"), ("gallery", "d.png"), ("original", "a.png"), ("thumbnail", "b.png")]


def test_a_dry_run_writes_nothing(manifest):
    assert run(manifest, "--dry-run")[-1] == {"summary": {"would be imported": 2}}
    assert not LibraryResource.objects.exists()
    assert not UploadSession.objects.exists()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("x,model,Mara,female,,,a.png,,", "x: age_group: This field is required for the type model."),
        ("x,shoes,Mara,,,,a.png,,", "x: The type or the status is unknown."),
        (",garment,Parka,,,jackets,f.png,,", "row 1: A key is required."),
        ("x,garment,Parka,,,jackets,,,", "x: files: Exactly one file must be the original."),
        ("x,garment,Parka,,,jackets,lost.png,,", "x: There is no file 'lost.png' in this folder."),
        ("x,garment,Parka,,,jackets,../../etc/passwd,,", "x: There is no file '../../etc/passwd' in this folder."),
        ("x,garment,Parka,,,jackets,manifest.csv,,", "x: manifest.csv: "),
        (
            "x,garment,Parka,,,jackets,f.png,,lie.png",
            "x: lie.png: This is not a PNG file, or it is damaged.",
        ),
        ("x,garment,Parka,,,jackets,f.png,,empty.png", "x: empty.png: An empty file cannot be uploaded."),
    ],
)
def test_a_row_that_cannot_be_imported_is_told_and_leaves_the_others_alone(manifest, row, reason, capsys):
    (manifest.parent / "lie.png").write_bytes(b"no picture")
    (manifest.parent / "empty.png").touch()
    manifest.write_text(f"{HEADER}{row}\n{GOOD}")
    with pytest.raises(CommandError, match="1 of 3 rows"):
        call_command("import_library", manifest, f"--files={manifest.parent}", "--organization=home", "--user=importer")
    assert capsys.readouterr().out.startswith(reason)
    assert LibraryResource.objects.count() == 2


def test_a_file_that_is_not_what_its_name_says_fails_its_row_until_it_is_mended(manifest):
    (manifest.parent / "e.png").write_bytes(b"no picture")
    with pytest.raises(CommandError):
        run(manifest)
    assert LibraryResource.objects.count() == 1
    assert Upload.objects.count() == 4
    (manifest.parent / "e.png").write_bytes(png(7, (70, 30)))
    assert run(manifest)[-1] == {"summary": {"imported": 1, "there already": 1}}


def test_a_list_of_objects_will_do(manifest):
    path = manifest.with_suffix(".json")
    row = {"key": "s", "type": "scene", "name": "Loft", "environment": "indoor", "original": "a.png"}
    path.write_text(json.dumps([{**row, "gallery": ["b.png", "c.png"]}]))
    assert run(path)[-1] == {"summary": {"imported": 1}}


def test_a_person_who_is_no_member_imports_nothing(manifest, other_organization):
    make_member(other_organization, "Administrator", username="stranger")
    for name in ("stranger", "nobody"):
        with pytest.raises(CommandError):
            run(manifest, user=name)
    assert not LibraryResource.objects.exists()
