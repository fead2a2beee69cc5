"""No picture that is made of a file has anything of what the file says of itself."""

from io import BytesIO
from zipfile import ZipFile

import pillow_heif
import pytest
from PIL import Image

from tests import samples
from tests.clips import clip
from uploads.renditions.formats import JPEG, save_sizes
from uploads.renditions.video import draw_video

pillow_heif.register_heif_opener()
MARKS = (b"NIKON", b"Markt", b"Agentur", b"Exif", b"http://ns.adobe.com", b"+48", b"Photoshop", b"ICC_PROFILE")
FORMATS = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
    "HEIF": "image/heic",
}
WRITER = "application/vnd.oasis.opendocument.text"


def assert_stripped(data: bytes) -> None:
    assert not [mark for mark in MARKS if mark in data]
    with Image.open(BytesIO(data)) as image:
        image.load()
        assert not dict(image.getexif())
        assert not {"exif", "xmp", "icc_profile", "photoshop", "comment"} & image.info.keys()


@pytest.mark.parametrize("image_format", FORMATS)
def test_pictures_of_pictures_say_nothing(draw_here, tmp_path, image_format):
    original = samples.press_photo(image_format)
    assert any(mark in original for mark in MARKS)
    drawing = draw_here(original, FORMATS[image_format])
    for made in save_sizes(drawing.picture, tmp_path, with_jpeg=True):
        assert_stripped((tmp_path / made["kind"]).read_bytes())
    assert (tmp_path / JPEG).exists()


def test_posters_say_nothing(tmp_path):
    notes = ("title=Markt", "location=+48.8577+002.2950/")
    said = tuple(part for note in notes for part in ("-metadata", note))
    path = tmp_path / "clip.mov"
    path.write_bytes(clip(64, 48, seconds=1, sound=False, options=said, name="clip.mov"))
    assert b"Markt" in path.read_bytes()
    for made in save_sizes(draw_video(path, max_pixels=10**6).picture, tmp_path):
        assert_stripped((tmp_path / made["kind"]).read_bytes())


def test_the_stored_picture_of_a_document_is_drawn_without_what_it_says(draw):
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("mimetype", WRITER)
        archive.writestr("Thumbnails/thumbnail.png", samples.press_photo("PNG"))
    drawn, _ = draw(file.getvalue(), WRITER)
    for size in drawn.sizes:
        assert_stripped(size.path.read_bytes())
