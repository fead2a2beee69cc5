"""The references of content: looked up, locked and checked before writing, and recorded as usages while it is live."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from common.errors import DoesNotExist, Invalid
from media_library.entity_types import CONTENT, CUSTOM_THUMBNAIL, MEDIA_ITEM
from media_library.models import Category, Content, MediaItem
from media_library.models.content import IMAGE_TYPES
from permissions.access import Access
from permissions.choices import Action
from uploads.errors import InTrash
from uploads.models import Upload
from uploads.usages.record import record_usage, release_usage

Row = TypeVar("Row", bound=Model)


def lock_files(ids: Iterable[UUID | None]) -> None:
    """Lock uploads for the current transaction, in order of id, which prevents deadlocks."""
    present = sorted(pk for pk in set(ids) if pk)
    list(Upload.everything.select_for_update(of=("self",)).filter(pk__in=present).order_by("pk").values_list("pk"))


def find_media_item(access: Access, organization_id: UUID, pk: UUID | None) -> MediaItem:
    """Return a media item that content may refer to. Raises DoesNotExist, and the errors of `require_playable`."""
    rows = MediaItem.everything.allowing(access, Action.VIEW).filter(organization_id=organization_id)
    item = _get(rows.select_related("upload"), pk, MEDIA_ITEM)
    require_playable(item)
    return item


def require_playable(item: MediaItem) -> None:
    """Raise InTrash for a media item in the trash, Invalid (`media_not_ready`) for one that is not ready."""
    if item.upload.is_deleted:
        raise InTrash(_("This media item is in the trash."), attr=MEDIA_ITEM)
    if not item.is_ready:
        raise Invalid(_("This media item is not ready."), attr=MEDIA_ITEM, code="media_not_ready")


def find_category(organization_id: UUID, pk: UUID | None) -> Category:
    """Return a category, locked against deletion until the end of the transaction. Raises DoesNotExist."""
    rows = Category.objects.select_for_update(no_key=True).filter(organization_id=organization_id)
    return _get(rows, pk, "category")


def find_thumbnail(access: Access, organization_id: UUID, pk: UUID | None) -> Upload:
    """Return an image that the caller may see. Raises DoesNotExist, InTrash, and Invalid for another type of file."""
    rows = Upload.everything.allowing(access, Action.VIEW).filter(organization_id=organization_id)
    upload = _get(rows, pk, CUSTOM_THUMBNAIL)
    if upload.is_deleted:
        raise InTrash(attr=CUSTOM_THUMBNAIL)
    if upload.type not in IMAGE_TYPES:
        raise Invalid(_("A thumbnail must be an image."), attr=CUSTOM_THUMBNAIL, code="unsupported_media_type")
    return upload


def record_reference(content: Content, field: str, upload_id: UUID | None) -> None:
    """Record that `content` uses a file. Raises InTrash."""
    if upload_id:
        label = content.title[:200]
        record_usage(upload_id=upload_id, entity_type=CONTENT, entity_id=str(content.pk), field=field, label=label)


def release_reference(content: Content, field: str, upload_id: UUID | None) -> None:
    """Release the usage of a file by `content`."""
    if upload_id:
        release_usage(upload_id=upload_id, entity_type=CONTENT, entity_id=str(content.pk), field=field)


def _get(rows: QuerySet[Row], pk: UUID | None, attr: str) -> Row:
    row = rows.filter(pk=pk).first() if pk else None
    if row is None:
        raise DoesNotExist(attr=attr)
    return row
