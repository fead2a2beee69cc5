"""How often one caller may ask. Rates stand in settings; a rate of None switches a throttle off.

Histories live in the cache: with several processes and no Redis each process counts for itself.
"""

import unicodedata
from hashlib import blake2b
from typing import Any

from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle


class RateThrottle(SimpleRateThrottle):
    """A throttle whose key never comes raw from the client, and whose rate is read when it is asked."""

    def get_rate(self) -> str | None:
        rates: dict[str | None, str | None] = api_settings.DEFAULT_THROTTLE_RATES
        return rates[self.scope]

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        ident = self.ident_of(request)
        if ident is None:
            return None
        digest = blake2b(ident.encode("utf-8", "replace"), digest_size=16).hexdigest()
        return f"throttle:{self.scope}:{type(self).__name__}:{digest}"

    def ident_of(self, request: Any) -> str | None:
        """Return who is counted, or None when this throttle does not count the request."""
        raise NotImplementedError


class AnonymousThrottle(RateThrottle):
    """Anonymous requests of one client address (DRF's NUM_PROXIES says whether a proxy's header names it)."""

    scope = "anonymous"

    def ident_of(self, request: Any) -> str | None:
        return None if request.user.is_authenticated else str(self.get_ident(request))


class UploadThrottle(RateThrottle):
    """Starts of uploads by one user."""

    scope = "upload"

    def ident_of(self, request: Any) -> str | None:
        return str(request.user.pk) if request.user.is_authenticated else None


class LoginThrottle(RateThrottle):
    """Failed sign-ins from one client address. An attempt counts at once and is forgiven when it succeeds."""

    scope = "login"

    def ident_of(self, request: Any) -> str | None:
        return str(self.get_ident(request))

    def forgive(self) -> None:
        """Take back this attempt; those before it stay, so that an own account does not reset the count."""
        if self.rate is None or not getattr(self, "key", None):
            return
        history = self.cache.get(self.key, [])
        if self.now in history:
            history.remove(self.now)
            self.cache.set(self.key, history, self.duration)


class LoginNameThrottle(LoginThrottle):
    """Failed sign-ins with one user name, from wherever."""

    def ident_of(self, request: Any) -> str | None:
        sent = getattr(request, "data", request.POST)  # of the API or of a form
        name = sent.get("username") if isinstance(sent, dict) else None
        return unicodedata.normalize("NFKC", name).strip().casefold() if isinstance(name, str) else None
