"""Whether a playback token still permits playback: the access rule, asked for every playlist and every segment."""

from uuid import UUID

from common.db.statements import Statement
from common.errors import Denied, NotFound
from media_library.playback.tokens import PlaybackToken, streams_of
from permissions.choices import Action
from permissions.context import access_of, find_user
from permissions.errors import NotAMember
from uploads.models import Upload
from uploads.querysets import UploadQuerySet
from uploads.serving.authentication import live_uploads


def playable_uploads() -> UploadQuerySet:
    """Return uploads of media items that can be served, with their item and `is_public`."""
    return live_uploads().filter(mediaitem__isnull=False).select_related("mediaitem")


def authorized_upload(token: PlaybackToken) -> Upload:
    """Return the upload of `token`, with its media item and `is_public`.

    One query for a public item, else two more. Raises Denied if the user of the token may no longer view the item,
    NotFound if the item, or the set of streams that the token is for, no longer exists.
    """
    upload = Statement(_one_playable, (token.item_id,)).first()
    if upload is None:
        raise NotFound
    if not upload.is_public:
        _require_view(token, upload)
    if token.streams and token.streams != streams_of(upload.mediaitem.hls_key):
        raise NotFound
    return upload


def _one_playable(item_id: UUID) -> UploadQuerySet:
    return playable_uploads().filter(pk=item_id).order_by()


def _require_view(token: PlaybackToken, upload: Upload) -> None:
    user = find_user(token.user_id) if token.user_id else None
    if user is None or not user.is_active:
        raise Denied
    try:
        access = access_of(user, upload.organization_id)
    except NotAMember:
        raise Denied from None
    if not upload.allows(access, Action.VIEW):
        raise Denied
