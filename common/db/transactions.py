"""Transactions that are repeated after a deadlock or serialization failure, and calls after a commit."""

import logging
import time
from collections.abc import Callable
from functools import wraps
from random import random
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

TRIES = 3
PAUSE = 0.05  # seconds, doubled with each try and shortened by chance, so that two transactions do not collide again
# https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html
RETRYABLE_STATES = frozenset({"40001", "40P01"})  # could not serialize; deadlock

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)


def transactional(work: Callable[P, T]) -> Callable[P, T]:
    """Run `work` in a transaction, again after a deadlock or serialization failure, three times at most.

    Effects of `work` outside of the database belong in `after_commit`, since a try may be rolled back. Inside another
    transaction `work` runs once as a part of it. Raises what `work` raises.
    """

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        tries = 1 if connection.in_atomic_block else TRIES
        for number in range(1, tries + 1):
            try:
                with transaction.atomic():
                    return work(*args, **kwargs)
            except OperationalError as error:
                if number == tries or not is_conflict(error):
                    raise
            time.sleep(PAUSE * 2**number * (0.5 + random() / 2))  # noqa: S311 (no secret)
        raise AssertionError("unreachable")

    return run


def is_conflict(error: BaseException) -> bool:
    """Return whether the database aborted a transaction only because of a concurrent one."""
    cause: Any = error.__cause__ or error
    return getattr(cause, "sqlstate", None) in RETRYABLE_STATES


def after_commit(function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Call `function` once the transaction under way has committed; at once if there is none.

    The change is committed by then, so an error of `function` is only logged: the response reports the change, and
    calls that were registered later still happen. An effect that must not be lost is therefore also recorded inside the
    transaction (a job, an outbox entry). Django's `robust=True` alone does not do it: it
    raises AttributeError for a failing `functools.partial`, which has no `__qualname__`.
    """

    def call() -> None:
        try:
            function(*args, **kwargs)
        except Exception:
            log.exception("%s failed after the commit.", getattr(function, "__qualname__", repr(function)))

    transaction.on_commit(call, robust=True)
