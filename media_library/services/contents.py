"""Content: create, update, publish, archive, delete and restore.

Live content uses its media item, its thumbnail and its documents in every status; deleting content releases these
usages, restoring it records them again. Order of locks: the content, its category, then files by id.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from common.db.ids import new_id
from common.db.transactions import transactional
from common.errors import DoesNotExist, InvalidTransition
from media_library.choices import CONTENT_SOURCES, ContentStatus
from media_library.entity_types import CONTENT, CUSTOM_THUMBNAIL, MEDIA_ITEM
from media_library.models import Content, ContentTag, MediaItem
from media_library.services import references
from permissions.access import Access
from resources.services.attachments import attached_ids, resume_attachments, suspend_attachments
from uploads.files.edit import get_or_create_tags, normalize_name, normalize_text
from uploads.models import Tag


class ContentFields(TypedDict, total=False):
    """The writable fields of content: references are ids, `tags` are names, `price` is in US dollars."""

    title: str
    description: str
    media_item: UUID | None
    category: UUID | None
    tags: Sequence[str]
    price: Decimal
    custom_thumbnail: UUID | None


@transactional
def create_content(*, access: Access, fields: ContentFields, organization_id: UUID | None = None) -> Content:
    """Create a draft in the organization of `access`; a superuser who acts in all of them gives `organization_id`.

    Raises DoesNotExist without a media item, and the errors of `update_content`.
    """
    organization_id = organization_id or access.organization_id
    assert organization_id, "content belongs to an organization"
    content = Content(id=new_id(), organization_id=organization_id)
    if not fields.get(MEDIA_ITEM):
        raise DoesNotExist(attr=MEDIA_ITEM)
    update_content(access=access, content=content, fields=fields)
    return content


def update_content(*, access: Access, content: Content, fields: ContentFields) -> None:
    """Update content that is new or locked by the caller's transaction.

    Unchanged references are not checked again. Raises DoesNotExist for a reference that the organization does not have
    or the caller may not see, InTrash, and Invalid for a media item that is not ready (`media_not_ready`), a thumbnail
    that is not an image, or an invalid tag.
    """
    changed = {name: value for name, value in _references(fields).items() if getattr(content, f"{name}_id") != value}
    before = {name: getattr(content, f"{name}_id") for name in (MEDIA_ITEM, CUSTOM_THUMBNAIL) if name in changed}
    _set_references(access, content, changed, before)
    tags = get_or_create_tags(content.organization_id, fields["tags"]) if "tags" in fields else None
    if "title" in fields:
        content.title = normalize_name(fields["title"])
    if "description" in fields:
        content.description = normalize_text(fields["description"])
    content.price = fields.get("price", content.price)
    _save(content)
    if tags is not None:
        _replace_tags(content, tags)
    for name in before:
        references.release_reference(content, name, before[name])
        references.record_reference(content, name, getattr(content, f"{name}_id"))


def publish_content(*, content: Content) -> None:
    """Publish content that is locked. Raises InvalidTransition, and the errors of `require_playable`."""
    _move(content, ContentStatus.PUBLISHED)
    references.lock_files([content.media_item_id])
    assert content.media_item_id, "live content has a media item"
    references.require_playable(MediaItem.everything.select_related("upload").get(pk=content.media_item_id))
    content.published_at = content.published_at or timezone.now()
    _save(content)


def archive_content(*, content: Content) -> None:
    """Archive content that is locked. Raises InvalidTransition."""
    _move(content, ContentStatus.ARCHIVED)
    _save(content)


def delete_content(*, content: Content, by: UUID | None) -> None:
    """Move live content, locked by the caller's transaction, to the trash; its media item and documents stay."""
    _lock_all_files(content)
    for name in (MEDIA_ITEM, CUSTOM_THUMBNAIL):
        references.release_reference(content, name, getattr(content, f"{name}_id"))
    suspend_attachments(entity_type=CONTENT, entity_id=str(content.pk))
    content.deleted_at, content.deleted_by_id = timezone.now(), by
    _save(content)


def restore_content(*, content: Content) -> None:
    """Restore content, locked by the caller's transaction, from the trash with its previous status.

    Raises InvalidTransition if it is not in the trash or its media item was purged, InTrash if one of its files is in
    the trash.
    """
    if not content.is_deleted:
        raise InvalidTransition(_("This content is not in the trash."))
    if content.media_item_id is None:
        raise InvalidTransition(_("The media item of this content was deleted for good."))
    _lock_all_files(content)
    for name in (MEDIA_ITEM, CUSTOM_THUMBNAIL):
        references.record_reference(content, name, getattr(content, f"{name}_id"))
    resume_attachments(entity_type=CONTENT, entity_id=str(content.pk), label=content.title)
    content.deleted_at, content.deleted_by = None, None
    _save(content)


def _references(fields: ContentFields) -> dict[str, UUID | None]:
    given: Mapping[str, Any] = fields
    return {name: given[name] for name in ("category", MEDIA_ITEM, CUSTOM_THUMBNAIL) if name in given}


def _set_references(
    access: Access, content: Content, changed: dict[str, UUID | None], before: dict[str, UUID | None]
) -> None:
    organization_id = content.organization_id
    if "category" in changed:
        content.category = (
            references.find_category(organization_id, changed["category"]) if changed["category"] else None
        )
    references.lock_files([*before.values(), *(changed[name] for name in before)])
    if MEDIA_ITEM in changed:
        content.media_item = references.find_media_item(access, organization_id, changed[MEDIA_ITEM])
    if CUSTOM_THUMBNAIL in changed:
        chosen = changed[CUSTOM_THUMBNAIL]
        content.custom_thumbnail = references.find_thumbnail(access, organization_id, chosen) if chosen else None


def _lock_all_files(content: Content) -> None:
    documents = attached_ids(CONTENT, str(content.pk))
    references.lock_files([content.media_item_id, content.custom_thumbnail_id, *documents])


def _move(content: Content, status: ContentStatus) -> None:
    if content.status not in CONTENT_SOURCES[status]:
        message = _("Content cannot change from %(before)s to %(after)s.")
        raise InvalidTransition(message % {"before": content.status, "after": status.value})
    content.status = status


def _save(content: Content) -> None:
    content.updated_at = timezone.now()
    content.save()


def _replace_tags(content: Content, tags: Sequence[Tag]) -> None:
    ContentTag.objects.filter(content=content).exclude(tag__in=tags).delete()
    rows = [ContentTag(organization_id=content.organization_id, content=content, tag=tag) for tag in tags]
    ContentTag.objects.bulk_create(rows, ignore_conflicts=True)
