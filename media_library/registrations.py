"""What the other apps are told about this one."""

from media_library.entities import ATTACHABLE, Contents, tags_of_contents
from media_library.uses import STREAMS, MediaItems
from resources.entities import register_attachable
from uploads.storage.key_holders import register_key_holder
from uploads.uses import register_use
from uploads.words import register_words

register_attachable(ATTACHABLE)
register_use(Contents())  # lets go of media items, before those go
register_use(MediaItems())
register_key_holder(STREAMS)
register_words(tags_of_contents)
