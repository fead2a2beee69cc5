"""What happens to content and media items when their uploads change."""

from collections.abc import Collection, Iterable
from uuid import UUID

from media_library.captions.attach import drop_captions
from media_library.models import Content, MediaItem
from media_library.services.media_items import start_processing
from media_library.transcoding.outputs import REASON, folder_of, streams_prefix
from uploads.models import StorageDeletion, Upload
from uploads.outbox.deletions import deletion_of, schedule_prefix_deletion
from uploads.usages.lifecycle import UploadLifecycle


class ContentLifecycle(UploadLifecycle):
    """Live content uses its files, so they cannot be purged; deleted content loses its references when they are."""

    def on_purge(self, ids: Collection[UUID]) -> None:
        Content.everything.filter(media_item_id__in=ids).update(media_item=None)
        Content.everything.filter(custom_thumbnail_id__in=ids).update(custom_thumbnail=None)


class MediaItemLifecycle(UploadLifecycle):
    """A media item is in the trash while its upload is; it is deleted with the upload, and its streams with it."""

    def on_replace(self, upload: Upload) -> None:
        """Delete the streams of the previous bytes and process the new ones."""
        item = MediaItem.everything.filter(pk=upload.pk).first()
        if item is None:
            return
        if item.hls_key:
            schedule_prefix_deletion(
                upload.storage, folder_of(item.hls_key), REASON, organization_id=upload.organization_id
            )
        start_processing(item=item)

    def objects_to_delete(self, uploads: Collection[Upload]) -> Iterable[StorageDeletion]:
        items = {item.pk: item for item in MediaItem.everything.filter(pk__in=[upload.pk for upload in uploads])}
        for upload in uploads:
            if upload.pk in items:
                yield deletion_of(upload, streams_prefix(items[upload.pk]), REASON, is_prefix=True)

    def on_purge(self, ids: Collection[UUID]) -> None:
        drop_captions(ids)
        MediaItem.everything.filter(pk__in=ids).delete()
