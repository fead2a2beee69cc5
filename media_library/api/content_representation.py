"""The representation of content.

A permission shows all content of the organization; each of its files is shown only if the caller may see it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from rest_framework.request import Request

from media_library.entity_types import CONTENT
from media_library.models import Content, ContentTag
from permissions.access import Access
from resources.api.embedded_files import Row, embedded_file, visible_files
from resources.models import ResourceAttachment
from uploads.api.representation import iso
from uploads.serving.file_urls import origin_of

# The columns that `represent_contents` needs.
FIELDS = (
    *("id", "title", "description", "status", "price", "published_at", "created_at", "updated_at"),
    *("media_item_id", "media_item__media_type", "media_item__status", "media_item__duration_seconds"),
    *("category_id", "category__name", "category__slug", "custom_thumbnail_id"),
    "title_sort",  # for the order of pages
)
_TAG_ROWS = ContentTag.objects.order_by("tag__name_sort", "tag__slug").values_list("content_id", "tag__name")
_ATTACHED: Any = ResourceAttachment.objects.filter(entity_type=CONTENT).values("entity_id", "resource_id", "label")
_OF_MEDIA = ("media_type", "status", "duration_seconds")


def represent_contents(rows: Iterable[Row], access: Access, request: Request) -> list[Row]:
    """Return the representation of each of `rows`, which are `.values(*FIELDS)` of content. Three queries in all."""
    rows = list(rows)
    tags = _tags([row["id"] for row in rows])
    attached = _attached([row["id"] for row in rows])
    files = {row[name] for row in rows for name in ("media_item_id", "custom_thumbnail_id")}
    files.update(each["resource_id"] for own in attached.values() for each in own)
    visible = visible_files(files, access, origin_of(request))
    return [_represent(row, tags[row["id"]], attached[str(row["id"])], visible) for row in rows]


def represent_content(pk: UUID, access: Access, request: Request) -> Row:
    """Return the representation of one content as it is in the database now."""
    (content,) = represent_contents(Content.everything.filter(pk=pk).values(*FIELDS), access, request)
    return content


def represent_attachments(rows: Collection[Row], access: Access, request: Request) -> list[Row]:
    """Return the representation of each of `rows`, which have at least `resource_id` and `label`. One query."""
    visible = visible_files([row["resource_id"] for row in rows], access, origin_of(request))
    return [_attachment(row, visible) for row in rows]


def _represent(row: Row, tags: list[str], attached: list[Row], visible: dict[UUID, Row]) -> Row:
    thumbnail = visible.get(row["custom_thumbnail_id"] or row["media_item_id"], {})
    return {
        "id": str(row["id"]),
        **{name: row[name] for name in ("title", "description", "status")},
        "media_item": _media_item(row, visible),
        "category": _category(row),
        "tags": tags,
        "price": f"{row['price']:.2f}",
        "custom_thumbnail": str(row["custom_thumbnail_id"]) if row["custom_thumbnail_id"] else None,
        "thumbnail_url": thumbnail.get("thumbnail_url"),
        "resources": [_attachment(each, visible) for each in attached],
        **{name: iso(row[name]) for name in ("published_at", "created_at", "updated_at")},
    }


def _media_item(row: Row, visible: dict[UUID, Row]) -> Row:
    file = embedded_file(row["media_item_id"], visible)
    return {**file, **{name: row[f"media_item__{name}"] if file["visible"] else None for name in _OF_MEDIA}}


def _category(row: Row) -> Row | None:
    if row["category_id"] is None:
        return None
    return {"id": str(row["category_id"]), "name": row["category__name"], "slug": row["category__slug"]}


def _attachment(row: Row, visible: dict[UUID, Row]) -> Row:
    return {**embedded_file(row["resource_id"], visible), "label": row["label"]}


def _tags(ids: Collection[UUID]) -> dict[UUID, list[str]]:
    tags: dict[UUID, list[str]] = defaultdict(list)
    for pk, name in _TAG_ROWS.filter(content_id__in=ids):
        tags[pk].append(name)
    return tags


def _attached(ids: Collection[UUID]) -> dict[str, list[Row]]:
    attachments: dict[str, list[Row]] = defaultdict(list)
    for row in _ATTACHED.filter(entity_id__in=[str(pk) for pk in ids]):
        attachments[row["entity_id"]].append(row)
    return attachments
