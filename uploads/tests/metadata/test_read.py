"""What is read from the bytes of a file: every format, and no more than people wrote."""

import shutil
import subprocess
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pillow_heif
import pytest
from PIL import Image, PngImagePlugin

from tests import samples
from tests.clips import ffmpeg
from uploads.metadata.process import metadata_of
from uploads.metadata.read import read_metadata

PIXELS = 10**8
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WRITER = "application/vnd.oasis.opendocument.text"
RECORDED = ("-metadata", "creation_time=2024-05-01T10:00:00Z", "-metadata", "location=+48.8577+002.2950/")
CLIP = ("-f", "lavfi", "-i", "testsrc2=size=32x32:rate=5:duration=1", "-pix_fmt", "yuv420p")
TONE = ("-f", "lavfi", "-i", "sine=duration=1")


@pytest.fixture
def read(tmp_path):
    """Read bytes here, without a process."""

    def read(data: bytes, mime_type: str):
        path = tmp_path / "original"
        path.write_bytes(data)
        return read_metadata(path, mime_type, PIXELS)

    return read


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_every_format_of_pictures_says_the_same(read, image_format):
    if image_format == "HEIF":
        pillow_heif.register_heif_opener()
    mime_type = "image/heic" if image_format == "HEIF" else f"image/{image_format.lower()}"
    assert read(samples.press_photo(image_format), mime_type) == {
        "taken_at": "2024-05-01T12:30:00+02:00",
        "camera": "NIKON D850",
        "exposure": {"time": 0.004, "aperture": 2.8},
        "title": "Markt",
        "caption": "Ein Käfer auf dem Markt.",
        "keywords": ["Insekt", "Wochenmarkt"],
        "credit": "Agentur",
        "location": {"latitude": 52.5, "longitude": 52.5},
    }


def iptc(*datasets: tuple[int, int, bytes]) -> bytes:
    """A JPEG with IPTC-IIM in its Photoshop segment, by hand (IIM 4.2; Pillow does not write it)."""
    data = b"".join(
        bytes((0x1C, record, number)) + len(text).to_bytes(2, "big") + text for record, number, text in datasets
    )
    block = b"8BIM\x04\x04\0\0" + len(data).to_bytes(4, "big") + data + b"\0" * (len(data) % 2)
    segment = b"Photoshop 3.0\0" + block
    plain = samples.encoded(samples.quarters(40, 20), "JPEG")
    return plain[:2] + b"\xff\xed" + (len(segment) + 2).to_bytes(2, "big") + segment + plain[2:]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_the_words_of_agencies_are_read_in_both_encodings(read, encoding):
    said = read(
        iptc(
            (2, 5, "Käfer".encode(encoding)),
            *((2, 25, word) for word in (b"Insekt", b"insekt", b"Markt", b" ")),
            (2, 55, b"20240501"),
            (2, 60, b"123000+0200"),
            (2, 80, b"A"),
            (2, 80, b"B"),
            (2, 110, b"Agentur"),
            (2, 116, "© Zoë".encode(encoding)),
            (2, 120, "Ein Käfer\rläuft".encode(encoding)),
        ),
        "image/jpeg",
    )
    assert said == {
        "taken_at": "2024-05-01T12:30:00+02:00",
        "title": "Käfer",
        "caption": "Ein Käfer\nläuft",
        "keywords": ["Insekt", "Markt"],
        "creator": "A, B",
        "credit": "Agentur",
        "copyright": "© Zoë",
    }


