"""Whether a playback token still permits playback: the access rule, asked for every playlist and every segment."""

from common.errors import Denied, NotFound
from media_library.playback.tokens import PlaybackToken, streams_of
from permissions.choices import Action
from permissions.context import access_of
from permissions.errors import NotAMember
from permissions.models import User
from uploads.models import Upload
from uploads.querysets import UploadQuerySet
from uploads.serving.authentication import live_uploads


def playable_uploads() -> UploadQuerySet:
    """Return uploads of media items that can be served, with their item and `is_public`."""
    return live_uploads().filter(mediaitem__isnull=False).select_related("mediaitem")


def authorized_upload(token: PlaybackToken) -> Upload:
    """Return the upload of `token`, with its media item and `is_public`.

    One query for a public item, else three more. Raises Denied if the user of the token may no longer view the item,
    NotFound if the item, or the set of streams that the token is for, no longer exists.
    """
    upload = playable_uploads().filter(pk=token.item_id).first()
    if upload is None:
        raise NotFound
    if not upload.is_public:
        _require_view(token, upload)
    if token.streams and token.streams != streams_of(upload.mediaitem.hls_key):
        raise NotFound
    return upload


def _require_view(token: PlaybackToken, upload: Upload) -> None:
    user = User.objects.filter(pk=token.user_id, is_active=True).first() if token.user_id else None
    if user is None:
        raise Denied
    try:
        access = access_of(user, upload.organization_id)
    except NotAMember:
        raise Denied from None
    if not upload.allows(access, Action.VIEW):
        raise Denied
