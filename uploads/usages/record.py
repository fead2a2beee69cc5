"""Recording usages of files. `Upload.usage_count` follows the rows, under a lock on the upload."""

from collections.abc import Collection, Iterator
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from common.db.iterate import iterate
from common.errors import NotFound
from uploads.errors import InTrash, ManagedUsage
from uploads.models import Upload, Usage
from uploads.usages.registry import is_managed

BATCH = 1000


def record_usage(
    *, upload_id: UUID, entity_type: str, entity_id: str, field: str = "", label: str = "", url: str = ""
) -> tuple[Usage, bool]:
    """Record that an entity uses a file; return the usage and whether it is new. Idempotent on entity and field.

    Raises NotFound if the file does not exist, InTrash if it is in the trash (an existing usage stays).
    """
    with transaction.atomic():
        upload = _locked(upload_id)
        names = {"entity_type": entity_type, "entity_id": entity_id, "field": field}
        known = Usage.objects.filter(upload=upload, **names).first()
        if known is not None:
            return known, False
        if upload.is_deleted:
            raise InTrash
        usage = Usage.objects.create(upload=upload, label=label, url=url, **names)
        Upload.everything.filter(pk=upload.pk).update(usage_count=F("usage_count") + 1)
    return usage, True


def release_usage(*, upload_id: UUID, entity_type: str, entity_id: str, field: str = "") -> bool:
    """Remove the usage of a file by an entity; return whether there was one. Raises NotFound without the file."""
    with transaction.atomic():
        upload = _locked(upload_id)
        released, _ = Usage.objects.filter(
            upload=upload, entity_type=entity_type, entity_id=entity_id, field=field
        ).delete()
        if released:
            Upload.everything.filter(pk=upload.pk).update(usage_count=F("usage_count") - released)
    return bool(released)


def follow_field(
    *, upload_id: UUID | None, entity_type: str, entity_id: str, field: str, label: str = "", url: str = ""
) -> None:
    """Make a file the only one that a field of an entity uses; None: no file. Raises as `record_usage`.

    The caller locks the row of the entity, so that two changes of one field do not run at once.
    """
    names = {"entity_type": entity_type, "entity_id": entity_id, "field": field}
    with transaction.atomic():
        held = set(Usage.objects.filter(**names).values_list("upload_id", flat=True))
        wanted = {upload_id} if upload_id else set()
        for pk in sorted(held | wanted):  # in one order, so that no two calls deadlock
            if pk == upload_id:
                record_usage(upload_id=pk, label=label, url=url, **names)
            else:
                release_usage(upload_id=pk, **names)


def record_external_usage(
    *, upload: Upload, entity_type: str, entity_id: str, field: str = "", label: str = "", url: str = ""
) -> tuple[Usage, bool]:
    """Record a usage for a client of the API. Raises ManagedUsage for entity types that an app manages.

    Otherwise a caller who may edit a file could make it the avatar of any user.
    """
    if is_managed(entity_type):
        raise ManagedUsage(attr="entity_type")
    return record_usage(
        upload_id=upload.pk, entity_type=entity_type, entity_id=entity_id, field=field, label=label, url=url
    )


def release_external_usage(*, upload: Upload, usage_id: UUID | None) -> None:
    """Remove a usage for a client of the API. Raises NotFound, and ManagedUsage as `record_external_usage`."""
    usage = Usage.objects.filter(Q(pk=usage_id), upload=upload).first()
    if usage is None:
        raise NotFound
    if is_managed(usage.entity_type):
        raise ManagedUsage
    release_usage(upload_id=upload.pk, entity_type=usage.entity_type, entity_id=usage.entity_id, field=usage.field)


class Drift(NamedTuple):
    """An upload whose counter differs from the number of its usage rows."""

    upload_id: UUID
    recorded: int
    counted: int


def drifted_counts(organization_ids: Collection[UUID] | None = None) -> Iterator[Drift]:
    """Yield the uploads whose counter is wrong, in order of id; None: in all organizations. Constant memory.

    A counter and its rows change in one transaction, so traffic never looks like drift.
    """
    counted = Usage.objects.filter(upload=OuterRef("pk")).order_by().values("upload").annotate(n=Count("pk"))
    rows = Upload.everything.all()
    if organization_ids is not None:
        rows = rows.filter(organization_id__in=organization_ids)
    with_counts = rows.annotate(counted=Coalesce(Subquery(counted.values("n")), 0))
    wrong = with_counts.exclude(usage_count=F("counted"))
    for row in iterate(wrong.values_list("pk", "usage_count", "counted"), size=BATCH):
        yield Drift(*row)


def repair_count(*, upload_id: UUID) -> Drift | None:
    """Set one counter to the number of its rows, under the lock of writers; return None if it was right."""
    with transaction.atomic():
        upload = Upload.everything.select_for_update(of=("self",)).filter(pk=upload_id).first()
        if upload is None:
            return None
        counted = Usage.objects.filter(upload=upload).count()
        if counted == upload.usage_count:
            return None
        Upload.everything.filter(pk=upload.pk).update(usage_count=counted)
    return Drift(upload.pk, upload.usage_count, counted)


def _locked(upload_id: UUID) -> Upload:
    upload = Upload.everything.select_for_update(of=("self",)).filter(pk=upload_id).first()
    if upload is None:
        raise NotFound
    return upload
