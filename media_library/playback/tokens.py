"""The permission in the path of a player's addresses."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils import timezone

from common.errors import Denied

_SALT = "media_library.playback"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who may play which item until when (seconds since 1970).

    `streams` is the folder of the one set of streams it is for, empty for an item without; `user_id` is None for
    anybody, which opens public items alone.
    """

    item_id: UUID
    user_id: UUID | None
    expires: int
    streams: str = ""

    def token(self) -> str:
        """Text for a path, which only this installation's keys can make."""
        user = self.user_id.hex if self.user_id else ""
        return Signer(sep=".", salt=_SALT).sign_object([self.item_id.hex, user, self.expires, self.streams])

    @property
    def expires_at(self) -> datetime:
        return datetime.fromtimestamp(self.expires, UTC)


def new_ticket(*, item_id: UUID, user_id: UUID | None, hls_key: str) -> Ticket:
    """A ticket from now on, for the streams around the master playlist `hls_key`."""
    expires_at = timezone.now() + timedelta(seconds=settings.PLAYBACK_SECONDS)
    return Ticket(item_id, user_id, int(expires_at.timestamp()), streams_of(hls_key))


def streams_of(hls_key: str) -> str:
    """The name of the folder that a master playlist is in."""
    return hls_key.split("/")[-2] if hls_key else ""


def ticket_of(token: str) -> Ticket:
    """The ticket that `token` is. Raises Denied for an altered or expired one."""
    try:
        item, user, expires, streams = Signer(sep=".", salt=_SALT).unsign_object(token)
    except (BadSignature, ValueError) as error:
        raise Denied("This address was altered or is not ours.") from error
    ticket = Ticket(UUID(hex=item), UUID(hex=user) if user else None, expires, streams)
    if timezone.now() >= ticket.expires_at:
        raise Denied("This address has expired.")
    return ticket
