"""How a document looks to a caller: its file, how many pages it has, and where it is attached."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from permissions.access import Access
from resources.models import ResourceAttachment
from uploads.api.representation import represent_upload, represent_uploads
from uploads.models import Upload
from uploads.usages.registry import labels_of

Row = dict[str, Any]
Entity = tuple[str, str]  # type and id


def represent_resources(rows: Iterable[Row], access: Access, request: Any) -> list[Row]:
    """Return the answer for each of `rows`, as `represent_uploads` takes them; a fixed number of queries."""
    return _with_more(represent_uploads(rows, access, request), access)


def represent_resource(upload: Upload, access: Access, request: Any) -> Row:
    """Return the answer for one document, with `used_in`."""
    (shown,) = _with_more([represent_upload(upload, access, request)], access)
    return shown


def _with_more(shown: list[Row], access: Access) -> list[Row]:
    ids = [UUID(row["id"]) for row in shown]
    pages = dict(Upload.everything.filter(pk__in=ids).order_by().values_list("pk", "page_count"))
    attached = attached_to(ids, access)
    for pk, row in zip(ids, shown, strict=True):
        row.update(page_count=pages.get(pk), attached_to=attached[pk])
    return shown


def attached_to(ids: Collection[UUID], access: Access) -> dict[UUID, list[Row]]:
    """Return the entities that each document is attached to and the caller may see; a query, and those of the types."""
    attachments = list(
        ResourceAttachment.objects.filter(resource_id__in=ids).values(
            "resource_id", "entity_type", "entity_id", "label"
        )
    )
    by_type: dict[str, set[str]] = defaultdict(set)
    for row in attachments:
        by_type[row["entity_type"]].add(row["entity_id"])
    seen = {
        (name, pk): how for name, entities in by_type.items() for pk, how in labels_of(name, entities, access).items()
    }
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in attachments:
        how = seen.get((row["entity_type"], row["entity_id"]))
        if how is not None:
            found[row.pop("resource_id")].append({**row, "title": how.text, "url": how.url})
    return found
