"""What players fetch."""

from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from rest_framework.request import Request

from common.db.ids import parse_id
from common.errors import NotFound
from media_library.playback.authorization import opened, playable_uploads
from media_library.playback.player_urls import hls_url
from media_library.playback.tokens import new_ticket, ticket_of
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

CHUNKS = 64  # of a playlist that are read at most

# Any page may play what its player has an address for: the address is the permission, and no cookie is looked at.
_FOR_ANY_PAGE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Length, Content-Range, ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Range, If-None-Match, If-Range",
    "Access-Control-Max-Age": "86400",
}


class Playing(FileAPIView):
    """The base: answers carry what players on other origins need."""

    http_method_names = ["get", "head", "options"]

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return HttpResponse(status=204, headers=_PREFLIGHT)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in _FOR_ANY_PAGE.items():
            response.headers[name] = value
        return response


class StreamView(Playing):
    """`/playback/{token}/hls/{name}`: playlists as they are stored, since they name each other relatively, and
    segments from wherever they are."""

    def get(self, request: Request, token: str, name: str) -> HttpResponseBase:
        ticket = ticket_of(token)
        upload = opened(ticket)
        if not NAME.fullmatch(name) or not ticket.streams:
            raise NotFound
        key = f"{folder_of(upload.hls_key)}{name}"
        if name.endswith(".m3u8"):
            return _playlist(upload, key)
        return serve_object(request._request, _segment(upload, key, until=ticket.expires_at))


class OriginalView(Playing):
    """`/playback/{token}/file/{name}`: the file itself, for sounds and for what cannot play streams."""

    def get(self, request: Request, token: str, name: str) -> HttpResponseBase:
        ticket = ticket_of(token)
        upload = opened(ticket)
        servable = Servable.of_upload(upload, is_public=upload.is_public)
        return serve_object(request._request, replace(servable, until=ticket.expires_at))


class PosterView(Playing):
    """`/playback/{token}/poster/{name}`: the picture to show before it plays."""

    def get(self, request: Request, token: str, name: str) -> HttpResponseBase:
        upload = opened(ticket_of(token))
        poster = Rendition.objects.filter(upload=upload, kind=RenditionKind.LARGE, version=upload.version).first()
        if poster is None:
            raise NotFound
        return serve_object(request._request, Servable.of_rendition(upload, poster, is_public=upload.is_public))


class StableView(FileAPIView):
    """`/playback/{id}/master.m3u8`: leads whoever may view the item to an address of their own."""

    def get(self, request: Request, item_id: str) -> HttpResponseBase:
        upload = visible_upload(request._request, parse_id(item_id))
        hls_key = playable_uploads().filter(pk=upload.pk).values_list("hls_key", flat=True).first()
        if not hls_key:
            raise NotFound
        user = authenticate(request._request)
        ticket = new_ticket(item_id=upload.pk, user_id=user.pk if user.is_authenticated else None, hls_key=hls_key)
        return HttpResponseRedirect(hls_url("", ticket, hls_key))


class NotFoundView(Playing):
    """Everything else below `/playback/`."""

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        raise NotFound


def _playlist(upload: Upload, key: str) -> HttpResponse:
    try:
        text = b"".join(islice(store(upload.storage).read(key), CHUNKS))
    except MissingObject:
        raise NotFound from None
    return HttpResponse(text, content_type=PLAYLIST)


def _segment(upload: Upload, key: str, *, until: datetime) -> Servable:
    """An object that never changes. How large it is matters only where this server sends it."""
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
        is_public=bool(upload.is_public),  # type: ignore[attr-defined]
        until=until,
    )
