"""Names that nobody can use to get anywhere."""

import re
import unicodedata
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Invalid
from uploads.choices import UploadType
from uploads.kinds import KINDS, kind_of
from uploads.kinds.formats import canonical_type
from uploads.models import Upload
from uploads.names import (
    MAX_NAME_BYTES,
    clean_filename,
    generated_filename,
    is_rendition_key,
    object_key,
    rendition_key,
)

ORGANIZATION = UUID("01900000-0000-7000-8000-000000000001")
OBJECT = UUID("01900000-0000-7000-8000-000000000002")
OTHER = UUID("01900000-0000-7000-8000-000000000003")
ANY_NAME = st.text(alphabet=st.characters(codec=None), max_size=400)
TRICKY = st.lists(
    st.sampled_from(
        ["..", "/", "\\", "%2f", ".php", ".jpg", "\0", "\u202e", "\uff0f", "\uff0e", " ", "é", "e\u0301", "😀", "a"]
    ),
    max_size=60,
).map("".join)


def cleaned(name):
    try:
        return clean_filename(name)
    except Invalid:
        return None


# US-19, US-21, US-22
@given(ANY_NAME | TRICKY)
def test_a_cleaned_name_is_one_short_line_without_path_and_cleaning_it_again_changes_nothing(name):
    shown = cleaned(name)
    if shown is None:
        return
    assert 0 < len(shown.encode()) <= MAX_NAME_BYTES
    assert not set("/\\\0\r\n\u202e\u2028\uff0f") & set(shown)
    assert shown not in {".", ".."}
    assert unicodedata.is_normalized("NFC", shown)
    assert cleaned(shown) == shown


# US-19: no byte of a client decides where an object goes
@given(ANY_NAME | TRICKY, st.sampled_from(list(UploadType)))
def test_no_name_makes_a_key_escape_its_folder(name, upload_type):
    kind = kind_of(upload_type)
    folder = "models" if upload_type == UploadType.LIBRARY else ""
    for content_type in kind.extensions:
        key = object_key(
            kind, organization=ORGANIZATION, object_id=OBJECT, content_type=content_type, filename=name, folder=folder
        )
        assert re.fullmatch(rf"{ORGANIZATION}/[a-z]+(/models)?/{OBJECT}/[A-Za-z0-9_-]+\.[a-z0-9]+", key)
        assert len(key) <= 255


@given(ANY_NAME | TRICKY)
def test_a_generated_name_is_safe_in_any_address(name):
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,110}\.png", generated_filename(name, "png"))


# US-22
@pytest.mark.parametrize(
    "name",
    [
        ".htaccess",
        "web.config",
        "a.jpg.php",
        "a.PhP",
        "a.php%00.jpg",
        "a.php\0.jpg",
        "a.php.",
        "a.php . ",
        "a.php::$DATA",
        "a\uff0ephp",
        "page.html",
        "feed.xml",
        "run.exe",
        "gpj\u202e.exe",
    ],
)
def test_names_that_systems_execute_are_refused(name):
    with pytest.raises(Invalid) as refused:
        clean_filename(name)
    assert (refused.value.code, refused.value.attr) == ("invalid_filename", "filename")


# US-19, US-21
@pytest.mark.parametrize(
    "name", ["", " ", ".", "..", "...", "../", "/", "\\", "....//", "\0", "\u202e", "\u200d", ". . ."]
)
def test_names_with_nothing_in_them_are_refused(name):
    with pytest.raises(Invalid):
        clean_filename(name)


# US-19, US-22
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("..\\..\\x.png", "x.png"),
        ("/abs/olute.png", "olute.png"),
        ("C:\\Users\\me\\a.png", "a.png"),
        ("..\uff0f..\uff0fa.png", "a.png"),
        ("..%2f..%2fa.png", "..%2f..%2fa.png"),
        ("CON.txt", "CON.txt"),
        ("aux", "aux"),
        ("-rf", "-rf"),
        ("a.JpG", "a.JpG"),
        ("no extension", "no extension"),
        ("trailing. ", "trailing"),
        ("e\u0301.png", "é.png"),
        ("line\r\nbreak\u2028.png", "linebreak.png"),
        ("evil\u202egnp.png", "evilgnp.png"),
        ("a.svg.png", "a.svg.png"),  # FA-D1
        ("index.html.png", "index.html.png"),
        ("setup.exe.png", "setup.exe.png"),
        ("a.php.jpg", "a.php.jpg"),
        ("a.asp;.jpg", "a.asp;.jpg"),
        ("drawing.svg", "drawing.svg"),
        ("Screenshot of example.com.png", "Screenshot of example.com.png"),
        ("👨\u200d👩\u200d👧.png", "👨\u200d👩\u200d👧.png"),
    ],
)
def test_other_names_are_cleaned_and_kept_for_display(name, shown):
    assert clean_filename(name) == shown


# US-21
@pytest.mark.parametrize("name", ["x" * 300 + ".jpg", "😀" * 64 + ".jpg", "x" * 10_000 + ".jpg", "é" * 128 + ".jpg"])
def test_a_long_name_is_cut_and_keeps_its_extension(name):
    shown = clean_filename(name)
    assert shown.endswith(".jpg")
    assert 250 <= len(shown.encode()) <= 255


