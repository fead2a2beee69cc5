"""Where files are used: rows are the truth, and `Upload.usage_count` follows them under a lock on the upload."""

from uuid import UUID

from django.db import transaction
from django.db.models import F

from permissions.errors import NotFound
from uploads.errors import InTrash
from uploads.models import Upload, Usage


def record_usage(
    *, upload_id: UUID, entity_type: str, entity_id: str, field: str = "", label: str = "", url: str = ""
) -> tuple[Usage, bool]:
    """Note that an entity uses a file; return the usage and whether it is new. Idempotent on entity and field.

    Raises NotFound where the file is gone, InTrash where it is in the trash (a usage that exists already stays).
    """
    with transaction.atomic():
        upload = _locked(upload_id)
        names = {"entity_type": entity_type, "entity_id": entity_id, "field": field}
        found = Usage.objects.filter(upload=upload, **names).first()
        if found is not None:
            return found, False
        if upload.is_deleted:
            raise InTrash
        usage = Usage.objects.create(upload=upload, label=label, url=url, **names)
        Upload.everything.filter(pk=upload.pk).update(usage_count=F("usage_count") + 1)
    return usage, True


def release_usage(*, upload_id: UUID, entity_type: str, entity_id: str, field: str = "") -> bool:
    """Note that an entity no longer uses a file; tell whether it did. Raises NotFound where the file is gone."""
    with transaction.atomic():
        upload = _locked(upload_id)
        released, _ = Usage.objects.filter(
            upload=upload, entity_type=entity_type, entity_id=entity_id, field=field
        ).delete()
        if released:
            Upload.everything.filter(pk=upload.pk).update(usage_count=F("usage_count") - released)
    return bool(released)


def _locked(upload_id: UUID) -> Upload:
    upload = Upload.everything.select_for_update(of=("self",)).filter(pk=upload_id).first()
    if upload is None:
        raise NotFound
    return upload
