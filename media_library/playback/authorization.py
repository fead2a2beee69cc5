"""Whether a ticket still opens anything: the one rule, asked for every playlist and every segment."""

from typing import Any

from django.db.models import F

from common.errors import Denied, NotFound
from media_library.playback.tokens import Ticket, streams_of
from permissions.choices import Action
from permissions.context import access_of
from permissions.errors import NotAMember
from permissions.models import User
from uploads.models import Upload
from uploads.serving.authentication import live_uploads


def playable_uploads() -> Any:
    """Uploads that are media items and can be served to somebody, with `is_public` and `hls_key`."""
    return live_uploads().filter(mediaitem__isnull=False).annotate(hls_key=F("mediaitem__hls_key"))


def opened(ticket: Ticket) -> Upload:
    """Return the upload that `ticket` opens, with `is_public` and `hls_key`.

    One query for what anyone may view, else three more. Raises Denied where its person may not view the item any
    more, and NotFound where the item, or the set of streams it is for, is gone.
    """
    upload = playable_uploads().filter(pk=ticket.item_id).first()
    if upload is None:
        raise NotFound
    if not upload.is_public:
        _require_view(ticket, upload)
    if ticket.streams != streams_of(upload.hls_key) and ticket.streams:
        raise NotFound
    return upload


def _require_view(ticket: Ticket, upload: Upload) -> None:
    user = User.objects.filter(pk=ticket.user_id, is_active=True).first() if ticket.user_id else None
    if user is None:
        raise Denied
    try:
        access = access_of(user, upload.organization_id)
    except NotAMember:
        raise Denied from None
    if not upload.allows(access, Action.VIEW):
        raise Denied
