"""Ends a purge at any line of this project's code, as `kill -9` would. Runs in an installation."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from permissions.access import Access
from permissions.context import access_of
from tests.crashes.completions import stored_session
from tests.crashes.points import chosen, killed_at, lines_of
from tests.factories import make_member, make_organization
from tests.invariants import broken_invariants
from uploads.files.purge import finish_purges, purge_upload, unfinished_purges
from uploads.files.trash import delete_upload
from uploads.models import Rendition, StorageDeletion, Upload
from uploads.names import rendition_key
from uploads.sessions.complete import complete_session
from uploads.storage import store

PICTURE = b"RIFF....WEBP"


def crash_purges(*, points: int, report: str) -> None:
    """Kill purges (of one file, and by command) at `points` lines each; after each, look at the laws, and finish."""
    access = access_of(make_member(make_organization("purging"), "Administrator"))
    facts: dict[str, Any] = {"killed": 0, "broken": [], "left": 0}
    for name, work in (("one", _purge_one), ("all", _purge_all)):
        facts[name] = lines = _lines(access, work)
        for point in chosen(points):
            upload = _trashed(access)
            facts["killed"] += killed_at(lambda: work(access, upload), 1 + point * lines // points)  # noqa: B023
            facts["broken"] += broken_invariants()
            _finish(access, work, upload)
            facts["broken"] += broken_invariants()
            facts["left"] += Upload.everything.count() + sum(1 for _ in store("media").walk())
    facts["entries"] = StorageDeletion.objects.count()
    Path(report).write_text(json.dumps(facts))


def _purge_one(access: Access, upload: Upload) -> None:
    with transaction.atomic():
        purge_upload(access=access, upload=Upload.everything.select_for_update().get(pk=upload.pk))


def _purge_all(access: Access, upload: Upload) -> None:
    call_command("purge_deleted", "--older-than", "0", "--apply", "--yes", verbosity=0)


def _finish(access: Access, work: Callable, upload: Upload) -> None:
    """As an administrator or an operator would: by doing it again; and as the background does, for a tombstone."""
    if work is _purge_one and Upload.everything.filter(pk=upload.pk, purging_at=None).exists():
        _purge_one(access, upload)
    finish_purges(ids=list(unfinished_purges().values_list("pk", flat=True)))
    if work is _purge_all:
        _purge_all(access, upload)


def _lines(access: Access, work: Callable) -> int:
    upload = _trashed(access)
    lines = lines_of(lambda: work(access, upload))
    assert not Upload.everything.exists()
    return lines


def _trashed(access: Access) -> Upload:
    """A file in the trash, with a rendition."""
    upload, _ = complete_session(access=access, session_id=stored_session(access).pk)
    stored = store("media").put(rendition_key(upload, "md"), BytesIO(PICTURE), content_type="image/webp")
    Rendition.objects.create(
        upload=upload, kind="md", version=1, storage="media", key=stored.key, size=len(PICTURE), width=1, height=1
    )
    with transaction.atomic():
        delete_upload(access=access, upload=Upload.objects.select_for_update().get(pk=upload.pk))
    Upload.everything.filter(pk=upload.pk).update(deleted_at=timezone.now() - timedelta(seconds=1))
    return Upload.everything.get(pk=upload.pk)
