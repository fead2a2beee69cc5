"""How long anything here waits for Redis."""

from typing import Any

from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Disconnected
from redis.retry import Retry

PATIENCE = 1.0  # seconds to connect, and to answer one command


def redis_options() -> dict[str, Any]:
    """Return the keyword arguments of a client for requests: one second, and no storm of retries.

    redis-py would try four times with growing pauses. A connection that was lost while idle is made anew once; what
    did not answer in time is not asked again.
    """
    return {
        "socket_connect_timeout": PATIENCE,
        "socket_timeout": PATIENCE,
        "socket_keepalive": True,
        "health_check_interval": 30,
        "retry": Retry(NoBackoff(), 1, supported_errors=(Disconnected,)),
    }
