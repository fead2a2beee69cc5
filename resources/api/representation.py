"""The representation of documents: that of their uploads, the number of pages, and where they are attached."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet
from rest_framework.request import Request

from common.db.json_rows import JSONRows
from common.db.statements import Statement
from permissions.access import Access
from resources.models import ResourceAttachment
from uploads.api.paging import upload_rows
from uploads.api.representation import represent_uploads, with_usages
from uploads.models import Upload
from uploads.usages.registry import EntityLabel, labels_of

Row = dict[str, Any]
_ATTACHMENT = ("entity_type", "entity_id", "label")


def resource_rows(page: QuerySet[Any, Any], access: Access) -> QuerySet[Any, Row]:
    """Return the rows of `page` as `represent_resources` takes them. One query."""
    attachments = ResourceAttachment.objects.filter(resource=OuterRef("pk"))
    return upload_rows(page, access, "page_count", attachments=JSONRows(attachments.values_list(*_ATTACHMENT)))


def represent_resources(rows: Iterable[Row], access: Access, request: Request) -> list[Row]:
    """Return the representation of each of `rows`, which are those of `resource_rows`. One query an entity type."""
    rows = list(rows)
    return _with_entities(represent_uploads(rows, access, request), rows, access)


def represent_resource(upload: Upload, access: Access, request: Request) -> Row:
    """Return the representation of one document as it is in the database now, with `used_in`."""
    (document,) = represent_resources(Statement(_one_resource, (upload.pk, access)).fetch(), access, request)
    return with_usages(document, upload.pk, access)


def _one_resource(pk: UUID, access: Access) -> QuerySet[Any, Row]:
    return resource_rows(Upload.everything.filter(pk=pk), access)


def _with_entities(uploads: list[Row], rows: Iterable[Row], access: Access) -> list[Row]:
    by_type: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for entity_type, entity_id, _ in row["attachments"]:
            by_type[entity_type].add(entity_id)
    labels = {name: labels_of(name, entities, access) for name, entities in by_type.items()}
    for upload, row in zip(uploads, rows, strict=True):
        upload.update(page_count=row["page_count"], attached_to=list(_entities(row["attachments"], labels)))
    return uploads


def _entities(attachments: list[Any], labels: Mapping[str, Mapping[str, EntityLabel]]) -> Iterator[Row]:
    """Yield the attached entities that the caller may see."""
    for entity_type, entity_id, text in attachments:
        label = labels[entity_type].get(entity_id)
        if label is not None:
            entity = {"entity_type": entity_type, "entity_id": entity_id, "label": text}
            yield {**entity, "title": label.text, "url": label.url}
