"""Whether the process is up, and whether the services it depends on respond."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.resilience.readiness import Probe, answers_of
from uploads.jobs.liveness import worker_seen_within
from uploads.storage import store


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Return 200 while the process responds. Depends on nothing else, so that no other outage causes a restart."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Return 503 if a required part fails, else 200; `degraded` names failing parts that are not required.

    All parts are probed at once, one thread each, for at most two seconds; results are reused for one second.
    """
    answers = answers_of(PROBES)
    missing = [name for name, good in answers.items() if not good]
    failing = [name for name in missing if name in REQUIRED]
    body: dict[str, Any] = {
        "status": "unavailable" if failing else "degraded" if missing else "ready",
        "parts": {name: "ok" if good else "failing" for name, good in answers.items()},
        "failing": failing,
        "degraded": [name for name in missing if name not in REQUIRED],
    }
    return JsonResponse(body, status=503 if failing else 200)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _storage() -> None:
    """Probe the stores: without them rows are still listed and changed, but no bytes are received or served."""
    for alias in ("media", "assets"):
        store(alias).stat("readyz")


def _redis() -> None:
    """Probe Redis: without it each process counts throttles alone, and jobs start with the next tick."""
    if settings.REDIS_URL:
        cache.get("readyz")


PARTS: dict[str, Callable[[], object]] = {
    "database": _database,
    "storage": _storage,
    "redis": _redis,
    "worker": worker_seen_within,  # without it files come in and go out; renditions, transcoding and deletions wait
}
REQUIRED = {"database"}
PROBES = [Probe(name, ask) for name, ask in PARTS.items()]
