"""The bytes decide among what a kind accepts; the announcement and the name say only what is tried first."""

import pytest

from uploads.errors import ContentMismatch
from uploads.inspection import Content, identify
from uploads.kinds import kind_of
from uploads.kinds.formats import accepted_formats
from uploads.tests.inspection.contents import DOCX, GENUINE, XLSX, archive, compound, ebml, film_of, picture


def identified(kind, data, *expected):
    return identify(Content.of_bytes(data), kind_of(kind).formats, expected).mime_type


# FA-D2 FA-D3
@pytest.mark.parametrize(
    ("kind", "expected", "really"),
    [
        ("IMAGE", "image/jpeg", "image/png"),
        ("IMAGE", "image/png", "image/heic"),
        ("AVATAR", "image/png", "image/jpeg"),
        ("VIDEO", "video/mp4", "video/quicktime"),
        ("VIDEO", "video/quicktime", "video/mp4"),
        ("VIDEO", "video/webm", "video/x-matroska"),
        ("AUDIO", "audio/mpeg", "audio/mp4"),
        ("AUDIO", "audio/aac", "audio/mpeg"),
        ("AUDIO", "audio/mpeg", "audio/flac"),
        ("DOCUMENT", DOCX, "application/pdf"),
        ("DOCUMENT", DOCX, XLSX),
        ("DOCUMENT", DOCX, "application/zip"),
        ("DOCUMENT", "application/msword", "application/rtf"),
        ("DOCUMENT", "application/vnd.ms-excel", "application/msword"),
        ("DOCUMENT", "text/plain", "application/vnd.oasis.opendocument.text"),
        ("DOCUMENT", "text/csv", XLSX),
    ],
)
def test_a_sibling_is_taken_as_what_it_is(kind, expected, really):
    assert identified(kind, GENUINE[really], expected) == really


# FA-D2
@pytest.mark.parametrize(
    ("data", "really"),
    [
        (film_of(b"vide"), "video/mp4"),
        (film_of(b"soun", b"vide"), "video/mp4"),
        (film_of(b"soun"), "audio/mp4"),
        (film_of(b"vide", b"soun", brand=b"M4B "), "audio/mp4"),
        (film_of(), "video/mp4"),
        (ebml(b"webm", codec=b"V_VP9"), "video/webm"),
        (ebml(b"webm", codec=b"A_OPUS"), "audio/webm"),
    ],
)
@pytest.mark.parametrize("name", ["video/quicktime", "video/mp4", "video/webm", "image/jpeg"])
def test_the_tracks_say_whether_it_is_a_film_or_sound(data, really, name):
    found = identify(Content.of_bytes(data), accepted_formats(), [name]).mime_type
    assert found == really


@pytest.mark.parametrize(
    ("kind", "data", "sentence"),
    [
        ("VIDEO", film_of(b"soun"), "only sound"),
        ("VIDEO", ebml(b"webm", codec=b"A_OPUS"), "only sound"),
        ("AUDIO", film_of(b"vide", b"soun"), "a video"),
        ("AUDIO", ebml(b"webm", codec=b"V_VP8"), "a video"),
    ],
)
def test_sound_as_video_and_a_film_as_sound_are_refused_in_words(kind, data, sentence):
    with pytest.raises(ContentMismatch, match=sentence):
        identified(kind, data, "audio/mp4", "video/mp4")


def test_every_format_is_identified_by_itself_and_without_a_name_if_it_is_binary():
    for mime_type, data in GENUINE.items():
        kind = next(kind for kind in ("IMAGE", "DOCUMENT", "VIDEO", "AUDIO") if kind_of(kind).accepts(mime_type))
        assert identified(kind, data, mime_type) == mime_type
        if not mime_type.startswith("text/") and mime_type not in (
            "application/json",
            "application/x-subrip",
            "image/svg+xml",
        ):
            assert identified(kind, data) == mime_type


# FA-D3
@pytest.mark.parametrize(
    ("data", "expected", "really"),
    [
        (b"a;b\n1;2\n", ("application/vnd.ms-excel", "text/csv"), "text/csv"),
        (compound("Workbook"), ("application/vnd.ms-excel", "text/csv"), "application/vnd.ms-excel"),
        (b"no json", ("application/json",), "text/plain"),
        (b"no cues", ("text/vtt",), "text/plain"),
        (b"a page about %PDF-1.4", ("text/plain",), "text/plain"),
        (b"WEBVTT\n", ("application/x-subrip", "text/vtt"), "text/vtt"),
    ],
)
def test_a_text_is_what_its_name_says_or_plain(data, expected, really):
    assert identified("DOCUMENT", data, *expected) == really


# US-17
@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("DOCUMENT", b"<html>Please sign in</html>", "application/pdf"),
        ("IMAGE", b"<svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>", "image/png"),
        ("IMAGE", b"<html><svg/></html>", "image/svg+xml"),
        ("AVATAR", picture("GIF"), "image/png"),
        ("VIDEO", b"\x7fELF" + b"\0" * 200, "video/mp4"),
        ("DOCUMENT", archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), DOCX),
        ("DOCUMENT", archive("../a"), "application/pdf"),
    ],
)
def test_what_no_format_of_the_kind_is_or_one_refuses_is_refused(kind, data, expected):
    with pytest.raises(ContentMismatch):
        identified(kind, data, expected)
