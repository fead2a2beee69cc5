"""The representation of documents: that of their uploads, the number of pages, and where they are attached."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from rest_framework.request import Request

from permissions.access import Access
from resources.models import ResourceAttachment
from uploads.api.representation import represent_upload, represent_uploads
from uploads.models import Upload
from uploads.usages.registry import labels_of

Row = dict[str, Any]
Entity = tuple[str, str]  # type and id


def represent_resources(rows: Iterable[Row], access: Access, request: Request) -> list[Row]:
    """Return the representation of each of `rows`, as `represent_uploads` takes them. A fixed number of queries."""
    return _with_attachments(represent_uploads(rows, access, request), access)


def represent_resource(upload: Upload, access: Access, request: Request) -> Row:
    """Return the representation of one document, with `used_in`."""
    (document,) = _with_attachments([represent_upload(upload, access, request)], access)
    return document


def _with_attachments(uploads: list[Row], access: Access) -> list[Row]:
    ids = [UUID(row["id"]) for row in uploads]
    pages = dict(Upload.everything.filter(pk__in=ids).order_by().values_list("pk", "page_count"))
    attached = attached_to(ids, access)
    for pk, row in zip(ids, uploads, strict=True):
        row.update(page_count=pages.get(pk), attached_to=attached[pk])
    return uploads


def attached_to(ids: Collection[UUID], access: Access) -> dict[UUID, list[Row]]:
    """Return, by document, the attached entities that the caller may see. One query, and one for each entity type."""
    attachments = list(
        ResourceAttachment.objects.filter(resource_id__in=ids).values(
            "resource_id", "entity_type", "entity_id", "label"
        )
    )
    by_type: dict[str, set[str]] = defaultdict(set)
    for row in attachments:
        by_type[row["entity_type"]].add(row["entity_id"])
    labels = {name: labels_of(name, entities, access) for name, entities in by_type.items()}
    entities_by_document: dict[UUID, list[Row]] = defaultdict(list)
    for row in attachments:
        label = labels[row["entity_type"]].get(row["entity_id"])
        if label is not None:
            entity = {name: row[name] for name in ("entity_type", "entity_id", "label")}
            entities_by_document[row["resource_id"]].append({**entity, "title": label.text, "url": label.url})
    return entities_by_document
