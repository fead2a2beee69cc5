"""What is published, and what it is made of, one noun a file."""

from media_library.models.media_item import MediaItem

__all__ = ["MediaItem"]
