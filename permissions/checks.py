"""What `manage.py check` says about the framework and the sign-in."""

from typing import Any

import django
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning

from permissions.api.counters import is_shared

SAFE_DJANGO = (5, 2, 19)


@register(Tags.security)
def check_django_is_patched(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a Django with known holes, whatever the lock file says."""
    if django.VERSION[:3] >= SAFE_DJANGO:
        return []
    return [Error(f"Django {django.get_version()} has known vulnerabilities.", hint="5.2.19", id="permissions.E001")]


@register(Tags.security, deploy=True)
def check_throttles_are_shared(**kwargs: Any) -> list[CheckMessage]:
    """A cache of one process lets every other process count from zero again; sign-ins are counted in the database."""
    if is_shared():
        return []
    message = "Anonymous reads and uploads are counted in each process on its own: limits multiply with the processes."
    return [CheckWarning(message, hint="Set REDIS_URL.", id="permissions.W001")]
