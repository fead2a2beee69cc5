"""How content looks to a caller.

Content is everybody's who may see content; the files inside it are shown as far as the caller may see each of them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from media_library.entity_types import CONTENT
from media_library.models import Content, ContentTag
from permissions.access import Access
from resources.api.embedded_files import Row, embedded_file, seen_files
from resources.models import ResourceAttachment
from uploads.api.representation import iso
from uploads.serving.file_urls import origin_of

# What `represent_contents` reads of each row.
FIELDS = (
    *("id", "title", "description", "status", "price", "published_at", "created_at", "updated_at"),
    *("media_item_id", "media_item__media_type", "media_item__status", "media_item__duration_seconds"),
    *("category_id", "category__name", "category__slug", "custom_thumbnail_id"),
    "title_sort",  # which pages are ordered by
)
_TAG_ROWS = ContentTag.objects.order_by("tag__name_sort", "tag__slug").values_list("content_id", "tag__name")
_ATTACHED: Any = ResourceAttachment.objects.filter(entity_type=CONTENT).values("entity_id", "resource_id", "label")
_OF_MEDIA = ("media_type", "status", "duration_seconds")


def represent_contents(rows: Iterable[Row], access: Access, request: Any) -> list[Row]:
    """Return the answer for each of `rows`, `.values(*FIELDS)` of content, in their order. Three queries for all."""
    rows = list(rows)
    tags = _tags([row["id"] for row in rows])
    attached = _attached([row["id"] for row in rows])
    files = {row[name] for row in rows for name in ("media_item_id", "custom_thumbnail_id")}
    files.update(each["resource_id"] for own in attached.values() for each in own)
    seen = seen_files(files, access, origin_of(request))
    return [_represent(row, tags[row["id"]], attached[str(row["id"])], seen) for row in rows]


def represent_content(pk: UUID, access: Access, request: Any) -> Row:
    """Return the answer for one content as it is in the database now."""
    (shown,) = represent_contents(Content.everything.filter(pk=pk).values(*FIELDS), access, request)
    return shown


def represent_attachments(rows: Collection[Row], access: Access, request: Any) -> list[Row]:
    """Return the answer for each of `rows`, which hold at least `resource_id` and `label`. One query."""
    seen = seen_files([row["resource_id"] for row in rows], access, origin_of(request))
    return [_attachment(row, seen) for row in rows]


def _represent(row: Row, tags: list[str], attached: list[Row], seen: dict[UUID, Row]) -> Row:
    picture = seen.get(row["custom_thumbnail_id"] or row["media_item_id"], {})
    return {
        "id": str(row["id"]),
        **{name: row[name] for name in ("title", "description", "status")},
        "media_item": _media_item(row, seen),
        "category": _category(row),
        "tags": tags,
        "price": f"{row['price']:.2f}",
        "custom_thumbnail": str(row["custom_thumbnail_id"]) if row["custom_thumbnail_id"] else None,
        "thumbnail_url": picture.get("thumbnail_url"),
        "resources": [_attachment(each, seen) for each in attached],
        **{name: iso(row[name]) for name in ("published_at", "created_at", "updated_at")},
    }


def _media_item(row: Row, seen: dict[UUID, Row]) -> Row:
    shown = embedded_file(row["media_item_id"], seen)
    return {**shown, **{name: row[f"media_item__{name}"] if shown["visible"] else None for name in _OF_MEDIA}}


def _category(row: Row) -> Row | None:
    if row["category_id"] is None:
        return None
    return {"id": str(row["category_id"]), "name": row["category__name"], "slug": row["category__slug"]}


def _attachment(row: Row, seen: dict[UUID, Row]) -> Row:
    return {**embedded_file(row["resource_id"], seen), "label": row["label"]}


def _tags(ids: Collection[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for pk, name in _TAG_ROWS.filter(content_id__in=ids):
        found[pk].append(name)
    return found


def _attached(ids: Collection[UUID]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in _ATTACHED.filter(entity_id__in=[str(pk) for pk in ids]):
        found[row["entity_id"]].append(row)
    return found
