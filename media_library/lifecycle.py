"""Media items as uploads know them."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q

from common.db.ids import parse_id
from media_library.choices import MediaStatus
from media_library.models import MediaItem
from media_library.services.media_items import start
from media_library.transcoding.outputs import REASON, folder_of, streams_prefix
from uploads.models import StorageDeletion, Upload
from uploads.outbox.deletions import deletion_of, schedule_prefix_deletion
from uploads.storage.key_holders import KeyHolder
from uploads.usages.lifecycle import UploadLifecycle


class MediaItems(UploadLifecycle):
    """A media item goes into the trash and comes back with its upload as it is; its streams end with it."""

    def on_replace(self, upload: Upload) -> None:
        """Streams of the earlier bytes must not be played any more; new ones are made."""
        item = MediaItem.everything.filter(pk=upload.pk).first()
        if item is None:
            return
        if item.hls_key:
            schedule_prefix_deletion(
                upload.storage, folder_of(item.hls_key), REASON, organization_id=upload.organization_id
            )
        start(item)

    def objects_to_delete(self, uploads: Collection[Upload]) -> Iterable[StorageDeletion]:
        items = {item.pk: item for item in MediaItem.everything.filter(pk__in=[upload.pk for upload in uploads])}
        for upload in uploads:
            if upload.pk in items:
                yield deletion_of(upload, streams_prefix(items[upload.pk]), REASON, is_prefix=True)

    def on_purge(self, ids: Collection[UUID]) -> None:
        MediaItem.everything.filter(pk__in=ids).delete()


class Streams(KeyHolder):
    """The objects of a set of streams, which a row names by its master playlist and by its prefix."""

    def needed_keys(self, storage: str, keys: Collection[str]) -> set[str]:
        """Everything in the set of a master playlist that is in use, and in one that is being made elsewhere.

        Whoever transcodes elsewhere calls the master as they like, and may put it into a folder of the set.
        """
        ids = {parse_id(key.split("/")[2]) for key in keys if _set_of(key)} - {None}
        rows = self.rows.filter(self.needed, pk__in=ids, upload__storage=storage)
        used = set(rows.values_list("hls_key", flat=True))
        used |= set(rows.filter(status=MediaStatus.TRANSCODING).values_list("attempt_prefix", flat=True))
        sets = {_set_of(name) for name in used} - {""}
        return {key for key in keys if _set_of(key) in sets}


STREAMS = Streams("streams", MediaItem, Q(upload__purging_at=None), fields=("hls_key", "attempt_prefix"))


def _set_of(key: str) -> str:
    """The prefix `{organization}/media/{id}/hls/{attempt}/` in which a stream's object is; empty for other objects."""
    parts = key.split("/")
    return "/".join([*parts[:5], ""]) if len(parts) > 5 and parts[1] == "media" and parts[3] == "hls" else ""
