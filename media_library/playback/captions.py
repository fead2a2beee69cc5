"""Captions for players: named in the master playlist, each in a playlist of one segment, and as WebVTT."""

import math
import re
from collections.abc import Iterable
from uuid import UUID

from media_library.models import Caption, MediaItem

GROUP = "captions"
_STREAM = re.compile(r"^#EXT-X-STREAM-INF:(?!.*SUBTITLES=)", re.MULTILINE)
_FIRST_TAG = re.compile(r"^#EXT-X-(?:STREAM-INF|MEDIA):", re.MULTILINE)


def caption_path(caption_id: UUID, ending: str) -> str:
    """Return the name of captions, relative to the master playlist: `vtt` their text, `m3u8` their playlist."""
    return f"{GROUP}/{caption_id}.{ending}"


def with_captions(master: str, captions: Iterable[Caption]) -> str:
    """Return a master playlist that names captions for each of its streams; unchanged without captions.

    A playlist that has subtitles already keeps them: streams of a remote transcoder may.
    """
    tags = "".join(f"{_tag(caption)}\n" for caption in captions)
    found = _FIRST_TAG.search(master)
    if not tags or not found or "TYPE=SUBTITLES" in master:
        return master
    head, streams = master[: found.start()], master[found.start() :]
    return head + tags + _STREAM.sub(f'#EXT-X-STREAM-INF:SUBTITLES="{GROUP}",', streams)


def caption_playlist(caption: Caption, item: MediaItem) -> str:
    """Return the playlist of captions: one segment, as long as the item."""
    seconds = max(item.duration_seconds or 0, 1)
    lines = ["#EXTM3U", "#EXT-X-VERSION:6", f"#EXT-X-TARGETDURATION:{math.ceil(seconds)}", "#EXT-X-PLAYLIST-TYPE:VOD"]
    return "\n".join([*lines, f"#EXTINF:{seconds:.3f},", f"{caption.pk}.vtt", "#EXT-X-ENDLIST", ""])


def _tag(caption: Caption) -> str:
    facts = f'GROUP-ID="{GROUP}",NAME="{_quotable(caption.label)}",LANGUAGE="{_quotable(caption.language)}"'
    uri = caption_path(caption.pk, "m3u8")
    return f'#EXT-X-MEDIA:TYPE=SUBTITLES,{facts},DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="{uri}"'


def _quotable(text: str) -> str:
    """Return text for a quoted string of a playlist, which has neither quotes nor line breaks."""
    return re.sub(r"[\s\"]+", " ", text.replace('"', "'")).strip()
