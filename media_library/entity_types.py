"""Content as an entity type: for usages of files and for attached documents."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from common.db.ids import parse_id
from media_library.models import Content, ContentTag, MediaItem
from permissions.access import Access
from permissions.choices import Action
from resources.attachables import Attachable
from uploads.models import Upload
from uploads.usages.registry import EntityLabel, EntityType

CONTENT = "content"
MEDIA_ITEM, CUSTOM_THUMBNAIL = "media_item", "custom_thumbnail"  # the fields of usages by content
CAPTIONS = "captions"  # the field of usages by a media item


def content_labels(access: Access, ids: Collection[str]) -> Mapping[str, EntityLabel]:
    """Return the labels of live content, for callers who may see content. One query."""
    rows = Content.objects.allowing(access, "view").filter(pk__in=[pk for pk in map(parse_id, ids) if pk])
    return {
        str(pk): EntityLabel(text=title, url=f"/api/v1/content/{pk}/") for pk, title in rows.values_list("pk", "title")
    }


def media_item_labels(access: Access, ids: Collection[str]) -> Mapping[str, EntityLabel]:
    """Return the labels of media items that the caller may see. One query."""
    rows = Upload.objects.allowing(access, Action.VIEW).filter(mediaitem__isnull=False)
    rows = rows.filter(pk__in=[pk for pk in map(parse_id, ids) if pk])
    return {str(row.pk): EntityLabel(text=str(row), url=f"/api/v1/media-items/{row.pk}/") for row in rows}


def lock_content(organization_id: UUID, entity_id: str) -> str | None:
    """Lock live content for the current transaction; return its title, or None if it does not exist."""
    content_id = parse_id(entity_id)
    rows = Content.objects.select_for_update(of=("self",)).filter(organization_id=organization_id)
    content = rows.filter(pk=content_id).first() if content_id else None
    return content.title if content else None


def content_tag_ids(access: Access) -> QuerySet[ContentTag, Any]:
    """Return the ids of the tags of content that the caller may see, as a subquery."""
    visible = Content.objects.allowing(access, "view").order_by().values("pk")
    return ContentTag.objects.filter(content_id__in=visible).order_by().values("tag_id")


MEDIA_ITEMS = EntityType(MEDIA_ITEM, labels=media_item_labels, model=MediaItem)
ATTACHABLE = Attachable(EntityType(CONTENT, labels=content_labels, model=Content), lock=lock_content)
