"""The admin of what is published."""

from media_library.admin import categories, contents, media_items  # noqa: F401
