"""The admin of content, categories and media items."""

from media_library.admin import captions, categories, contents, media_items  # noqa: F401
