"""The admin of documents and of the resource library."""

from resources.admin import documents, library  # noqa: F401
