"""The time by the clock that is furthest behind, and the ages that objects must have."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from common.db.clock import database_now
from common.errors import Invalid
from uploads.sessions.lifetimes import LATE_ARRIVAL, SESSION_LIFE
from uploads.storage import store

SKEW = timedelta(hours=1)
# The longest that bytes can be without a row: a multipart upload counts from its beginning, which is its session's,
# and the last URL is used when the session ends.
SHORTEST_GRACE = SESSION_LIFE + LATE_ARRIVAL + SKEW


def earliest_now(storage: str) -> datetime:
    """The earliest time of this machine, the database and the store: an age by it is never too high."""
    return min(timezone.now(), database_now(), store(storage).clock())


def temporary_grace() -> timedelta:
    """The age at which a temporary file that nothing writes any more is removed."""
    return timedelta(seconds=settings.TEMPORARY_GRACE)


def grace_time(hours: float | None = None) -> timedelta:
    """The grace time asked for, or that of the settings. Raises Invalid where an upload could take longer."""
    grace = timedelta(hours=settings.ORPHAN_GRACE_HOURS if hours is None else hours)
    if grace < SHORTEST_GRACE:
        least = SHORTEST_GRACE / timedelta(hours=1)
        raise Invalid(f"An upload may take longer than that: the grace time is {least:g} hours at least.")
    return grace
