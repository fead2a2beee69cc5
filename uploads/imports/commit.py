"""Making the rows of a batch in one transaction."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from permissions.choices import Visibility
from permissions.models import User
from uploads.activity.record import record_activity
from uploads.choices import ActivityAction
from uploads.files.edit import get_or_create_tags, tag_names_by_slug
from uploads.imports.candidates import Candidate
from uploads.imports.options import ImportOptions
from uploads.jobs import submit_many
from uploads.metadata.fields import checked
from uploads.models import ImportedFile, ImportRun, Upload, UploadTag
from uploads.names import generated_filename
from uploads.search import search_text_of
from uploads.storage.quota import hold_bytes


def commit_files(options: ImportOptions, run: ImportRun, files: Sequence[Candidate]) -> dict[UUID, Upload]:
    """Make PRIVATE uploads of copied files; return them by id.

    Their bytes are counted without a check of the quotas, since they are stored already. Jobs make the renditions.
    Tags are made on first use.
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
        _add_tags(options, files)
        made = Upload.everything.filter(pk__in=ids)
        ImportedFile.objects.filter(run=run, pk__in=ids).update(upload_id=F("pk"))
        for user_id in sorted(held):
            hold_bytes(organization_id=options.organization.pk, user_id=user_id, size=held[user_id])
        record_activity(action=ActivityAction.UPLOAD, uploads=made, actor_id=None)
        submit_many("make_renditions", subjects=made, organization_id=options.organization.pk)
    return {upload.pk: upload for upload in uploads}


def _add_tags(options: ImportOptions, files: Sequence[Candidate]) -> None:
    names = [name for file in files for name in file.entry.tags]
    if not names:
        return
    tags = {tag.slug: tag for tag in get_or_create_tags(options.organization.pk, names)}
    UploadTag.objects.bulk_create(
        UploadTag(upload_id=file.row.pk, tag=tags[slug])
        for file in files
        if file.row
        for slug in tag_names_by_slug(file.entry.tags)
    )


def _upload(options: ImportOptions, file: Candidate) -> Upload:
    assert file.inspected and file.row and file.copied
    uploader: User = options.uploaders.of(file.source.path, file.entry)
    name, entry, now = file.name, file.entry, timezone.now()
    metadata = checked({"credit": entry.credit, "encoding": file.inspected.encoding})
    filename = generated_filename(name, file.inspected.extension)
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
        title=entry.title,
        description=entry.description,
        alt_text=entry.alt_text,
        category=entry.category,
        metadata=metadata,
        width=file.inspected.width,
        height=file.inspected.height,
        search_text=search_text_of(
            filename=filename,
            original_filename=name,
            title=entry.title,
            description=entry.description,
            tags=entry.tags,
            metadata=metadata,
        ),
        created_at=_created_at(options, file, now),
        updated_at=now,
    )


def _created_at(options: ImportOptions, file: Candidate, now: datetime) -> datetime:
    """Return the date of the catalogs, or where dates are kept that of the file; never one in the future."""
    assert file.copied
    kept = file.copied.modified_at if options.keep_dates else None
    return min(file.entry.created_at or kept or now, now)
