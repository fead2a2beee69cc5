"""What content refers to: found, locked and checked before it is written, and counted as used while content lives."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from common.errors import DoesNotExist, Invalid
from media_library.entity_types import CONTENT, CUSTOM_THUMBNAIL, MEDIA_ITEM
from media_library.models import Category, Content, MediaItem
from media_library.models.content import PICTURES
from permissions.access import Access
from permissions.choices import Action
from uploads.errors import InTrash
from uploads.models import Upload
from uploads.usages.record import record_usage, release_usage

T = TypeVar("T")


def lock_files(ids: Iterable[UUID | None]) -> None:
    """Lock uploads for the transaction under way, in order of id as everything that locks several does."""
    wanted = sorted(pk for pk in set(ids) if pk)
    list(Upload.everything.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk").values_list("pk"))


def find_media_item(access: Access, organization_id: UUID, pk: UUID | None) -> MediaItem:
    """Return a media item that content may be made of. Raises DoesNotExist, and as `require_playable`."""
    rows = MediaItem.everything.allowing(access, Action.VIEW).filter(organization_id=organization_id, pk=pk)
    item = _found(rows.select_related("upload").first(), MEDIA_ITEM)
    require_playable(item)
    return item


def require_playable(item: MediaItem) -> None:
    """Raise InTrash for a media item in the trash, Invalid (`media_not_ready`) for one that does not play yet."""
    if item.upload.is_deleted:
        raise InTrash("This media item is in the trash.", attr=MEDIA_ITEM)
    if not item.is_ready:
        raise Invalid("This media item is not ready.", attr=MEDIA_ITEM, code="media_not_ready")


def find_category(organization_id: UUID, pk: UUID | None) -> Category:
    """Return a category, kept from being deleted until the transaction ends. Raises DoesNotExist."""
    rows = Category.objects.select_for_update(no_key=True).filter(organization_id=organization_id)
    return _found(rows.filter(pk=pk).first(), "category")


def find_thumbnail(access: Access, organization_id: UUID, pk: UUID | None) -> Upload:
    """Return a picture that one may see. Raises DoesNotExist, InTrash, and Invalid for any other kind of file."""
    rows = Upload.everything.allowing(access, Action.VIEW).filter(organization_id=organization_id, pk=pk)
    upload = _found(rows.first(), CUSTOM_THUMBNAIL)
    if upload.is_deleted:
        raise InTrash(attr=CUSTOM_THUMBNAIL)
    if upload.type not in PICTURES:
        raise Invalid("A thumbnail is an image.", attr=CUSTOM_THUMBNAIL, code="unsupported_media_type")
    return upload


def use(content: Content, field: str, upload_id: UUID | None) -> None:
    """Count a file as used by `content`. Raises InTrash."""
    if upload_id:
        label = content.title[:200]
        record_usage(upload_id=upload_id, entity_type=CONTENT, entity_id=str(content.pk), field=field, label=label)


def release(content: Content, field: str, upload_id: UUID | None) -> None:
    """Count it no longer."""
    if upload_id:
        release_usage(upload_id=upload_id, entity_type=CONTENT, entity_id=str(content.pk), field=field)


def _found(row: T | None, attr: str) -> T:
    if row is None:
        raise DoesNotExist(attr=attr)
    return row