# US-22
@pytest.mark.parametrize(
    ("name", "generated"),
    [
        ("Été à Paris.jpeg", "Ete-a-Paris.jpg"),
        ("日本.jpg", "file.jpg"),
        ("CON.txt", "file-CON.jpg"),
        ("-rf", "rf.jpg"),
        ("a.b.c.png", "a-b-c.jpg"),
        ("", "file.jpg"),
    ],
)
def test_names_in_addresses_are_readable_where_they_can_be(name, generated):
    assert generated_filename(name, "jpg") == generated


def test_every_kind_has_its_place():
    def key(upload_type, content_type, **more):
        return object_key(
            kind_of(upload_type), organization=ORGANIZATION, object_id=OBJECT, content_type=content_type, **more
        )

    base = f"{ORGANIZATION}"
    assert key("IMAGE", "image/jpeg") == f"{base}/uploads/{OBJECT}/original.jpg"
    assert key("EDITOR_IMAGE", "image/webp") == f"{base}/uploads/{OBJECT}/original.webp"
    assert key("AVATAR", "image/png") == f"{base}/avatars/{OBJECT}/original.png"
    assert key("DOCUMENT", "application/pdf", filename="Год 2026.pdf") == f"{base}/resources/{OBJECT}/2026.pdf"
    assert key("VIDEO", "video/quicktime") == f"{base}/media/{OBJECT}/original.mov"
    assert key("AUDIO", "audio/mpeg") == f"{base}/media/{OBJECT}/original.mp3"
    assert key("LIBRARY", "image/avif", folder="garments") == f"{base}/assets/garments/{OBJECT}/original.avif"


@pytest.mark.parametrize("folder", ["", "../x", "a/b", "A", ".", "ü", "x" * 41])
def test_a_library_key_needs_a_plain_folder(folder):
    with pytest.raises(Invalid):
        object_key(
            kind_of("LIBRARY"), organization=ORGANIZATION, object_id=OBJECT, content_type="image/png", folder=folder
        )


def test_other_keys_take_no_folder():
    with pytest.raises(Invalid):
        object_key(
            kind_of("IMAGE"), organization=ORGANIZATION, object_id=OBJECT, content_type="image/png", folder="models"
        )


@pytest.mark.parametrize("upload_type", UploadType)
def test_renditions_lie_beside_their_original(upload_type):
    kind = kind_of(upload_type)
    folder = "models" if upload_type == UploadType.LIBRARY else ""
    content_type = next(iter(kind.extensions))
    key = object_key(
        kind, organization=ORGANIZATION, object_id=OBJECT, content_type=content_type, filename="a", folder=folder
    )
    picture = rendition_key(Upload(id=OTHER, organization_id=ORGANIZATION, key=key), "sm")
    assert picture == f"{key.rpartition('/')[0]}/thumb-sm"
    assert is_rendition_key(picture)
    assert not is_rendition_key(key)


@pytest.mark.parametrize("key", ["old/a.png", "a.png", f"{OTHER}/uploads/{OBJECT}/original.png", f"x/{OBJECT}/a.png"])
def test_renditions_take_no_name_in_a_folder_of_others(key):
    picture = rendition_key(Upload(id=OBJECT, organization_id=ORGANIZATION, key=key), "sm")
    assert picture == f"{ORGANIZATION}/uploads/{OBJECT}/thumb-sm"
    assert is_rendition_key(picture)


@pytest.mark.parametrize("key", ["thumb-sm", "old/thumb-sm", f"{ORGANIZATION}/resources/{OBJECT}/thumb-small.pdf"])
def test_what_others_call_like_a_rendition_is_none(key):
    assert not is_rendition_key(key)


def test_the_table_knows_every_type_and_reads_its_limits_from_the_settings(settings):
    assert set(KINDS) == set(UploadType)
    settings.MAX_VIDEO_SIZE = 7
    assert kind_of("VIDEO").max_size == 7
    with pytest.raises(ValueError):
        kind_of("VIRUS")


@pytest.mark.parametrize("content_type", ["text/html", "text/xml", "application/xhtml+xml", "application/octet-stream"])
def test_nothing_accepts_what_can_run_script(content_type):
    assert not any(kind.accepts(content_type) for kind in KINDS.values())


@pytest.mark.parametrize(
    ("announced", "canonical"),
    [("IMAGE/PNG", "image/png"), ("text/csv; charset=utf-8", "text/csv"), ("audio/x-wav", "audio/wav"), ("", "")],
)
def test_types_are_known_by_one_name(announced, canonical):
    assert canonical_type(announced) == canonical


@pytest.mark.parametrize(
    ("announced", "filename", "content_type"),
    [
        ("", "a.b.JPEG", "image/jpeg"),
        ("application/octet-stream", "a.png", "image/png"),
        ("image/webp", "a.png", "image/webp"),
        ("", "a.pdf", ""),
        ("application/octet-stream", "a", "application/octet-stream"),
    ],
)
def test_the_name_decides_where_no_type_is_announced(announced, filename, content_type):
    assert kind_of("IMAGE").content_type(announced, filename) == content_type
