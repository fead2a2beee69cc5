"""Whether the process is up, and whether what it depends on answers."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from uploads.models import Job
from uploads.storage import store

log = logging.getLogger(__name__)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Touches nothing else, so that an outage elsewhere restarts nobody."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every part answers, else 503 naming those that do not. Writes nothing."""
    parts = {name: _answers(name, ask) for name, ask in PARTS.items()}
    ready = all(parts.values())
    body: dict[str, Any] = {
        "status": "ready" if ready else "unavailable",
        "parts": {name: "ok" if answers else "failing" for name, answers in parts.items()},
        "failing": [name for name, answers in parts.items() if not answers],
    }
    return JsonResponse(body, status=200 if ready else 503)


def _answers(name: str, ask: Callable[[], Any]) -> bool:
    try:
        ask()
    except Exception:
        log.warning("Not ready: %s", name, exc_info=True)
        return False
    return True


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _storage() -> None:
    for alias in ("media", "assets"):
        store(alias).stat("readyz")


def _queue() -> None:
    """The ledger can be read, and so can Redis where throttles or the task engine live there."""
    Job.objects.order_by().exists()
    if settings.CACHES["default"]["BACKEND"].endswith("RedisCache"):
        cache.get("readyz")


PARTS: dict[str, Callable[[], None]] = {"database": _database, "storage": _storage, "queue": _queue}
