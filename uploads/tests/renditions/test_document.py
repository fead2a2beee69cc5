import zipfile
from io import BytesIO

import pytest
from PIL import Image

from tests.samples import encoded, quarters
from uploads.renditions.document import MAX_PICTURE, draw_document
from uploads.renditions.formats import Undrawable
from uploads.tests.renditions import bombs
from uploads.tests.renditions.colours import UPRIGHT, corners


@pytest.fixture
def drawn(tmp_path):
    def drawn(data: bytes):
        path = tmp_path / "document"
        path.write_bytes(data)
        return draw_document(path, max_pixels=10**6)

    return drawn


def document(**entries: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "format"),
    [("Thumbnails/thumbnail.png", "PNG"), ("docProps/thumbnail.jpeg", "JPEG"), ("docProps/Thumbnail.JPG", "JPEG")],
)
def test_the_picture_that_a_program_stored_is_the_first_page(drawn, name, format):  # noqa: A002
    drawing = drawn(document(**{name: encoded(quarters(), format)}))
    assert corners(drawing.picture) == UPRIGHT
    assert (drawing.width, drawing.height) == (None, None)


def test_it_is_drawn_in_the_sandbox(draw):
    data = document(**{"Thumbnails/thumbnail.png": encoded(quarters())})
    drawn, sizes = draw(data, "application/vnd.oasis.opendocument.text")
    assert (corners(sizes["lg"]), drawn.width, drawn.height) == (UPRIGHT, None, None)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (document(), "no picture"),
        (document(**{"Thumbnails/thumbnail.png": b""}), "cannot be decoded|cannot identify"),
        (document(**{"Thumbnails/thumbnail.png": bytes(MAX_PICTURE + 1)}), "more than"),
        (document(**{"Thumbnails/thumbnail.png": bombs.flood_png(30_000)}), "million pixels"),
        (b"PK\3\4", "cannot be opened"),
        (b"", "cannot be opened"),
    ],
    ids=("without", "empty", "unpacked", "pixels", "cut", "nothing"),
)
def test_a_document_without_a_usable_picture_is_refused_with_a_reason(drawn, data, reason):
    with pytest.raises((Undrawable, Image.UnidentifiedImageError), match=reason):
        drawn(data)
