"""Stored streams as a key holder: which objects of the stores belong to the streams of a media item."""

from collections.abc import Collection

from django.db.models import Q

from common.db.ids import parse_id
from media_library.choices import MediaStatus
from media_library.models import MediaItem
from uploads.storage.key_holders import KeyHolder


class StreamKeyHolder(KeyHolder):
    """The objects of a set of streams. A row names the set by its master playlist or by the prefix of its attempt."""

    def needed_keys(self, storage: str, keys: Collection[str]) -> set[str]:
        """Return those of `keys` in the set of a master playlist in use, or of an attempt of a remote transcoder.

        A remote transcoder chooses the name of the master playlist and may put it into a folder of the set.
        """
        ids = {parse_id(key.split("/")[2]) for key in keys if _set_of(key)} - {None}
        rows = self.rows.filter(self.needed, pk__in=ids, upload__storage=storage)
        used = set(rows.values_list("hls_key", flat=True))
        used |= set(rows.filter(status=MediaStatus.TRANSCODING).values_list("attempt_prefix", flat=True))
        sets = {_set_of(name) for name in used} - {""}
        return {key for key in keys if _set_of(key) in sets}


STREAMS = StreamKeyHolder("streams", MediaItem, Q(upload__purging_at=None), fields=("hls_key", "attempt_prefix"))


def _set_of(key: str) -> str:
    """Return the prefix `{organization}/media/{id}/hls/{attempt}/` of a stream's object; empty for other objects."""
    parts = key.split("/")
    return "/".join([*parts[:5], ""]) if len(parts) > 5 and parts[1] == "media" and parts[3] == "hls" else ""
