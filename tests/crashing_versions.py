"""Ends replacements and restorations of versions at any line of this project's code. Runs in an installation."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from common.clock import Now
from permissions.access import Access
from permissions.resolving import access_of
from tests.crashing import killed_at, lines_of, stored_session
from tests.factories import make_member, make_organization
from tests.invariants import broken_invariants
from uploads.models import StorageDeletion, Upload, UploadSession
from uploads.services.completing import complete_session, verify_session
from uploads.services.versions import find_replacement, replace_upload, restore_version
from uploads.storage import store


def crash_versions(*, points: int, report: str) -> None:
    """Kill replacements and restorations at `points` lines each; after each, look at the laws, and do it again."""
    settings.VERSIONS_KEPT = 1  # so that every replacement but the first gives bytes up
    access = access_of(make_member(make_organization("replacing"), "Creator"))
    upload, _ = complete_session(access=access, session_id=stored_session(access).pk)
    _replace(access, upload, stored_session(access))
    rehearsed = stored_session(access)
    lines = lines_of(lambda: _replace(access, upload, rehearsed))
    facts: dict[str, Any] = {"lines": lines, "killed": 0, "broken": []}
    for point in range(points):
        session, line = stored_session(access), 1 + point * lines // points
        facts["killed"] += killed_at(lambda: _replace(access, upload, session), line)  # noqa: B023
        facts["broken"] += broken_invariants()
        _replace(access, upload, session)
        facts["broken"] += broken_invariants()
        facts["killed"] += killed_at(lambda: _restore(access, upload), line)
        facts["broken"] += broken_invariants()
    facts["versions"] = Upload.objects.get().versions.count()
    StorageDeletion.objects.update(not_before=Now())
    facts["known"] = facts["versions"] + 1 + StorageDeletion.objects.count()
    facts["stored"] = sum(1 for _ in store("media").walk())
    Path(report).write_text(json.dumps(facts))


def _replace(access: Access, upload: Upload, session: UploadSession) -> None:
    session = find_replacement(access=access, upload=upload, session_id=session.pk)
    if session.upload_id is not None:
        return
    verified = verify_session(session=session)
    with transaction.atomic():
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        replace_upload(upload=locked, session=session, verified=verified, by=access.user_id)


def _restore(access: Access, upload: Upload) -> None:
    with transaction.atomic():
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        version = locked.versions.get()
        restore_version(upload=locked, number=version.number, by=access.user_id)
