"""The views of captions, under the token of the item that they are shown with."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from rest_framework.request import Request

from common.errors import Invalid, NotFound
from media_library.captions.documents import read_webvtt, shown_captions
from media_library.models import Caption
from media_library.playback.authorization import authorized_upload
from media_library.playback.captions import caption_playlist
from media_library.playback.tokens import playback_token_of
from media_library.playback.views import PlaybackView, playlist_response
from uploads.storage.contract import MissingObject


class CaptionPlaylistView(PlaybackView):
    """`/playback/{token}/hls/captions/{id}.m3u8`: the playlist of captions."""

    def get(self, request: Request, token: str, caption_id: UUID) -> HttpResponseBase:
        caption = _caption(token, caption_id)
        return playlist_response(caption_playlist(caption, caption.media_item))


class CaptionView(PlaybackView):
    """`/playback/{token}/hls/captions/{id}.vtt`: the captions of a document as WebVTT, read by this server."""

    def get(self, request: Request, token: str, caption_id: UUID) -> HttpResponseBase:
        try:
            text = read_webvtt(_caption(token, caption_id).document)
        except (Invalid, MissingObject):  # replaced by another document since it was attached
            raise NotFound from None
        return HttpResponse(text, content_type="text/vtt; charset=utf-8")


def _caption(token: str, caption_id: UUID) -> Caption:
    """Return captions of the item of a token that still permits playback. Raises as `authorized_upload`, NotFound."""
    upload = authorized_upload(playback_token_of(token))
    caption = shown_captions(upload.pk).select_related("media_item").filter(pk=caption_id).first()
    if caption is None:
        raise NotFound
    return caption
