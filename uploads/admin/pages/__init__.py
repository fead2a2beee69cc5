"""Pages of the admin beside the list of files."""

from uploads.admin.pages.health import HealthPage
from uploads.admin.pages.history import HistoryPage
from uploads.admin.pages.orphans import AuditStart, AuditStatePage, CleanPage, OrphansPage
from uploads.admin.pages.storage import StoragePage
from uploads.admin.pages.trash import PurgePage, RestorePage, TrashPage
from uploads.admin.pages.upload import UploadPage

PAGES = (
    UploadPage,
    StoragePage,
    TrashPage,
    RestorePage,
    PurgePage,
    OrphansPage,
    AuditStatePage,
    AuditStart,
    CleanPage,
    HistoryPage,
    HealthPage,
)

__all__ = ["PAGES"]
