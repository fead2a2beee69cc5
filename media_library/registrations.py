"""What the other apps are told about this one."""

from media_library.entity_types import ATTACHABLE, Contents, tags_of_contents
from media_library.lifecycle import STREAMS, MediaItems
from resources.attachables import register_attachable
from uploads.files.tag_registry import register_words
from uploads.storage.key_holders import register_key_holder
from uploads.usages.lifecycle import register_use

register_attachable(ATTACHABLE)
register_use(Contents())  # lets go of media items, before those go
register_use(MediaItems())
register_key_holder(STREAMS)
register_words(tags_of_contents)
