"""Pages beside the list of files."""

from uploads.admin.pages.orphans import OrphansMixin
from uploads.admin.pages.storage import StorageMixin
from uploads.admin.pages.trash import TrashMixin

__all__ = ["OrphansMixin", "StorageMixin", "TrashMixin"]
