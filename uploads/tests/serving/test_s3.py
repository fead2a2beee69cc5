"""The way out where the bytes are in a bucket: a signed address of the store."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest

from permissions.choices import Visibility
from tests.factories import make_member, make_upload
from tests.reading_client import reader
from uploads.choices import RenditionKind, UploadType
from uploads.models import Rendition
from uploads.storage import store

pytestmark = [pytest.mark.django_db, pytest.mark.s3, pytest.mark.usefixtures("s3_stores")]

CONTENT = b"0123456789"


@pytest.fixture
def private(owner, organization):
    return make_upload(owner, organization, content=CONTENT, original_filename="naïve.png")


def address_of(upload, size=""):
    return f"/files/{upload.pk}/{size}{upload.filename}"


def fetch(url, method="GET", **headers):
    with urlopen(Request(url, method=method, headers=headers), timeout=20) as answer:
        return answer, answer.read()


def lifetime_of(response):
    return int(parse_qs(urlsplit(response["Location"]).query)["X-Amz-Expires"][0])


def test_the_store_sends_the_bytes_as_we_say(private, owner):
    response = reader(owner).get(address_of(private))
    assert response.status_code == 302
    answer, body = fetch(response["Location"])
    assert body == CONTENT
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"] == "inline; filename*=utf-8''na%C3%AFve.png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'; sandbox")


def test_what_could_run_is_saved_as_opaque_bytes_by_the_store_too(owner, organization):  # SV-09, SV-10
    upload = make_upload(owner, organization, content=b"<script>", mime_type="text/html")
    answer, _ = fetch(reader(owner).get(address_of(upload))["Location"])
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_download_is_an_attachment(private, owner):
    answer, _ = fetch(reader(owner).get(address_of(private), {"download": "1"})["Location"])
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_ranges_are_the_stores_business(private, owner):  # SV-01
    answer, body = fetch(reader(owner).get(address_of(private))["Location"], Range="bytes=2-4")
    assert (answer.status, body) == (206, b"234")


def test_head_leads_to_an_address_that_answers_head(private, owner):  # SV-05
    response = reader(owner).head(address_of(private))
    answer, body = fetch(response["Location"], method="HEAD")
    assert (answer.status, answer.headers["Content-Length"], body) == (200, "10", b"")


def test_nobody_without_the_right_gets_an_address(private, organization, other_organization):
    for user, status in [(None, 403), (make_member(organization), 403), (make_member(other_organization), 404)]:
        response = reader(user).get(address_of(private))
        assert response.status_code == status
        assert "Location" not in response


def test_an_address_lasts_five_minutes_and_stays_the_same_for_half_of_them(private, owner):  # SV-17
    response = reader(owner).get(address_of(private))
    stamp = parse_qs(urlsplit(response["Location"]).query)["X-Amz-Date"][0]
    signed = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert lifetime_of(response) == 300
    assert timedelta(0) <= datetime.now(UTC) - signed < timedelta(seconds=152)
    assert signed.timestamp() % 150 == 0


@pytest.mark.parametrize(("type_", "mime_type"), [(UploadType.VIDEO, "video/mp4"), (UploadType.AUDIO, "audio/mpeg")])
def test_films_and_sounds_can_be_played_for_hours(type_, mime_type, owner, organization):
    upload = make_upload(owner, organization, content=CONTENT, type=type_, mime_type=mime_type)
    assert lifetime_of(reader(owner).get(address_of(upload))) == 6 * 3600


def test_a_rendition_has_an_address_of_its_own(private, owner):
    key = private.key.replace("original.png", "thumb-sm")
    store("media").put(key, BytesIO(b"small"), content_type="image/webp")
    Rendition.objects.create(
        upload=private, kind=RenditionKind.SMALL, version=1, storage="media", key=key, mime_type="image/webp",
        size=5, width=1, height=1,
    )  # fmt: skip
    answer, body = fetch(reader(owner).get(address_of(private, "thumb-sm/"))["Location"])
    assert (body, answer.headers["Content-Type"]) == (b"small", "image/webp")


def test_a_known_state_is_not_sent_again(private, owner):  # SV-06
    response = reader(owner).get(address_of(private), headers={"If-None-Match": f'"{private.checksum_sha256}"'})
    assert response.status_code == 304
    assert "Location" not in response


def test_a_redirect_is_not_kept_where_the_file_may_not_be(private, owner, organization):  # SV-14
    assert reader(owner).get(address_of(private))["Cache-Control"] == "private, no-store"
    public = make_upload(owner, organization, content=CONTENT, visibility=Visibility.PUBLIC)
    response = reader().get(address_of(public))
    assert response["Cache-Control"] == "public, max-age=60"
    # A cache that took the redirect for the file would revalidate an address that has expired.
    assert "ETag" not in response
    assert "Last-Modified" not in response


def test_an_altered_or_another_files_address_is_refused_by_the_store(private, owner, organization):  # SV-17
    other = make_upload(owner, organization, content=b"other")
    url = reader(owner).get(address_of(private))["Location"]
    for altered in (url.replace(str(private.pk), str(other.pk)), url.replace("Expires=300", "Expires=301"), url[:-1]):
        with pytest.raises(HTTPError) as caught:
            fetch(altered)
        assert caught.value.code == 403
        caught.value.close()


def test_library_files_without_a_cdn_are_signed_too(owner, organization):
    upload = make_upload(
        owner, organization, content=CONTENT, type=UploadType.LIBRARY, storage="assets", visibility=Visibility.PUBLIC
    )
    assert fetch(reader().get(address_of(upload))["Location"])[1] == CONTENT
