"""What the other apps are told about this one."""

from media_library.entities import ATTACHABLE, Contents
from resources.entities import register_attachable
from uploads.uses import register_use

register_attachable(ATTACHABLE)
register_use(Contents())  # lets go of media items, before those go
