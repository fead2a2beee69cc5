"""URLs without the trailing slash."""

from django.http import HttpRequest
from django.middleware.common import CommonMiddleware


class TrailingSlashMiddleware(CommonMiddleware):
    """Redirects reads of pages to the URL with the slash; never a write, and nothing of the API.

    A redirected write would arrive as a GET and seem to have succeeded.
    """

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        if request.method not in {"GET", "HEAD"} or request.path_info.startswith("/api/"):
            return False
        return bool(super().should_redirect_with_slash(request))
