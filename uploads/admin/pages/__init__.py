"""Pages beside the list of files."""

from uploads.admin.pages.storage import StorageMixin

__all__ = ["StorageMixin"]