def exif_jpeg(tags, details=(), places=()):
    exif = Image.Exif()
    exif.update(tags)
    exif.get_ifd(0x8769).update(details)
    exif.get_ifd(0x8825).update(places)
    return samples.encoded(samples.quarters(40, 20), "JPEG", exif=exif)


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ({0x010F: "Canon", 0x0110: "Canon EOS R5"}, {"camera": "Canon EOS R5"}),
        ({0x010F: "samsung", 0x0110: "SM-S911B"}, {"camera": "samsung SM-S911B"}),
        ({0x010E: "OLYMPUS DIGITAL CAMERA         "}, {}),
        ({0x010E: "Café über".encode()}, {"caption": "Café über"}),
        ({0x010E: b"Caf\xe9"}, {"caption": "Café"}),
        ({0x010E: "A\x01B\x07\u202eC".encode()}, {"caption": "ABC"}),
        ({0x8298: "Zoë \0Editor".encode()}, {"copyright": "Zoë"}),
        (
            {0x9C9B: "Käfer\0".encode("utf-16-le"), 0x9C9E: "a;b".encode("utf-16-le")},
            {"title": "Käfer", "keywords": ["a", "b"]},
        ),
        ({0x0112: 6}, {"orientation": 6}),
        ({0x0112: 77}, {}),
        ({0x010E: "x" * 5000}, {"caption": "x" * 1999 + "…"}),
    ],
)
def test_texts_of_cameras_are_readable(read, tags, said):
    assert read(exif_jpeg(tags), "image/jpeg") == said


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({0x9003: "2024:05:01 12:30:00"}, {"taken_at": "2024-05-01T12:30:00"}),
        ({0x9004: "2024:05:01 12:30:00", 0x9012: "-05:30"}, {"taken_at": "2024-05-01T12:30:00-05:30"}),
        ({0x9003: "0000:00:00 00:00:00"}, {}),
        ({0x9003: "2024:13:01 12:30:00"}, {}),
        ({0x9003: "    :  :     :  :  "}, {}),
        ({0x9003: "2024:05:01 12:30:00", 0x9011: "+99:99"}, {"taken_at": "2024-05-01T12:30:00"}),
        ({0x829D: 0, 0x920A: 85}, {"exposure": {"focal_length": 85.0}}),
    ],
)
def test_measurements_are_what_they_can_be(read, details, said):
    assert read(exif_jpeg({}, details), "image/jpeg") == said


@pytest.mark.parametrize(
    "places",
    [
        {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
        {1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (5.0, 0.0, 0.0)},
        {1: "N", 2: (52.0, 30.0, 0.0)},
        {1: "N", 2: (52.0, 30.0), 3: "E", 4: (5.0, 0.0, 0.0)},
    ],
)
def test_a_place_that_cannot_be_is_no_place(read, places):
    assert read(exif_jpeg({}, (), places), "image/jpeg") == {}


def test_the_texts_of_a_png_are_read(read):
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Title", "Käfer")
    texts.add_itxt("Description", "Läuft")
    data = samples.encoded(samples.quarters(40, 20), "PNG", pnginfo=texts)
    assert read(data, "image/png") == {"title": "Käfer", "caption": "Läuft"}


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x:xmpmeta xmlns:x="adobe:ns:meta/">&b;</x:xmpmeta>'


@pytest.mark.parametrize("packet", [BOMB, "<x:xmpmeta", "<a/>", "\0", "<a>" * 10_000, "<a b='1'>text</a>"])
def test_a_broken_packet_spoils_nothing_else(read, packet):
    assert read(samples.press_photo(packet=packet), "image/jpeg")["camera"] == "NIKON D850"


def test_broken_exif_data_spoils_nothing_else(read):
    data = samples.press_photo()
    for at in range(data.index(b"Exif\0\0") + 6, data.index(b"Exif\0\0") + 60, 3):
        said = read(data[:at] + b"\xff\xff" + data[at + 2 :], "image/jpeg")
        assert said["credit"] == "Agentur"


def media(folder, name, *arguments):
    ffmpeg(*arguments, str(folder / name))
    return (folder / name).read_bytes()


def test_sound_and_video_have_tags_a_duration_and_a_place(read, tmp_path):
    tags = ("-metadata", "title=Käfer", "-metadata", "artist=Zoë", "-metadata", "copyright=© Zoë")
    for name, mime_type in (("a.mp3", "audio/mpeg"), ("a.m4a", "audio/mp4"), ("a.wav", "audio/wav")):
        said = read(media(tmp_path, name, *TONE, *tags), mime_type)
        assert (said["title"], said["creator"], round(said["duration"])) == ("Käfer", "Zoë", 1), name
    said = read(media(tmp_path, "a.mp4", *CLIP, *tags, *RECORDED), "video/mp4")
    assert said["taken_at"] == "2024-05-01T10:00:00Z"
    assert said["location"] == {"latitude": 48.8577, "longitude": 2.295}
    assert said["duration"] == 1.0
    apple = [("make", "Apple"), ("model", "iPhone 15"), ("creationdate", "2024-05-01T12:00:00+0200")]
    told = [part for name, text in apple for part in ("-metadata", f"com.apple.quicktime.{name}={text}")]
    said = read(media(tmp_path, "a.mov", *CLIP, "-movflags", "use_metadata_tags", *told), "video/quicktime")
    assert (said["camera"], said["taken_at"]) == ("Apple iPhone 15", "2024-05-01T12:00:00+02:00")


def test_tags_in_latin_1_are_read(read):
    assert read(samples.tagged_sound({b"INAM": "Café".encode("latin-1")}), "audio/wav")["title"] == "Café"


def office(**parts: str) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), text)
    return file.getvalue()


