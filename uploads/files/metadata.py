"""Writing the metadata of a file into its row, its searched text and, where they are empty, its title and alt text."""

from datetime import timedelta
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from uploads.files.edit import Details, edit_upload
from uploads.files.tags import update_search_text
from uploads.jobs import JobContext, submit_many
from uploads.metadata.fields import Metadata
from uploads.metadata.process import metadata_of
from uploads.metadata.types import EXACT, PREFIXES, has_metadata
from uploads.models import Upload
from uploads.storage.local_copy import local_copy

KIND = "read_metadata"
TIMEOUT = timedelta(minutes=30)
BATCH = 1000  # jobs that one statement submits


def read_metadata(job: JobContext, upload: Upload, folder: Path, *, with_texts: bool = True) -> bool:
    """Read the metadata of the current bytes of `upload` and record it; `folder` may hold their copy as `original`.

    Returns False where there is nothing to read, the machine failed, or the upload has other bytes by now. Raises
    MissingObject, StoreUnavailable and JobLost.
    """
    if not has_metadata(upload.mime_type):
        return False
    original = local_copy(upload, folder / "original", report=lambda part: job.report(20 * part))
    metadata = metadata_of(original, upload.mime_type)
    if metadata is None:
        return False
    with job.writing():
        return record_metadata(upload=upload, metadata=metadata, with_texts=with_texts)


def read_metadata_again(job: JobContext, upload_id: UUID | str) -> dict[str, Any]:
    """Read the metadata of an upload that people had before it was read; their texts stay as they are, also empty ones.

    Raises as `read_metadata`.
    """
    upload = Upload.everything.filter(pk=upload_id, purging_at=None).first()
    if upload is None:
        return {"read": False}
    with TemporaryDirectory(prefix="metadata-") as name:
        return {"read": read_metadata(job, upload, Path(name), with_texts=False)}


def record_metadata(*, upload: Upload, metadata: Metadata, with_texts: bool) -> bool:
    """Write what the bytes of `upload` say of themselves, inside the caller's transaction; facts of others stay.

    Returns False where the upload has other bytes by now or is being purged. `with_texts` fills an empty title and alt
    text (`suggested_texts`) of a new file, once; its history records that as a change by the system.
    """
    same_bytes = Upload.everything.filter(pk=upload.pk, key=upload.key, version=upload.version, purging_at=None)
    row = same_bytes.select_for_update(of=("self",)).first()
    if row is None:
        return False
    is_new = with_texts and row.metadata_version == 0 and row.version == 1 and not row.is_deleted
    row.metadata, row.metadata_version = {**row.metadata, **metadata}, row.version
    row.save(update_fields=["metadata", "metadata_version"])
    texts = suggested_texts(row) if is_new else {}
    if texts:
        edit_upload(upload=row, details=texts, by=None)
    elif metadata:
        update_search_text([row.pk])
    return True


def suggested_texts(upload: Upload) -> Details:
    """Return the texts that the metadata has for an empty title and, of a picture, for an empty alt text.

    The title is the embedded title, unless that is a file name. The alt text is the embedded one, else the caption.
    """
    texts: Details = {}
    said = upload.metadata
    title = said.get("title", "")
    if title and not upload.title and not _is_file_name(title, upload.original_filename):
        texts["title"] = title
    alt_text = said.get("alt_text") or " ".join(said.get("caption", "").split())
    if alt_text and not upload.alt_text and upload.mime_type.startswith("image/"):
        texts["alt_text"] = alt_text if len(alt_text) <= 500 else f"{alt_text[:499].rstrip()}…"
    return texts


def unread_uploads(organization_id: UUID | None = None) -> QuerySet[Upload]:
    """Return the uploads, of one organization or of all, whose present bytes may have metadata that was never read."""
    readable = Q(mime_type__in=EXACT)
    for prefix in PREFIXES:
        readable |= Q(mime_type__startswith=prefix)
    rows = Upload.everything.filter(readable, ~Q(metadata_version=F("version")), purging_at=None)
    return rows if organization_id is None else rows.filter(organization_id=organization_id)


def submit_unread(rows: QuerySet[Upload]) -> int:
    """Queue a job for each of `rows` that has none, behind work for which a person waits; return how many rows.

    A short statement for each BATCH rows, whatever their number; can be interrupted and repeated.
    """
    total, last = 0, None
    while True:
        page = rows.order_by("pk") if last is None else rows.order_by("pk").filter(pk__gt=last)
        ids = list(page.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return total
        with transaction.atomic():
            submit_many(KIND, subjects=Upload.everything.among(ids))
        total, last = total + len(ids), ids[-1]


def _is_file_name(title: str, original_filename: str) -> bool:
    """Tell whether a title is the name of a file, which programs put there."""
    path = PurePath(title.replace("\\", "/"))
    same = path.stem.casefold() == PurePath(original_filename).stem.casefold() or title == original_filename
    is_path = len(path.parts) > 1 and bool(path.suffix)
    return same or is_path or path.suffix.lower() in _ENDINGS


_ENDINGS = frozenset(
    {
        *(".doc", ".docx", ".odt", ".rtf", ".txt", ".pdf", ".pub", ".wpd", ".tex", ".dvi", ".ps", ".eps", ".ai"),
        *(".xls", ".xlsx", ".ods", ".ppt", ".pptx", ".odp", ".indd", ".qxd", ".pmd", ".cdr", ".dwg", ".html", ".htm"),
        *(".jpg", ".jpeg", ".png", ".tif", ".tiff", ".gif", ".psd", ".heic", ".webp", ".mp3", ".wav", ".mp4", ".mov"),
    }
)
