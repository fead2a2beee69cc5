"""Connections whose waits end with the deadline, and a pool that hands out only connections that answer.

libpq's `connect_timeout` bounds connecting, and TCP's timeouts bound unacknowledged bytes; neither bounds a server that
accepts connections and does not answer.
"""

import select
from contextlib import suppress
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg_pool import ConnectionPool, PoolTimeout

from common.resilience import deadlines
from common.resilience.circuit_breaker import Breaker

GRACE = 0.5  # seconds after the deadline, for a rollback
CHECK_PATIENCE = 2.0  # seconds in which a connection of the pool must answer, and a new one be configured
CANCEL_PATIENCE = 1.0
FRESH = 0.5  # seconds in which a connection that has answered is not asked again, unless the server closes it
WAIT_INTERVAL = 0.1  # seconds after which psycopg looks for signals, as by default

RV = TypeVar("RV")

breaker = Breaker()  # of the requests of this process


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that waits for the server until the deadline of the request (`common.resilience.deadlines`)."""

    answered_at = float("-inf")  # by the monotonic clock

    def wait(self, gen: PQGen[RV], interval: float = WAIT_INTERVAL, timeout: float | None = None) -> RV:
        """See psycopg. After the deadline the statement is canceled and the connection closed: OperationalError."""
        left = deadlines.remaining()
        if left is None:
            return super().wait(gen, interval, timeout)
        left = max(left + GRACE, 0.01)
        try:
            return super().wait(gen, interval, left if timeout is None else min(timeout, left))
        except psycopg.errors._WaitTimeout:
            if timeout is not None and timeout < left:
                raise
            self._give_up()
            raise psycopg.OperationalError("The database did not answer within the deadline of the request.") from None

    def _give_up(self) -> None:
        """Leave no statement running in the server, and notice whether it answers at all."""
        try:
            self.cancel_safe(timeout=CANCEL_PATIENCE)
            breaker.leave(silent=False)
        except psycopg.errors.CancellationTimeout:
            breaker.leave(silent=True)
        except psycopg.Error:
            pass  # the connection is broken already
        self.close()


class BoundedPool(ConnectionPool[BoundedConnection]):
    """A pool that hands out only connections that answer, so that a restart of the server costs no request."""

    def getconn(self, timeout: float | None = None) -> BoundedConnection:
        """Raise PoolTimeout after `timeout` seconds, or at once while the circuit breaker is open."""
        ends = monotonic() + deadlines.bounded(self.timeout if timeout is None else timeout)
        if not deadlines.is_bounded():
            return self._answering(ends)
        try:
            with breaker.call(PoolTimeout):
                return self._answering(ends)
        except ConnectionError:
            raise PoolTimeout("The database did not answer a moment ago.") from None

    def _answering(self, ends: float) -> BoundedConnection:
        while True:
            connection = super().getconn(timeout=max(ends - monotonic(), 0))
            if answers(connection):
                return connection
            connection.close()
            self.putconn(connection)  # the pool opens another in its place


def answers(connection: BoundedConnection) -> bool:
    """Tell whether an idle connection works: one round trip. The pool's own `check` sleeps after each dead one."""
    if monotonic() - connection.answered_at < FRESH and not _has_news(connection):
        return True
    with suppress(psycopg.Error), deadlines.within(CHECK_PATIENCE - GRACE):
        ConnectionPool.check_connection(connection)
        connection.answered_at = monotonic()
        return True
    return False


def _has_news(connection: BoundedConnection) -> bool:
    """Tell whether the server has sent anything on an idle connection, such as its end."""
    with suppress(psycopg.Error):
        waiting = select.poll()
        waiting.register(connection.fileno(), select.POLLIN)
        return bool(waiting.poll(0))
    return True
