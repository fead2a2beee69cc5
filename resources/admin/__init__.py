"""The admin of documents."""

from resources.admin import documents  # noqa: F401
