"""What this app registers with uploads and resources. Imported when the apps are ready."""

from media_library.entity_types import ATTACHABLE, MEDIA_ITEMS, content_tag_ids
from media_library.lifecycle import ContentLifecycle, MediaItemLifecycle
from media_library.transcoding.stored_streams import STREAMS
from resources.attachables import register_attachable
from uploads.files.tag_registry import register_tag_source
from uploads.storage.key_holders import register_key_holder
from uploads.usages.lifecycle import register_lifecycle
from uploads.usages.registry import register_entity

register_attachable(ATTACHABLE)
register_entity(MEDIA_ITEMS)
register_lifecycle(ContentLifecycle())  # before media items: content refers to them
register_lifecycle(MediaItemLifecycle())
register_key_holder(STREAMS)
register_tag_source(content_tag_ids)
