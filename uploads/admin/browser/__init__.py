"""The media browser: the list of files for daily work."""

from uploads.admin.browser.pages import ArchivePage, BrowserPage, CountsPage, MetadataPage, ResultsPage

PAGES = (BrowserPage, ResultsPage, CountsPage, MetadataPage, ArchivePage)

__all__ = ["PAGES"]
