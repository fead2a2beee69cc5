"""The time zone of the pages of the admin."""

from collections.abc import Callable
from datetime import UTC

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from common.time_zones import time_zone_of


class AdminTimeZoneMiddleware:
    """Middleware: pages of the admin show and read times in the person's time zone, everything else in UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(UTC):  # what is activated below ends here as well
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        if request.resolver_match and request.resolver_match.app_name == "admin":
            timezone.activate(time_zone_of(request))
