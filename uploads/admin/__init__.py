"""The admin of files and of what the machinery does with them."""

from uploads.admin import operation, people, tags, uploads  # noqa: F401