CORE = """<c:coreProperties xmlns:c="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Bericht</dc:title><dc:creator>Zoë</dc:creator>
<c:keywords>a, b</c:keywords></c:coreProperties>"""
APP = '<Properties xmlns="urn:extended-properties"><Pages>7</Pages></Properties>'
ODF = """<o:document-meta xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
xmlns:dc="http://purl.org/dc/elements/1.1/"
xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"><o:meta>
<dc:title>Bericht</dc:title><dc:creator>Zoë</dc:creator>
<meta:keyword>a</meta:keyword><meta:keyword>b</meta:keyword><meta:document-statistic meta:page-count="7"/>
</o:meta></o:document-meta>"""


@pytest.mark.parametrize(
    ("data", "mime_type"),
    [(office(docProps__core_xml=CORE, docProps__app_xml=APP), WORD), (office(meta_xml=ODF), WRITER)],
)
def test_documents_have_title_author_keywords_and_pages(read, data, mime_type):
    assert read(data, mime_type) == {"title": "Bericht", "author": "Zoë", "keywords": ["a", "b"], "pages": 7}


PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj
4 0 obj<</Title(Microsoft Word - Bericht)/Author<FEFF005A006F00EB>/Subject(\\000)/Keywords(a; b,c)>>endobj
trailer<</Root 1 0 R/Info 4 0 R>>
"""


def test_a_pdf_has_its_information_and_pages(read):
    assert read(samples.pdf(2), "application/pdf") == {"pages": 2}
    said = {"title": "Bericht", "author": "Zoë", "keywords": ["a", "b", "c"], "pages": 1}
    assert read(PDF, "application/pdf") == said


@pytest.mark.parametrize("part", [BOMB, "<a", "x" * (2 * 1024**2)])
def test_a_broken_or_huge_part_of_a_document_is_left_out(read, part):
    assert read(office(meta_xml=part), WRITER) == {}


@pytest.mark.parametrize("mime_type", ["image/jpeg", "image/tiff", "audio/mpeg", "video/mp4", "application/pdf", WORD])
def test_what_is_no_such_file_says_nothing(read, mime_type):
    for data in (b"", b"nonsense" * 100):
        assert read(data, mime_type) == {}


def test_the_process_answers_as_the_reader_does(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(samples.press_photo())
    assert metadata_of(path, "image/jpeg") == read_metadata(path, "image/jpeg", PIXELS) != {}


@pytest.mark.skipif(not shutil.which("exiftool"), reason="exiftool is not installed")
def test_exiftool_says_the_same(read, tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(samples.press_photo())
    names = {"Model": "camera", "Description": "caption", "Credit": "credit", "Title": "title"}
    command = ["exiftool", "-s", "-S", "-charset", "utf8", *(f"-{name}" for name in names), str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    said = read(path.read_bytes(), "image/jpeg")
    assert told[: len(names)] == [said[name] for name in names.values()]
