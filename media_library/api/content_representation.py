"""The representation of content.

A permission shows all content of the organization; each of its files is shown only if the caller may see it.
"""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet
from rest_framework.request import Request

from common.db.json_rows import IdText, JSONRows
from common.db.statements import Statement
from common.rest.keyset import whole_rows
from media_library.entity_types import CONTENT
from media_library.models import Content, ContentTag
from permissions.access import Access
from resources.api.embedded_files import Row, embedded_file, visible_files
from resources.models import ResourceAttachment
from uploads.api.representation import iso
from uploads.serving.file_urls import origin_of

# The columns of its own that `represent_contents` needs.
FIELDS = (
    *("id", "title", "description", "status", "price", "published_at", "created_at", "updated_at"),
    *("media_item_id", "media_item__media_type", "media_item__status", "media_item__duration_seconds"),
    *("category_id", "category__name", "category__slug", "custom_thumbnail_id"),
    "title_sort",  # for the order of pages
)
_OF_MEDIA = ("media_type", "status", "duration_seconds")


def content_rows(page: QuerySet[Any, Any], access: Access) -> QuerySet[Any, Row]:
    """Return the rows of `page` as `represent_contents` takes them: with tags and attachments. One query."""
    tags = ContentTag.objects.filter(content=OuterRef("pk")).order_by("tag__name_sort", "tag__slug")
    attached = ResourceAttachment.objects.filter(entity_type=CONTENT, entity_id=IdText(OuterRef("pk")))
    return whole_rows(page).values(
        *FIELDS,
        tag_names=JSONRows(tags.values_list("tag__name")),
        attached=JSONRows(attached.values_list(IdText(F("resource_id")), "label")),
    )


def represent_contents(rows: Iterable[Row], access: Access, request: Request) -> list[Row]:
    """Return the representation of each of `rows`, which are those of `content_rows`. One query for their files."""
    rows = list(rows)
    files = {row[name] for row in rows for name in ("media_item_id", "custom_thumbnail_id")}
    for row in rows:
        row["attached"] = [{"resource_id": UUID(pk), "label": label} for pk, label in row["attached"]]
        files.update(each["resource_id"] for each in row["attached"])
    visible = visible_files(files, access, origin_of(request))
    return [_represent(row, visible) for row in rows]


def represent_content(pk: UUID, access: Access, request: Request) -> Row:
    """Return the representation of one content as it is in the database now."""
    (content,) = represent_contents(Statement(_one_content, (pk, access)).fetch(), access, request)
    return content


def _one_content(pk: UUID, access: Access) -> QuerySet[Any, Row]:
    return content_rows(Content.everything.filter(pk=pk), access)


def represent_attachments(rows: Collection[Row], access: Access, request: Request) -> list[Row]:
    """Return the representation of each of `rows`, which have at least `resource_id` and `label`. One query."""
    visible = visible_files([row["resource_id"] for row in rows], access, origin_of(request))
    return [_attachment(row, visible) for row in rows]


def _represent(row: Row, visible: dict[UUID, Row]) -> Row:
    thumbnail = visible.get(row["custom_thumbnail_id"] or row["media_item_id"], {})
    return {
        "id": str(row["id"]),
        **{name: row[name] for name in ("title", "description", "status")},
        "media_item": _media_item(row, visible),
        "category": _category(row),
        "tags": row["tag_names"],
        "price": f"{row['price']:.2f}",
        "custom_thumbnail": str(row["custom_thumbnail_id"]) if row["custom_thumbnail_id"] else None,
        "thumbnail_url": thumbnail.get("thumbnail_url"),
        "resources": [_attachment(each, visible) for each in row["attached"]],
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
