"""Pages of a list: by offset with a count, or by cursor at a flat cost."""

from permissions.paging.pages import OffsetOrCursor

__all__ = ["OffsetOrCursor"]
