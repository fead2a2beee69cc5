"""The views of playback: playlists, segments, original files and posters."""

from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.ids import parse_id
from common.errors import NotFound
from media_library.captions.documents import shown_captions
from media_library.playback.authorization import authorized_upload, playable_uploads
from media_library.playback.captions import with_captions
from media_library.playback.player_urls import hls_url
from media_library.playback.tokens import new_playback_token, playback_token_of
from media_library.transcoding.outputs import PLAYLIST, TYPES, folder_of
from media_library.transcoding.stream_check import NAME
from uploads.choices import RenditionKind
from uploads.models import Rendition, Upload
from uploads.serving import Servable, serve_object
from uploads.serving.authentication import authenticate, visible_upload
from uploads.serving.conditional import Validators
from uploads.serving.views import FileAPIView
from uploads.storage import store
from uploads.storage.contract import MissingObject

MAX_CHUNKS = 64  # that are read of a playlist

# Pages of any origin may play: the URL is the permission, and cookies are not read.
_CORS_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Length, Content-Range, ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Range, If-None-Match, If-Range",
    "Access-Control-Max-Age": "86400",
}


class PlaybackView(FileAPIView):
    """The base: every response has the headers that players on other origins need."""

    http_method_names = ["get", "head", "options"]

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """Answer the preflight of a script on another origin."""
        return Response(status=204, headers=_PREFLIGHT)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in _CORS_HEADERS.items():
            response.headers[name] = value
        return response


class StreamView(PlaybackView):
    """`/playback/{token}/hls/{name}`: segments, and playlists as they are stored, with their relative names.

    The master playlist names the captions besides.
    """

    def get(self, request: Request, token: str, name: str) -> HttpResponseBase:
        playback = playback_token_of(token)
        upload = authorized_upload(playback)
        if not NAME.fullmatch(name) or not playback.streams:
            raise NotFound
        key = f"{folder_of(upload.mediaitem.hls_key)}{name}"
        if key == upload.mediaitem.hls_key:
            return playlist_response(with_captions(_playlist(upload, key), shown_captions(upload.pk)))
        if name.endswith(".m3u8"):
            return playlist_response(_playlist(upload, key))
        return serve_object(request._request, _segment(upload, key, until=playback.expires_at))


class OriginalView(PlaybackView):
    """`/playback/{token}/file/{name}`: the original file, for audio and for players without HLS."""

    def get(self, request: Request, token: str, name: str) -> HttpResponseBase:
        playback = playback_token_of(token)
        upload = authorized_upload(playback)
        servable = Servable.of_upload(upload, is_public=upload.is_public)
        return serve_object(request._request, replace(servable, until=playback.expires_at))


class PosterView(PlaybackView):
    """`/playback/{token}/poster/{name}`: the poster image."""

    def get(self, request: Request, token: str, name: str) -> HttpResponseBase:
        upload = authorized_upload(playback_token_of(token))
        poster = Rendition.objects.filter(upload=upload, kind=RenditionKind.LARGE, version=upload.version).first()
        if poster is None:
            raise NotFound
        return serve_object(request._request, Servable.of_rendition(upload, poster, is_public=upload.is_public))


class StableURLView(FileAPIView):
    """`/playback/{id}/master.m3u8`: redirects callers who may view the item to a URL with their own token."""

    def get(self, request: Request, item_id: str) -> HttpResponseBase:
        upload = visible_upload(request._request, parse_id(item_id))
        hls_key = playable_uploads().filter(pk=upload.pk).values_list("mediaitem__hls_key", flat=True).first()
        if not hls_key:
            raise NotFound
        user = authenticate(request._request)
        token = new_playback_token(
            item_id=upload.pk, user_id=user.pk if user.is_authenticated else None, hls_key=hls_key
        )
        return HttpResponseRedirect(hls_url("", token, hls_key))


class NotFoundView(PlaybackView):
    """Any other path below `/playback/`."""

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        raise NotFound


def playlist_response(text: str) -> HttpResponse:
    """Return the response with a playlist."""
    return HttpResponse(text.encode("utf-8", "surrogateescape"), content_type=PLAYLIST)


def _playlist(upload: Upload, key: str) -> str:
    try:
        return b"".join(islice(store(upload.storage).read(key), MAX_CHUNKS)).decode("utf-8", "surrogateescape")
    except MissingObject:
        raise NotFound from None


def _segment(upload: Upload, key: str, *, until: datetime) -> Servable:
    """Return a segment, which never changes. Its size is only needed where this server sends it."""
    try:
        path = store(upload.storage).local_path(key)
    except MissingObject:
        raise NotFound from None
    return Servable(
        storage=upload.storage,
        key=key,
        size=Path(path).stat().st_size if path else 0,
        mime_type=TYPES.get(PurePath(key).suffix, ""),
        name=PurePath(key).name,
        validators=Validators(f'"{blake2b(key.encode(), digest_size=16).hexdigest()}"', upload.created_at),
        is_public=bool(upload.is_public),
        until=until,
    )
