"""Limits on the requests of one caller. The rates are settings; a rate of None switches a throttle off.

Sign-ins have a guard of their own: `permissions.authentication.sign_in_guard`.
"""

from functools import lru_cache
from hashlib import blake2b
from typing import ClassVar

from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from common.metrics import THROTTLED
from common.rest.client_network import network_of
from common.rest.counters import counters

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def rate_of(scope: str) -> tuple[int, int] | None:
    """Return how many requests in how many seconds; None where the scope is not throttled."""
    text = api_settings.DEFAULT_THROTTLE_RATES[scope]
    return _parsed(text) if text else None


@lru_cache
def _parsed(text: str) -> tuple[int, int]:
    number, _, period = text.partition("/")
    return int(number), _SECONDS[period[0]]


class RateThrottle(BaseThrottle):
    """A throttle that hashes what the client sends before it is a key, and reads its rate with each request."""

    scope: ClassVar[str]
    seconds_left: float | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request and tell whether it is within the rate."""
        rate, ident = rate_of(self.scope), self.ident_of(request)
        if rate is None or ident is None:
            return True
        number, seconds = rate
        key = blake2b(ident.encode("utf-8", "replace"), digest_size=16).hexdigest()
        hits, self.seconds_left = counters.hit(self.scope, key, seconds)
        if hits > number:
            THROTTLED.labels(self.scope).inc()
        return hits <= number

    def wait(self) -> float | None:
        """Return the seconds until the window ends, for Retry-After."""
        return self.seconds_left

    def ident_of(self, request: Request) -> str | None:
        """Return who is counted, or None when this throttle does not count the request."""
        raise NotImplementedError


class AnonymousThrottle(RateThrottle):
    """Anonymous requests from one network."""

    scope = "anonymous"

    def ident_of(self, request: Request) -> str | None:
        """Return the network of an anonymous caller."""
        return None if request.user.is_authenticated else network_of(request)


class UploadThrottle(RateThrottle):
    """Starts of uploads by one user."""

    scope = "upload"

    def ident_of(self, request: Request) -> str | None:
        """Return the id of the signed-in user."""
        return str(request.user.pk) if request.user.is_authenticated else None


class AccountThrottle(RateThrottle):
    """Tries of links, and e-mails that are asked for, from one network."""

    scope = "account"

    def ident_of(self, request: Request) -> str | None:
        """Return the network of the caller."""
        return network_of(request)
