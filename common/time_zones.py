"""The time zone of a person: their own choice, else that of the browser, else that of the installation."""

from datetime import tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

COOKIE = "time_zone"  # written by static/library/time_zone.js


@cache
def known_time_zones() -> frozenset[str]:
    """Return the names of the IANA database, without those that mean another place on every machine."""
    return frozenset(available_timezones() - {"Factory", "localtime"})


def validate_time_zone(name: str) -> None:
    """Raise ValidationError where the IANA database has no such name."""
    if name not in known_time_zones():
        raise ValidationError(_("There is no time zone of this name."), code="unknown_time_zone")


def time_zone_of(request: HttpRequest) -> tzinfo:
    """Return the time zone of the person who asks. An unknown name is ignored."""
    for name in (getattr(request.user, "time_zone", ""), request.COOKIES.get(COOKIE, "")):
        if name in known_time_zones():
            return ZoneInfo(name)
    return timezone.get_default_timezone()


def days_of(request: HttpRequest) -> timezone.override:
    """Return a context in which dates without an offset are days of the person who asks.

    Calls of the API use it only to read parameters: their answers are in UTC.
    """
    return timezone.override(time_zone_of(request))
