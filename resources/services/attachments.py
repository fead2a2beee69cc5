"""Attaching documents to entities. Locks are taken in one order: the entity, then files by id."""

from uuid import UUID

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
    """Attach a document to an entity of the same organization; returns the attachment, and whether it is new.

    Doing it again changes the label, where one is given. Whether the caller may is not asked.
    Raises NotFound for the entity, DoesNotExist for the document, InTrash where it is in the trash.
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
    """Take a document off an entity; the document stays. Raises NotFound where it is not attached there."""
    lock_entity(organization_id, entity_type, entity_id)
    attached = attachments_of(entity_type, entity_id).filter(organization_id=organization_id, resource_id=resource_id)
    if not attached.delete()[0]:
        raise NotFound
    _release(resource_id, entity_type, entity_id)


def suspend_attachments(*, entity_type: str, entity_id: str) -> None:
    """The entity, locked by the caller's transaction, goes into the trash: it uses its documents no longer."""
    for resource_id in attached_ids(entity_type, entity_id):
        _release(resource_id, entity_type, entity_id)


def resume_attachments(*, entity_type: str, entity_id: str, label: str) -> None:
    """The entity, locked by the caller's transaction, is back. Raises InTrash where one of its documents is not."""
    for resource_id in attached_ids(entity_type, entity_id):
        _record(resource_id, entity_type, entity_id, label)


def drop_attachments(*, entity_type: str, entity_id: str) -> None:
    """The entity, locked by the caller's transaction, is gone for good."""
    suspend_attachments(entity_type=entity_type, entity_id=entity_id)
    attachments_of(entity_type, entity_id).delete()


def attachments_of(entity_type: str, entity_id: str):
    """The attachments of one entity, the oldest first."""
    return ResourceAttachment.objects.filter(entity_type=entity_type, entity_id=entity_id)


def attached_ids(entity_type: str, entity_id: str) -> list[UUID]:
    """The ids of an entity's documents, in the order in which their files are locked."""
    rows = attachments_of(entity_type, entity_id)
    return list(rows.order_by("resource_id").values_list("resource_id", flat=True))


def _record(resource_id: UUID, entity_type: str, entity_id: str, label: str) -> None:
    record_usage(upload_id=resource_id, entity_type=entity_type, entity_id=entity_id, field=FIELD, label=label[:200])


def _release(resource_id: UUID, entity_type: str, entity_id: str) -> None:
    release_usage(upload_id=resource_id, entity_type=entity_type, entity_id=entity_id, field=FIELD)
