"""Pages beside the list of files."""

from uploads.admin.pages.storage import StorageMixin
from uploads.admin.pages.trash import TrashMixin

__all__ = ["StorageMixin", "TrashMixin"]
