"""Waking workers that wait. Workers claim from the ledger themselves, so a wake-up carries nothing but its lane.

The database engine needs none: its workers look into the ledger twice a second.
"""

import logging

from django.conf import settings

from common.db.transactions import after_commit
from uploads.choices import Lane

log = logging.getLogger(__name__)


def wake(lane: Lane) -> None:
    """Wake a worker now. A silent engine is no error: the job stays in the ledger, and `tick` sends another wake-up."""
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
