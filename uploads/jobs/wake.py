"""Waking workers. They claim jobs from the ledger, so a wake-up carries only its lane.

The database engine needs no wake-ups: its workers query the ledger twice a second.
"""

import logging

from django.conf import settings

from common.db.transactions import after_commit
from uploads.choices import Lane

log = logging.getLogger(__name__)


def wake(lane: Lane) -> None:
    """Wake a worker now. An outage of the engine is only logged: `tick` sends another wake-up for the queued job."""
    if settings.TASKS_BACKEND != "rq":
        return
    from uploads.jobs import rq

    try:
        rq.wake(lane)
    except Exception:
        log.exception("The task engine did not take a wake-up; `tick` sends another.")


def wake_on_commit(lane: Lane) -> None:
    if settings.TASKS_BACKEND == "rq":
        after_commit(wake, lane)
