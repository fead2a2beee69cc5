"""Pages of a list: by offset with a count, or by cursor at a flat cost."""

from common.rest.keyset.pages import CursorOnly, OffsetOrCursor, whole_rows

__all__ = ["CursorOnly", "OffsetOrCursor", "whole_rows"]
