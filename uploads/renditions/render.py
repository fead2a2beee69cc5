"""Making renditions, which are stored beside the file and can be made again at any time."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from uploads.jobs import JobContext
from uploads.kinds.formats import JPEG_TYPES
from uploads.models import Rendition, StorageDeletion, Upload
from uploads.names import rendition_key
from uploads.outbox.deletions import cancel_deletions, schedule_deletions
from uploads.renditions.decoder import Drawn, draw_sizes
from uploads.renditions.formats import DRAWERS, JPEG, JPEG_TYPE, MIME_TYPE, Undrawable
from uploads.storage import store
from uploads.storage.local_copy import local_copy


def draw_renditions(job: JobContext, upload: Upload, *, before: Callable[[Path], object]) -> dict[str, Any]:
    """Draw the current bytes of `upload`, store the sizes, and record them; idempotent.

    `before` is called first, with the folder in which it may leave a copy of the bytes, `original`, for the drawing.

    Returns {"sizes": n}, or {"undrawable": reason} for an upload that stays without a picture. Raises MissingObject and
    StoreUnavailable, and RuntimeError and TimeoutError if another attempt may succeed.
    """
    with TemporaryDirectory(prefix="rendition-") as name:
        folder = Path(name)
        before(folder)
        try:
            drawn = _draw(job, upload, folder)
        except Undrawable as error:
            _record(job, upload, _facts_without_picture(error), [])
            return {"undrawable": str(error)}
        renditions = _put_sizes(upload, drawn)
    if not _record(job, upload, _facts(drawn), renditions):
        return {"superseded": upload.version}
    return {"sizes": len(renditions)}


def _draw(job: JobContext, upload: Upload, folder: Path) -> Drawn:
    if upload.mime_type not in DRAWERS:
        raise Undrawable(f"There is no picture of {upload.mime_type}.")
    original = local_copy(upload, folder / "original", report=lambda part: job.report(30 * part))
    job.report(30)
    drawn = draw_sizes(original, upload.mime_type, folder, with_jpeg=upload.mime_type in JPEG_TYPES)
    job.report(80)
    return drawn


def _put_sizes(upload: Upload, drawn: Drawn) -> list[Rendition]:
    """Store the pictures; their rows are not saved yet, so a crash here leaves objects that the next attempt takes."""
    keys = {size.kind: rendition_key(upload, size.kind) for size in drawn.sizes}
    if not cancel_deletions(upload.storage, keys.values()):
        raise RuntimeError("The earlier renditions are being removed at this moment.")
    renditions = []
    for size in drawn.sizes:
        mime_type = JPEG_TYPE if size.kind == JPEG else MIME_TYPE
        with size.path.open("rb") as content:
            stored = store(upload.storage).put(keys[size.kind], content, content_type=mime_type)
        renditions.append(
            Rendition(
                upload=upload,
                kind=size.kind,
                version=upload.version,
                storage=upload.storage,
                key=stored.key,
                mime_type=mime_type,
                size=stored.size,
                width=size.width,
                height=size.height,
            )
        )
    return renditions


def _record(job: JobContext, upload: Upload, facts: dict[str, Any], renditions: list[Rendition]) -> bool:
    """Replace the rows of the renditions in one fenced transaction; earlier objects are scheduled for deletion.

    Returns False if the upload has other bytes by now or is being purged; the new objects are scheduled instead.
    """
    with job.writing():
        rows = Upload.everything.filter(pk=upload.pk, key=upload.key, version=upload.version, purging_at=None)
        if not rows.update(**facts):  # which also locks it
            schedule_deletions(_entry(upload, made.storage, made.key) for made in renditions)
            return False
        kept = {(made.storage, made.key) for made in renditions}
        earlier = Rendition.objects.filter(upload=upload)
        schedule_deletions(
            _entry(upload, *where) for where in earlier.values_list("storage", "key") if where not in kept
        )
        earlier.delete()
        Rendition.objects.bulk_create(renditions)
    return True


def _facts(drawn: Drawn) -> dict[str, Any]:
    return {"has_thumbnail": True, "width": drawn.width, "height": drawn.height, "page_count": drawn.page_count}


def _facts_without_picture(error: Undrawable) -> dict[str, Any]:
    """Return the facts of an upload without a picture: a size that a header gave, now or at the upload, stays."""
    size = {"width": error.width, "height": error.height} if error.width and error.height else {}
    return {"has_thumbnail": False, "page_count": None, **size}


def _entry(upload: Upload, storage: str, key: str) -> StorageDeletion:
    return StorageDeletion(storage=storage, key=key, reason="rendition", organization_id=upload.organization_id)
