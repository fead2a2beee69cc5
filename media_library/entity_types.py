"""Content as uploads and resources know it."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from common.db.ids import parse_id
from media_library.models import Content, ContentTag
from permissions.access import Access
from resources.attachables import Attachable
from uploads.usages.lifecycle import UploadLifecycle
from uploads.usages.registry import EntityLabel, EntityType

CONTENT = "content"
MEDIA_ITEM, CUSTOM_THUMBNAIL = "media_item", "custom_thumbnail"  # fields that usages name


def content_labels(access: Access, ids: Collection[str]) -> Mapping[str, EntityLabel]:
    """Live content, to those who may see content."""
    rows = Content.objects.allowing(access, "view").filter(pk__in=[pk for pk in map(parse_id, ids) if pk])
    return {
        str(pk): EntityLabel(text=title, url=f"/api/v1/content/{pk}/") for pk, title in rows.values_list("pk", "title")
    }


def lock_content(organization_id: UUID, entity_id: str) -> str | None:
    """Lock live content for the transaction under way; returns its title."""
    rows = Content.objects.select_for_update(of=("self",)).filter(organization_id=organization_id)
    content = rows.filter(pk=parse_id(entity_id)).first()
    return content.title if content else None


def tags_of_contents(access: Access) -> Any:
    """The ids of tags on content that the caller may see."""
    seen = Content.objects.allowing(access, "view").order_by().values("pk")
    return ContentTag.objects.filter(content_id__in=seen).order_by().values("tag_id")


class Contents(UploadLifecycle):
    """Live content uses its files, so that they cannot be purged; deleted content loses them when they are."""

    def on_purge(self, ids: Collection[UUID]) -> None:
        Content.everything.filter(media_item_id__in=ids).update(media_item=None)
        Content.everything.filter(custom_thumbnail_id__in=ids).update(custom_thumbnail=None)


ATTACHABLE = Attachable(EntityType(CONTENT, labels=content_labels, model=Content), lock=lock_content)
