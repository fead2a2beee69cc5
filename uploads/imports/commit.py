"""Making the rows of a batch in one transaction."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from permissions.choices import Visibility
from permissions.models import User
from uploads.activity.record import record_activity
from uploads.choices import ActivityAction
from uploads.imports.candidates import Candidate
from uploads.imports.options import ImportOptions
from uploads.jobs import submit_many
from uploads.models import ImportedFile, ImportRun, Upload
from uploads.names import displayed_name, generated_filename
from uploads.search import search_text_of
from uploads.storage.quota import hold_bytes


def commit_files(options: ImportOptions, run: ImportRun, files: Sequence[Candidate]) -> dict[UUID, Upload]:
    """Make PRIVATE uploads of copied files; return them by id.

    Their bytes are counted without a check of the quotas, since they are stored already. Jobs make the renditions.
    """
    uploads = [_upload(options, file) for file in files]
    if not uploads:
        return {}
    held = Counter[UUID]()
    for upload in uploads:
        held[upload.uploaded_by_id] += upload.size
    ids = [upload.pk for upload in uploads]
    with transaction.atomic():
        Upload.everything.bulk_create(uploads)
        made = Upload.everything.filter(pk__in=ids)
        ImportedFile.objects.filter(run=run, pk__in=ids).update(upload_id=F("pk"))
        for user_id in sorted(held):
            hold_bytes(organization_id=options.organization.pk, user_id=user_id, size=held[user_id])
        record_activity(action=ActivityAction.UPLOAD, uploads=made, actor_id=None)
        submit_many("make_renditions", subjects=made, organization_id=options.organization.pk)
    return {upload.pk: upload for upload in uploads}


def _upload(options: ImportOptions, file: Candidate) -> Upload:
    assert file.inspected and file.row and file.copied
    uploader: User = options.uploaders.of(file.source.name)
    name = displayed_name(file.source.name) or "file"
    filename, now = generated_filename(name, file.inspected.extension), timezone.now()
    return Upload(
        id=file.row.pk,
        organization=options.organization,
        uploaded_by=uploader,
        type=file.inspected.type,
        filename=filename,
        original_filename=name,
        mime_type=file.inspected.mime_type,
        size=file.copied.size,
        checksum_sha256=file.copied.checksum_sha256,
        storage=file.row.storage,
        key=file.row.key,
        visibility=Visibility.PRIVATE,
        width=file.inspected.width,
        height=file.inspected.height,
        search_text=search_text_of(filename=filename, original_filename=name, title="", description="", tags=[]),
        created_at=now,
        updated_at=now,
    )
