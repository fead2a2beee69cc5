"""Attachments of documents to entities. Order of locks: the entity, then files by id."""

from uuid import UUID

from django.db.models import QuerySet

from common.db.transactions import transactional
from common.errors import DoesNotExist, NotFound
from resources.attachables import lock_entity
from resources.models import Resource, ResourceAttachment
from uploads.usages.record import record_usage, release_usage

FIELD = "resources"  # of an entity's usages


@transactional
def attach_resource(
    *, organization_id: UUID, resource_id: UUID, entity_type: str, entity_id: str, label: str | None = None
) -> tuple[ResourceAttachment, bool]:
    """Attach a document to an entity of the same organization; return the attachment, and whether it is new.

    A repeated call changes the label, if one is given. Does not check permissions.
    Raises NotFound for the entity, DoesNotExist for the document, InTrash for a document in the trash.
    """
    name = lock_entity(organization_id, entity_type, entity_id)
    if not Resource.everything.filter(organization_id=organization_id, pk=resource_id).exists():
        raise DoesNotExist(attr="resource")
    _record(resource_id, entity_type, entity_id, name)
    attachment, is_new = ResourceAttachment.objects.get_or_create(
        resource_id=resource_id,
        entity_type=entity_type,
        entity_id=entity_id,
        defaults={"organization_id": organization_id, "label": label or ""},
    )
    if label is not None and attachment.label != label:
        attachment.label = label
        attachment.save(update_fields=["label"])
    return attachment, is_new


@transactional
def detach_resource(*, organization_id: UUID, resource_id: UUID, entity_type: str, entity_id: str) -> None:
    """Detach a document from an entity; the document stays. Raises NotFound if it is not attached."""
    lock_entity(organization_id, entity_type, entity_id)
    attached = attachments_of(entity_type, entity_id).filter(organization_id=organization_id, resource_id=resource_id)
    if not attached.delete()[0]:
        raise NotFound
    _release(resource_id, entity_type, entity_id)


def suspend_attachments(*, entity_type: str, entity_id: str) -> None:
    """Release the documents of an entity, locked by the caller's transaction, that moves to the trash."""
    for resource_id in attached_ids(entity_type, entity_id):
        _release(resource_id, entity_type, entity_id)


def resume_attachments(*, entity_type: str, entity_id: str, label: str) -> None:
    """Use the documents of a restored entity, locked by the caller's transaction, again. Raises InTrash."""
    for resource_id in attached_ids(entity_type, entity_id):
        _record(resource_id, entity_type, entity_id, label)


def drop_attachments(*, entity_type: str, entity_id: str) -> None:
    """Delete the attachments of an entity, locked by the caller's transaction, that is deleted for good."""
    suspend_attachments(entity_type=entity_type, entity_id=entity_id)
    attachments_of(entity_type, entity_id).delete()


def attachments_of(entity_type: str, entity_id: str) -> QuerySet[ResourceAttachment]:
    """Return the attachments of an entity, the oldest first."""
    return ResourceAttachment.objects.filter(entity_type=entity_type, entity_id=entity_id)


def attached_ids(entity_type: str, entity_id: str) -> list[UUID]:
    """Return the ids of an entity's documents, in order of locks."""
    rows = attachments_of(entity_type, entity_id)
    return list(rows.order_by("resource_id").values_list("resource_id", flat=True))


def _record(resource_id: UUID, entity_type: str, entity_id: str, label: str) -> None:
    record_usage(upload_id=resource_id, entity_type=entity_type, entity_id=entity_id, field=FIELD, label=label[:200])


def _release(resource_id: UUID, entity_type: str, entity_id: str) -> None:
    release_usage(upload_id=resource_id, entity_type=entity_type, entity_id=entity_id, field=FIELD)
