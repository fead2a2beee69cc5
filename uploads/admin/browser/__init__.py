"""The media browser: the list of files as people use it every day."""

from uploads.admin.browser.views import BrowserMixin

__all__ = ["BrowserMixin"]
