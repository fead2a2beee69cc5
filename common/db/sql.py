"""The type of SQL that an expression compiles to."""

from typing import Any

Sql = tuple[str, tuple[Any, ...]]  # a text with placeholders, and the parameters for them
