"""The earliest of all clocks, and the ages in question: an audit ignores younger objects."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from common.db.clock import database_now
from common.errors import Invalid
from uploads.sessions.lifetimes import LATE_ARRIVAL, SESSION_LIFE
from uploads.storage import store

SKEW = timedelta(hours=1)
# The longest time that bytes can exist without a row: a multipart upload is as old as its session, and its last URL may
# be used when the session ends.
SHORTEST_GRACE = SESSION_LIFE + LATE_ARRIVAL + SKEW


def earliest_now(storage: str) -> datetime:
    """Return the earliest time of this machine, the database and the store, so that no age is overestimated."""
    return min(timezone.now(), database_now(), store(storage).clock())


def temporary_grace() -> timedelta:
    """Return the age at which a temporary file without a writer is removed."""
    return timedelta(seconds=settings.TEMPORARY_GRACE)


def grace_time(hours: float | None = None) -> timedelta:
    """Return `hours`, or the grace time of the settings. Raises Invalid if an upload could take longer."""
    grace = timedelta(hours=settings.ORPHAN_GRACE_HOURS if hours is None else hours)
    if grace < SHORTEST_GRACE:
        least = SHORTEST_GRACE / timedelta(hours=1)
        text = _("The grace time must be at least %(hours)s hours, since an upload may take that long.")
        raise Invalid(text % {"hours": f"{least:g}"})
    return grace
