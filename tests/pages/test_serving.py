"""Files opened in a real browser: shown in spite of the sandbox, and able to do nothing."""

import subprocess
from io import BytesIO

import imageio_ffmpeg
import pytest
from PIL import Image

from permissions.choices import Visibility
from tests.factories import make_member, make_organization, make_upload
from tests.worker.installation import wait_until
from uploads.choices import UploadType

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def share():
    """A function: store a public file, return its address."""
    organization = make_organization()
    owner = make_member(organization)

    def store(content, mime_type, type_=UploadType.IMAGE):
        upload = make_upload(
            owner, organization, content=content, mime_type=mime_type, type=type_, visibility=Visibility.PUBLIC
        )
        return f"/files/{upload.pk}/{upload.filename}"

    return store


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "film.webm"
    source = ["-f", "lavfi", "-i", "testsrc=size=320x240:rate=10", "-t", "8", "-c:v", "libvpx", "-b:v", "400k"]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *source, str(path)], check=True)
    return path.read_bytes()


def test_a_picture_opened_on_its_own_is_shown(page, share):
    picture = BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "PNG")
    page.goto(share(picture.getvalue(), "image/png"))
    assert page.evaluate("document.images[0].naturalWidth") == 40


def test_a_film_opened_on_its_own_plays_and_seeks(page, share, film):
    page.goto(share(film, "video/webm", UploadType.VIDEO))
    wait_until(lambda: state_of(page)["ready"] >= 2)
    page.evaluate("document.querySelector('video').currentTime = 6")
    wait_until(lambda: state_of(page)["ready"] >= 2 and not state_of(page)["seeking"])
    assert state_of(page)["at"] >= 6


def state_of(page):
    """Asked again and again from outside: the sandbox lets no timer run in the page."""
    return page.evaluate(
        "(v => ({ready: v.readyState, seeking: v.seeking, at: v.currentTime}))(document.querySelector('video'))"
    )


def test_a_page_that_was_stored_somehow_is_saved_and_not_run(page, share):  # SV-09
    page.goto("/healthz")
    with page.expect_download() as saved:
        page.evaluate("address => { location = address }", share(b"<script>document.title='run'</script>", "text/html"))
    assert saved.value.suggested_filename.endswith(".bin")
    assert page.title() != "run"
