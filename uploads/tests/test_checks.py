"""CF-07: stores that would show or lose files are named before they do."""

import re
from pathlib import Path

import pytest

from uploads.checks import check_formats, check_stores
from uploads.kinds import kind_of
from uploads.kinds.formats import FORMATS, extensions_of


def ids():
    return {message.id for message in check_stores(None)}


def disk(location, alias):
    return {"BACKEND": "uploads.storage.disk.DiskStore", "OPTIONS": {"location": location, "alias": alias}}


def bucket(name, **options):
    return {"BACKEND": "uploads.storage.s3.S3Store", "OPTIONS": {"bucket_name": name, **options}}


@pytest.fixture
def configure(settings):
    def set_stores(media, assets):
        settings.STORAGES = {**settings.STORAGES, "media": media, "assets": assets}
        settings.CDN_URL = "https://cdn.example"

    return set_stores


# CF-07
def test_good_stores_are_not_complained_about(configure, tmp_path):
    configure(disk(tmp_path / "media", "media"), disk(tmp_path / "assets", "assets"))
    assert ids() == set()
    configure(bucket("media"), bucket("assets"))
    assert ids() == set()


# CF-07
def test_stores_that_share_a_place_are_an_error(configure, tmp_path):
    configure(disk(tmp_path / "one", "media"), disk(tmp_path / "one", "assets"))
    assert ids() == {"uploads.E001"}
    configure(bucket("one"), bucket("one"))
    assert ids() == {"uploads.E001"}


# CF-07
def test_files_among_static_files_are_an_error(configure, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    configure(disk(tmp_path / "static" / "media", "media"), disk(tmp_path / "assets", "assets"))
    assert ids() == {"uploads.E002"}
    configure(disk(tmp_path, "media"), disk(tmp_path.parent / "assets", "assets"))
    assert ids() == {"uploads.E002"}


# CF-07
def test_a_folder_that_everybody_can_look_into_is_an_error(configure, tmp_path):
    (tmp_path / "media").mkdir()
    (tmp_path / "media").chmod(0o755)
    configure(disk(tmp_path / "media", "media"), disk(tmp_path / "assets", "assets"))
    assert ids() == {"uploads.E003"}
    (tmp_path / "media").chmod(0o750)
    assert ids() == set()


# CF-07
def test_a_bucket_that_overwrites_or_is_public_is_an_error(configure):
    configure(bucket("media", file_overwrite=True), bucket("assets"))
    assert ids() == {"uploads.E005"}
    configure(bucket("media", default_acl="public-read"), bucket("assets"))
    assert ids() == {"uploads.E006"}


def test_a_library_without_its_cdn_is_a_warning(configure, settings):
    configure(bucket("media"), bucket("assets"))
    settings.CDN_URL = ""
    assert ids() == {"uploads.W001"}


@pytest.mark.parametrize(
    ("refused", "added", "problems"),
    [
        (["svg", "image/heic", ".TIF"], ["psd=image/vnd.adobe.photoshop"], []),
        (["svgg"], [], ["uploads.E008"]),
        ([], ["psd"], ["uploads.E009"]),
        ([], ["exe=application/x-exe"], ["uploads.E009"]),
        ([], ["page=text/html"], ["uploads.E009"]),
        ([], ["png=image/x-other"], ["uploads.E009"]),
    ],
)
def test_changes_of_the_formats_that_say_nothing_are_found(settings, refused, added, problems):
    settings.FORMATS_REFUSED, settings.FORMATS_ADDED = refused, added
    assert [message.id for message in check_formats(None)] == problems


def test_an_installation_narrows_and_widens_what_it_accepts(settings):
    settings.FORMATS_REFUSED, settings.FORMATS_ADDED = ["svg", "image/tiff"], ["psd=image/vnd.adobe.photoshop"]
    images, documents = kind_of("IMAGE"), kind_of("DOCUMENT")
    assert not images.accepts("image/svg+xml")
    assert images.type_of_name("a.tif") is None
    assert images.accepts("image/png")
    assert documents.content_type("", "poster.PSD") == "image/vnd.adobe.photoshop"
    assert extensions_of("image/tiff") == ("tif", "tiff")  # of files that are there
    assert extensions_of("image/vnd.adobe.photoshop") == ("psd",)


def test_the_documentation_names_every_format():
    text = (Path(__file__).resolve().parents[2] / "docs/formats.md").read_text(encoding="utf-8")
    words = set(re.findall(r"\w+", text))
    assert [name for each in FORMATS.values() for name in each.extensions if name not in words] == []
