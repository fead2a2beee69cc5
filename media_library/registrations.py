"""What the other apps are told about this one."""

from media_library.entity_types import ATTACHABLE, Contents, tags_of_contents
from media_library.lifecycle import STREAMS, MediaItems
from resources.attachables import register_attachable
from uploads.files.tag_registry import register_tag_source
from uploads.storage.key_holders import register_key_holder
from uploads.usages.lifecycle import register_lifecycle

register_attachable(ATTACHABLE)
register_lifecycle(Contents())  # lets go of media items, before those go
register_lifecycle(MediaItems())
register_key_holder(STREAMS)
register_tag_source(tags_of_contents)
