"""Share links: URLs that open one file for people without an account."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.utils import timezone

from common.errors import Denied, DomainError, NotFound
from permissions.access import Access
from permissions.choices import Action
from permissions.context import access_of
from uploads.activity.record import record_activity
from uploads.choices import ActivityAction
from uploads.errors import LinkOver
from uploads.models import ShareLink, Upload

logger = logging.getLogger(__name__)

MAX_LIFETIME = timedelta(days=90)


def create_share_link(*, access: Access, upload: Upload, expires_in: timedelta) -> ShareLink:
    """Create a link to `upload` that expires after `expires_in`, at most MAX_LIFETIME. Raises Denied."""
    if not may_share(access, upload):
        raise Denied
    assert access.user_id, "anonymous callers cannot share files"
    now = timezone.now()
    with transaction.atomic():
        link = ShareLink.objects.create(
            upload=upload, created_by_id=access.user_id, created_at=now, expires_at=now + min(expires_in, MAX_LIFETIME)
        )
        record_activity(
            action=ActivityAction.SHARE,
            uploads=upload,
            actor_id=access.user_id,
            changes=_facts(link.pk, link.expires_at),
        )
    return link


def revoke_share_link(*, access: Access, upload: Upload, link_id: UUID | None) -> None:
    """Revoke a link of `upload`; an earlier revocation stays as it is. Raises NotFound."""
    links = ShareLink.objects.filter(Q(pk=link_id), upload=upload)
    with transaction.atomic():
        if links.filter(revoked_at=None).update(revoked_at=timezone.now()):
            record_activity(
                action=ActivityAction.UNSHARE, uploads=upload, actor_id=access.user_id, changes=_facts(link_id)
            )
        elif not links.exists():
            raise NotFound


def follow_share_link(*, link_id: UUID) -> ShareLink:
    """Return an active link with its `upload`. Three queries.

    Raises NotFound if the file is purged or in the trash; LinkOver if the link has expired or was revoked, or its maker
    may no longer share the file.
    """
    links = ShareLink.objects.select_related("upload", "created_by")
    link = links.filter(pk=link_id, upload__deleted_at=None, upload__organization__is_active=True).first()
    if link is None:
        raise NotFound
    if not (link.is_active_at(timezone.now()) and _maker_may_share(link)):
        raise LinkOver
    return link


def count_access(*, link: ShareLink) -> None:
    """Count an access to the shared file. The file is served also when the database cannot write."""
    try:
        with transaction.atomic():
            ShareLink.objects.filter(pk=link.pk).update(access_count=F("access_count") + 1, last_used_at=timezone.now())
    except DatabaseError:
        logger.exception("An access by a share link was not counted")


def may_share(access: Access, upload: Upload) -> bool:
    """Tell whether the caller may share the live file `upload`. One query."""
    return Upload.objects.allowing(access, Action.SHARE).contains(upload)


def _facts(link_id: UUID | None, expires_at: datetime | None = None) -> dict[str, str]:
    """Return what the history of the file keeps of a link; never its URL."""
    return {"link": str(link_id), **({"expires_at": expires_at.isoformat()} if expires_at else {})}


def _maker_may_share(link: ShareLink) -> bool:
    if not link.created_by.is_active:
        return False
    try:
        access = access_of(link.created_by, link.upload.organization_id)
    except DomainError:
        return False
    return may_share(access, link.upload)
