"""The media browser: the list of files as people use it every day."""

from uploads.admin.browser.pages import ArchivePage, BrowserPage, CountsPage, ResultsPage

PAGES = (BrowserPage, ResultsPage, CountsPage, ArchivePage)

__all__ = ["PAGES"]
