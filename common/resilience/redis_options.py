"""The time limits of Redis clients."""

from typing import Any

from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Disconnected
from redis.retry import Retry

PATIENCE = 1.0  # seconds to connect, and to answer one command


def redis_options() -> dict[str, Any]:
    """Return the keyword arguments of a client: one second for each answer, and one new try at most.

    redis-py would try four times with growing pauses. Here only a lost connection is opened again, once; a command
    that timed out is not repeated.
    """
    return {
        "socket_connect_timeout": PATIENCE,
        "socket_timeout": PATIENCE,
        "socket_keepalive": True,
        "health_check_interval": 30,
        "retry": Retry(NoBackoff(), 1, supported_errors=(Disconnected,)),
    }
