"""Where an item is played. Nothing here touches the network."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from media_library.playback.tokens import Ticket, new_ticket
from uploads.models import Upload


def stable_hls_url(origin: str, item_id: UUID) -> str:
    """Where whoever is signed in finds the streams: it leads to an address with a token of its own."""
    return f"{origin}/playback/{item_id}/master.m3u8"


def hls_url(origin: str, ticket: Ticket, hls_key: str) -> str:
    return f"{origin}/playback/{ticket.token()}/hls/{quote(hls_key.rpartition('/')[2])}"


def addresses(origin: str, upload: Upload, hls_key: str, *, user_id: UUID | None) -> dict[str, Any]:
    """Everything a player needs, by addresses that need nothing else, and until when (an aware time)."""
    ticket = new_ticket(item_id=upload.pk, user_id=user_id, hls_key=hls_key)
    base = f"{origin}/playback/{ticket.token()}"
    name = quote(upload.filename)
    return {
        "hls_url": hls_url(origin, ticket, hls_key) if hls_key else None,
        "file_url": f"{base}/file/{name}",
        "poster_url": f"{base}/poster/{name}" if upload.has_thumbnail else None,
        "expires_at": ticket.expires_at,
    }
