"""Words that the tests of serving share."""

from io import BytesIO

from django.core.files.storage import storages

from uploads.choices import RenditionKind
from uploads.models import Rendition
from uploads.sharing.tokens import token_of

CONTENT = bytes(range(256)) * 1200  # more than one chunk
PICTURE = b"RIFF....WEBP"


def url_of(upload, size=""):
    return f"/files/{upload.pk}/{size and f'thumb-{size}/'}{upload.filename}"


def give_rendition(upload, kind=RenditionKind.SMALL, **fields):
    key = f"{upload.key.rpartition('/')[0]}/thumb-{kind}"
    put(key, PICTURE)
    values = {"version": upload.version, "mime_type": "image/webp", "size": len(PICTURE), "width": 3, "height": 2}
    return Rendition.objects.create(upload=upload, kind=kind, storage="media", key=key, **{**values, **fields})


def put(key, content):
    storages["media"].put(key, BytesIO(content), content_type="")


def assert_is_error(response, status, code):
    assert response.status_code == status
    assert response.json()["errors"][0]["code"] == code
    assert set(response.json()) == {"type", "errors"}


def assert_is_protected(response):
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cross-Origin-Resource-Policy"] in {"same-site", "cross-origin"}
    assert "Cookie" in response["Vary"]
    assert "Authorization" in response["Vary"]
    assert response["Cache-Control"]
    assert not response.cookies


def api_of(upload):
    return f"/api/v1/uploads/{upload.pk}/share-links/"


def address_of(link):
    return f"/s/{token_of(link.pk)}/{link.upload.filename}"
