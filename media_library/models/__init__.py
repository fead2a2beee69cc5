"""The models of media items and content, one noun a file."""

from media_library.models.caption import Caption
from media_library.models.category import Category
from media_library.models.content import Content, ContentTag
from media_library.models.media_item import MediaItem

__all__ = ["Caption", "Category", "Content", "ContentTag", "MediaItem"]
