"""The media browser: the list of files for daily work."""

from uploads.admin.browser.pages import ArchivePage, BrowserPage, CountsPage, ResultsPage

PAGES = (BrowserPage, ResultsPage, CountsPage, ArchivePage)

__all__ = ["PAGES"]
