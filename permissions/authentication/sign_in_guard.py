"""The guard of sign-ins: failures pause the place that guesses passwords, not the person whose name it uses.

A *place* is a network (`client_network`) or a browser with the cookie of an earlier sign-in. It is *known* to an
account that has signed in from there. Each attempt is counted before the password is checked, and uncounted if it was
right, so that simultaneous guesses count as well. Counts are rows: they outlive restarts, and all processes and
machines share them by the database's clock. docs/decisions/0009 has the policy and its reasons.
"""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.http import HttpResponse
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import ngettext

from common.db.clock import database_now
from common.errors import DomainError
from common.rest.client_network import network_of
from common.rest.throttling import rate_of
from permissions.models import KnownNetwork, SignInCounter

FAILURES_KEPT = timedelta(days=1)  # after the last failure of a pair or an account
KNOWN_FOR = timedelta(days=90)
NETWORKS_KEPT = 20  # of one account
FIRST_PAUSE = 5.0  # seconds; each failure after the free ones doubles it
COUNTED_OF_ONE_PLACE = 5  # failures of one place that count for an account: one place alone never pauses it
COOKIE, COOKIE_AGE, COOKIE_SALT = "known_device", timedelta(days=365), "permissions.known_device"


class TooManyAttempts(DomainError):
    """429: too many failed sign-ins; the next attempt is accepted after `retry_after` seconds."""

    status = 429
    code = "throttled"

    def __init__(self, seconds: float):
        self.retry_after = max(ceil(seconds), 1)
        text = ngettext(
            "Too many attempts. Try again in %(seconds)s second.",
            "Too many attempts. Try again in %(seconds)s seconds.",
            self.retry_after,
        )
        super().__init__(text % {"seconds": self.retry_after})


@dataclass(frozen=True, slots=True)
class Pause:
    """The pauses after failures: none for `free` failures, then FIRST_PAUSE, doubled each time up to `longest`."""

    free: int
    longest: float

    def after(self, failures: int) -> float:
        return min(FIRST_PAUSE * 2 ** min(failures - self.free, 20), self.longest) if failures >= self.free else 0.0


KNOWN_PLACE_PAUSE = Pause(free=10, longest=60)  # with one name
UNKNOWN_PLACE_PAUSE = Pause(free=10, longest=900)
ACCOUNT_PAUSE = Pause(free=20, longest=300)  # from all unknown places together


@dataclass
class SignInGuard:
    """One attempt to sign in: call `admit` before the password is checked, and `succeed` if it was right."""

    request: Any
    username: str
    counted: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.account = _digest("account", unicodedata.normalize("NFKC", self.username).strip().casefold())
        self.network = _digest("network", network_of(self.request))
        self.device = self._device()

    def admit(self) -> None:
        """Count this attempt. Raises TooManyAttempts: the password must not be checked then."""
        rate = rate_of("login")
        if rate is None:
            return
        known = bool(self.device) or self._is_known_network()
        pair = _digest("pair", f"{self.device or self.network}:{self.account}")
        keys = [pair] if known else [pair, self.account]
        keys = keys if self.device else [self.network, *keys]
        with transaction.atomic():
            wait = self._count(rate, keys, pair, KNOWN_PLACE_PAUSE if known else UNKNOWN_PLACE_PAUSE)
        if wait:
            raise TooManyAttempts(wait)

    def succeed(self) -> None:
        """Uncount this attempt, and record the network from which the account signed in."""
        fewer = Case(When(failures__gt=0, then=F("failures") - 1), default=Value(0))
        SignInCounter.objects.filter(key__in=self.counted).update(failures=fewer, paused_until=None)
        now = timezone.now()
        network = KnownNetwork.objects.filter(account=self.account, network=self.network)
        if not network.filter(seen_at__gt=now - timedelta(days=1)).exists():
            KnownNetwork.objects.update_or_create(account=self.account, network=self.network, defaults={"seen_at": now})
            of_account = KnownNetwork.objects.filter(account=self.account).order_by("-seen_at")
            kept = list(of_account.values_list("pk", flat=True)[:NETWORKS_KEPT])
            of_account.exclude(pk__in=kept).delete()

    def remember_device(self, response: HttpResponse) -> None:
        """Set the cookie by which the browser proves later that this account has signed in with it."""
        nonce = self.device or get_random_string(22)
        response.set_cookie(
            COOKIE,
            signing.dumps([self.account, nonce], salt=COOKIE_SALT),
            max_age=COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )

    def _device(self) -> str:
        """Return the name of the browser if its cookie belongs to this account; it is then counted separately."""
        try:
            account, nonce = signing.loads(self.request.COOKIES.get(COOKIE, ""), salt=COOKIE_SALT, max_age=COOKIE_AGE)
        except (signing.BadSignature, ValueError, TypeError):
            return ""
        return nonce if account == self.account else ""

    def _is_known_network(self) -> bool:
        known = KnownNetwork.objects.filter(account=self.account, network=self.network)
        return known.filter(seen_at__gt=timezone.now() - KNOWN_FOR).exists()

    def _count(self, rate: tuple[int, int], keys: list[str], pair: str, pause: Pause) -> float:
        """Add one failure to each of `keys` until one is paused; return the seconds of its pause that are left."""
        now, of_place = database_now(), 0
        rows = _locked(keys, now)
        for key in keys:
            row = rows[key]
            if row.paused_until and row.paused_until > now:
                return (row.paused_until - now).total_seconds()
            if key == self.network:
                _count_in_window(row, rate, now)
            elif key == pair:
                of_place = _count_with_pause(row, pause, now)
            else:
                _count_with_pause(row, ACCOUNT_PAUSE, now, adds=of_place <= COUNTED_OF_ONE_PLACE)
            row.save()
            self.counted.append(key)
        return 0.0


def prune() -> dict[str, int]:
    """Delete expired counts, and networks that were not seen for KNOWN_FOR."""
    now = database_now()
    return {
        "counters": SignInCounter.objects.filter(expires_at__lt=now).delete()[0],
        "networks": KnownNetwork.objects.filter(seen_at__lt=now - KNOWN_FOR).delete()[0],
    }


def _locked(keys: list[str], now: datetime) -> dict[str, SignInCounter]:
    """Return the rows of `keys`, locked in order of the keys; expired ones start again."""
    made = [SignInCounter(key=key, failures=0, expires_at=now) for key in sorted(keys)]
    SignInCounter.objects.bulk_create(made, ignore_conflicts=True)
    rows = {row.key: row for row in SignInCounter.objects.select_for_update().filter(key__in=keys).order_by("key")}
    for row in rows.values():
        if row.expires_at <= now:
            row.failures, row.paused_until = 0, None
    return rows


def _count_in_window(row: SignInCounter, rate: tuple[int, int], now: datetime) -> None:
    """Count a failure against the rate: after `number` failures none is accepted for the rest of `seconds`."""
    number, seconds = rate
    if row.failures == 0:
        row.expires_at = now + timedelta(seconds=seconds)
    row.failures += 1
    row.paused_until = row.expires_at if row.failures >= number else None


def _count_with_pause(row: SignInCounter, pause: Pause, now: datetime, *, adds: bool = True) -> int:
    row.failures += adds
    row.expires_at = now + FAILURES_KEPT
    seconds = pause.after(row.failures)
    row.paused_until = now + timedelta(seconds=seconds) if seconds else None
    return row.failures


def _digest(purpose: str, text: str) -> str:
    """Return a digest of `text`, so that the table contains neither names nor addresses."""
    return salted_hmac(f"permissions.authentication.sign_in_guard.{purpose}", text, algorithm="sha256").hexdigest()[:32]
