from io import BytesIO

import pillow_heif
import pytest
from PIL import Image

from tests.factories import make_member, make_organization, make_upload
from tests.jobs import run_pending_jobs
from tests.reading_client import reader
from tests.samples import encoded, quarters
from uploads import jobs
from uploads.files.purge import deletions_of
from uploads.names import rendition_key
from uploads.tests.renditions.colours import UPRIGHT, corners

pytestmark = pytest.mark.django_db
pillow_heif.register_heif_opener()


def heic() -> bytes:
    """A picture of 400 by 200 pixels as displayed, stored turned, with a place in its EXIF data."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 0.0)})
    return encoded(quarters().transpose(Image.Transpose.ROTATE_90), "HEIF", exif=exif.tobytes(), quality=95)


def drawn(content: bytes, mime_type: str, name: str):
    organization = make_organization()
    upload = make_upload(
        make_member(organization, "Creator"), organization, content=content, mime_type=mime_type, original_filename=name
    )
    jobs.submit("make_renditions", subject=str(upload.pk), organization_id=upload.organization_id)
    run_pending_jobs("make_renditions")
    upload.refresh_from_db()
    return upload


@pytest.mark.parametrize(
    ("make", "mime_type", "name"),
    [
        (heic, "image/heic", "IMG_0001.HEIC"),
        (lambda: encoded(quarters().convert("CMYK"), "TIFF"), "image/tiff", "scan.tif"),
    ],
    ids=("HEIC", "CMYK"),
)
def test_a_picture_that_few_programs_open_is_also_kept_as_a_jpeg(make, mime_type, name):
    upload = drawn(make(), mime_type, name)
    assert (upload.has_thumbnail, upload.width, upload.height) == (True, 400, 200)
    client = reader(upload.uploaded_by)
    url = client.get(f"/api/v1/uploads/{upload.pk}/").json()["jpeg_url"]
    answer = client.get(f"{url}?download=1")
    image = Image.open(BytesIO(answer.body))
    assert (image.format, image.mode, image.size, corners(image)) == ("JPEG", "RGB", (400, 200), UPRIGHT)
    assert not image.getexif()
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"] == f'attachment; filename="{name.rpartition(".")[0]}.jpg"'


def stored(mime_type: str, **fields):
    organization = make_organization()
    return make_upload(make_member(organization, "Creator"), organization, mime_type=mime_type, **fields)


@pytest.mark.parametrize(
    ("mime_type", "is_drawn", "has_jpeg"),
    [("image/png", True, False), ("image/tiff", False, False), ("image/tiff", True, True), ("image/heif", True, True)],
)
def test_only_drawn_pictures_that_few_programs_open_have_the_address_of_a_jpeg(mime_type, is_drawn, has_jpeg):
    upload = stored(mime_type, has_thumbnail=is_drawn)
    client = reader(upload.uploaded_by)
    assert bool(client.get(f"/api/v1/uploads/{upload.pk}/").json()["jpeg_url"]) == has_jpeg
    assert client.get(f"/files/{upload.pk}/jpeg/a.png").status_code == 404


def test_the_jpeg_is_removed_with_its_file():
    upload = stored("image/tiff")
    assert rendition_key(upload, "jpeg") in {entry.key for entry in deletions_of([upload])}
