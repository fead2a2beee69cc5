"""Whether the process is up, and whether what it depends on answers."""

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
    """The process answers. Touches nothing else, so that an outage elsewhere restarts nothing."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """503 naming what fails that nothing works without; else 200, with `degraded` naming what can be done without.

    All parts are asked at once, each by one thread at a time, for two seconds; answers hold for one. Writes nothing.
    """
    answers = answers_of(PROBES)
    missing = [name for name, good in answers.items() if not good]
    failing = [name for name in missing if name in NEEDED]
    body: dict[str, Any] = {
        "status": "unavailable" if failing else "degraded" if missing else "ready",
        "parts": {name: "ok" if good else "failing" for name, good in answers.items()},
        "failing": failing,
        "degraded": [name for name in missing if name not in NEEDED],
    }
    return JsonResponse(body, status=503 if failing else 200)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _storage() -> None:
    """Rows are listed and changed without it; bytes come and go again when it answers."""
    for alias in ("media", "assets"):
        store(alias).stat("readyz")


def _redis() -> None:
    """Throttles count in each process, and jobs are rung by the next tick, while it is away."""
    if settings.REDIS_URL:
        cache.get("readyz")


PARTS: dict[str, Callable[[], object]] = {
    "database": _database,
    "storage": _storage,
    "redis": _redis,
    "worker": worker_seen_within,  # files come in and go out; pictures, videos and removals wait
}
NEEDED = {"database"}
PROBES = [Probe(name, ask) for name, ask in PARTS.items()]
