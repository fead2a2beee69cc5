"""In whose days a person reads and asks: their own time zone, else the browser's, else the installation's."""

from collections.abc import Callable
from datetime import UTC
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

COOKIE = "time_zone"  # written by static/library/time_zone.js


@cache
def known_time_zones() -> frozenset[str]:
    """Return the names of the IANA database, without those that mean another place on every machine."""
    return frozenset(available_timezones() - {"Factory", "localtime"})


def validate_time_zone(name: str) -> None:
    """Raise ValidationError where the IANA database has no such name."""
    if name not in known_time_zones():
        raise ValidationError("There is no time zone of this name.", code="unknown_time_zone")


def time_zone_of(request: Any) -> Any:
    """Return the time zone (a tzinfo) of the person who asks. A name that is not known is passed over."""
    for name in (getattr(request.user, "time_zone", ""), request.COOKIES.get(COOKIE, "")):
        if name in known_time_zones():
            return ZoneInfo(name)
    return timezone.get_default_timezone()


def days_of(request: Any) -> timezone.override:
    """Return a context in which dates without an offset are days of the person who asks.

    Calls of the API are not wholly inside it: what they answer is in UTC.
    """
    return timezone.override(time_zone_of(request))


class AdminTimeZone:
    """Middleware: pages of the admin show and read times in the person's time zone, everything else in UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(UTC):  # what is activated below ends here as well
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if request.resolver_match and request.resolver_match.app_name == "admin":
            timezone.activate(time_zone_of(request))
