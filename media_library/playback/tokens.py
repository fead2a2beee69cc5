"""Playback tokens: the permission to play an item, signed, in a path."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Denied

_SALT = "media_library.playback"


@dataclass(frozen=True, slots=True)
class PlaybackToken:
    """The permission of a user to play an item until `expires` (seconds since 1970).

    `streams` is the folder of the set of streams that it is for, empty for an item without streams. `user_id` is None
    for anonymous callers, who can play public items only.
    """

    item_id: UUID
    user_id: UUID | None
    expires: int
    streams: str = ""

    def signed(self) -> str:
        """Return the token as text for a path, signed with the SECRET_KEY."""
        user = self.user_id.hex if self.user_id else ""
        return Signer(sep=".", salt=_SALT).sign_object([self.item_id.hex, user, self.expires, self.streams])

    @property
    def expires_at(self) -> datetime:
        return datetime.fromtimestamp(self.expires, UTC)


def new_playback_token(*, item_id: UUID, user_id: UUID | None, hls_key: str) -> PlaybackToken:
    """Return a token for PLAYBACK_SECONDS from now, for the streams of the master playlist `hls_key`."""
    expires_at = timezone.now() + timedelta(seconds=settings.PLAYBACK_SECONDS)
    return PlaybackToken(item_id, user_id, int(expires_at.timestamp()), streams_of(hls_key))


def streams_of(hls_key: str) -> str:
    """Return the name of the folder of a master playlist; empty without one."""
    return hls_key.split("/")[-2] if hls_key else ""


def playback_token_of(text: str) -> PlaybackToken:
    """Return the token of a path. Raises Denied for an altered or expired one."""
    try:
        item, user, expires, streams = Signer(sep=".", salt=_SALT).unsign_object(text)
    except (BadSignature, ValueError) as error:
        raise Denied(_("The signature of this URL is not valid.")) from error
    token = PlaybackToken(UUID(hex=item), UUID(hex=user) if user else None, expires, streams)
    if timezone.now() >= token.expires_at:
        raise Denied(_("This URL has expired."))
    return token
