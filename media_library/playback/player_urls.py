"""The URLs of playback. Building them makes no request and no query."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict
from urllib.parse import quote
from uuid import UUID

from media_library.models import Caption, MediaItem
from media_library.playback.captions import caption_path
from media_library.playback.tokens import PlaybackToken, new_playback_token
from media_library.transcoding.timeline import INDEX


def stable_hls_url(origin: str, item_id: UUID | str) -> str:
    """Return the URL of the streams for signed-in callers. It redirects to a URL with a token."""
    return f"{origin}/playback/{item_id}/master.m3u8"


def hls_url(origin: str, token: PlaybackToken, hls_key: str) -> str:
    """Return the URL of the master playlist `hls_key` with the signed `token`."""
    return f"{origin}/playback/{token.signed()}/hls/{quote(hls_key.rpartition('/')[2])}"


class CaptionUrl(TypedDict):
    """Captions as WebVTT, with what players call them."""

    id: str
    language: str
    label: str
    url: str


class PlaybackUrls(TypedDict):
    """URLs that need no credentials, and their expiry (aware)."""

    hls_url: str | None
    file_url: str
    poster_url: str | None
    timeline_url: str | None
    captions: list[CaptionUrl]
    expires_at: datetime


def playback_urls(origin: str, item: MediaItem, captions: Iterable[Caption], *, user_id: UUID | None) -> PlaybackUrls:
    """Return what a player needs to play `item` (with its upload) with the rights of a user (None: of anyone)."""
    upload, hls_key = item.upload, item.hls_key
    token = new_playback_token(item_id=upload.pk, user_id=user_id, hls_key=hls_key)
    base = f"{origin}/playback/{token.signed()}"
    name = quote(upload.filename)
    return {
        "hls_url": hls_url(origin, token, hls_key) if hls_key else None,
        "file_url": f"{base}/file/{name}",
        "poster_url": f"{base}/poster/{name}" if upload.has_thumbnail else None,
        "timeline_url": f"{base}/hls/{INDEX}" if item.has_timeline and hls_key else None,
        "captions": [
            {
                "id": str(caption.pk),
                "language": caption.language,
                "label": caption.label,
                "url": f"{base}/hls/{caption_path(caption.pk, 'vtt')}",
            }
            for caption in captions
        ],
        "expires_at": token.expires_at,
    }
