"""Files in the trash, and what is stored."""

from datetime import timedelta
from io import BytesIO

from django.utils import timezone

from tests.factories import make_upload
from uploads.choices import RenditionKind
from uploads.models import Rendition
from uploads.names import rendition_key
from uploads.storage import store
from uploads.storage.quota import hold_bytes

LIST = "/api/v1/uploads/"


def trash(owner, organization, *, days=0, **fields):
    """A counted file with a rendition, in the trash for so many days."""
    then = timezone.now() - timedelta(days=days, seconds=1)
    upload = make_upload(owner, organization, content=b"some bytes", deleted_at=then, **fields)
    hold_bytes(organization_id=organization.pk, user_id=owner.pk, size=upload.size)
    key = rendition_key(upload, "sm")
    store("media").put(key, BytesIO(b"picture"), content_type="image/webp")
    Rendition.objects.create(
        upload=upload, kind=RenditionKind.SMALL, version=1, storage="media", key=key, size=7, width=1, height=1
    )
    return upload


def url(upload, *parts):
    return "/".join([f"{LIST}{upload.pk}", *parts, ""])


def stored():
    return [found.key for found in store("media").walk()]
