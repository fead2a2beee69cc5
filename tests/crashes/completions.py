"""Ends completions of uploads at any line of this project's code, as `kill -9` would. Runs in an installation."""

import hashlib
import io
import json
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from permissions.access import Access
from permissions.context import access_of
from tests.crashes.points import chosen, killed_at, lines_of, random_line
from tests.factories import make_member, make_organization
from tests.upload_calls import jpeg
from uploads.choices import SessionState
from uploads.models import Job, Upload, UploadSession
from uploads.sessions.complete import complete_session
from uploads.sessions.create import open_session
from uploads.sessions.expire import due_sessions, expire_sessions
from uploads.sessions.form_upload import upload_file
from uploads.storage import store
from uploads.storage.quota import recount_storage


def stored_session(access: Access) -> UploadSession:
    data = jpeg()
    session = open_session(access=access, type="IMAGE", filename="a.jpg", content_type="image/jpeg", size=len(data))
    store(session.storage).put(session.key, io.BytesIO(data), content_type="image/jpeg")
    return session


def broken_laws(access: Access) -> list[str]:
    """What a crash must never leave: I1, I2 and I4, and an upload whose background work was forgotten."""
    found = []
    for upload in Upload.everything.all():
        if b64encode(hashlib.sha256(b"".join(store(upload.storage).read(upload.key))).digest()).decode() != (
            upload.checksum_sha256
        ):
            found.append(f"{upload.pk} has not its bytes")
        if not Job.objects.filter(kind="make_renditions", subject=str(upload.pk)).exists():
            found.append(f"{upload.pk} was forgotten")
        if UploadSession.objects.get(pk=upload.pk).state != SessionState.COMPLETED:
            found.append(f"{upload.pk} has an unfinished session")
    open_keys = UploadSession.objects.filter(state=SessionState.OPEN).values_list("key", flat=True)
    known = {*Upload.everything.values_list("key", flat=True), *open_keys}
    found += [f"{stored.key} is nobody's" for stored in store("media").walk() if stored.key not in known]
    if recount_storage(organization_id=access.organization_id):
        found.append("the accounts drifted")
    return found


def crash_completions(*, points: int, report: str) -> None:
    """Kill completions and form uploads at random lines; after each look at the laws, then finish or expire."""
    access = access_of(make_member(make_organization("crashing"), "Creator"))
    rehearsed = stored_session(access)
    lines = {
        "complete": lines_of(lambda: complete_session(access=access, session_id=rehearsed.pk, details={"tags": ["a"]})),
        "form": lines_of(lambda: upload_form(access)),
    }
    facts: dict[str, Any] = {"lines": lines, "killed": 0, "broken": []}
    for point in chosen(points):
        session = stored_session(access)
        facts["killed"] += killed_at(
            lambda: complete_session(access=access, session_id=session.pk, details={"tags": ["b"]}),  # noqa: B023
            random_line(lines["complete"], point, points),
        )
        facts["broken"] += broken_laws(access)
        upload, _ = complete_session(access=access, session_id=session.pk, details={"tags": ["b"]})
        assert upload.pk == session.pk
        facts["killed"] += killed_at(lambda: upload_form(access), random_line(lines["form"], point, points))
        facts["broken"] += broken_laws(access)
    UploadSession.objects.filter(state=SessionState.OPEN).update(expires_at=timezone.now() - timedelta(seconds=1))
    expire_sessions()
    facts["due"] = due_sessions().count()
    facts["broken"] += broken_laws(access)
    facts["uploads"] = Upload.everything.count()
    Path(report).write_text(json.dumps(facts))


def upload_form(access: Access) -> Upload:
    return upload_file(access=access, type="IMAGE", file=SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg"))
