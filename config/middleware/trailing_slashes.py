"""What happens to addresses without their last slash."""

from typing import Any

from django.http import HttpRequest
from django.middleware.common import CommonMiddleware


class TrailingSlashMiddleware(CommonMiddleware):
    """Redirects to the address with the slash where a page is read, never what writes and nothing of the API.

    A redirected write arrives as a GET, and looks as if it had been done.
    """

    def should_redirect_with_slash(self, request: HttpRequest) -> Any:
        if request.method not in {"GET", "HEAD"} or request.path_info.startswith("/api/"):
            return False
        return super().should_redirect_with_slash(request)
