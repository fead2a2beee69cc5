"""How long a call to S3 may take: bounded by the deadline of the request that makes it, over all its tries.

botocore's timeouts hold for one try of one call, so that four calls of three tries take minutes to find a silent
store. Here every try gets what is left of the request's time, and once a store was found silent, one call at a time
asks it again while the others fail at once. Background jobs have no deadline, and keep botocore's timeouts.
"""

from typing import Any

from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from common import deadlines
from common.breaker import Breaker

CONNECT_TIMEOUT = 3  # seconds, as READ_TIMEOUT
READ_TIMEOUT = 60
READ_TIMEOUT_IN_REQUESTS = 4.0  # of one try, so that there is time for another
REST = 0.5  # seconds between two probes of a silent store
_SILENCE = (ConnectTimeoutError, ReadTimeoutError, deadlines.DeadlineExceeded)


def bound(client: Any) -> None:
    """Make every call of `client` respect the deadline around it; such calls may raise DeadlineExceeded and Open."""
    breaker = Breaker(rest=REST)

    def begin(context: dict[str, Any], **_: Any) -> None:
        if deadlines.is_bounded():
            breaker.enter()
            context["probes"] = True

    def succeed(context: dict[str, Any], **_: Any) -> None:
        if context.pop("probes", False):
            breaker.left(silent=False)

    def fail(exception: Exception, context: dict[str, Any], **_: Any) -> None:
        if context.pop("probes", False):
            breaker.left(silent=isinstance(exception, _SILENCE))

    events = client.meta.events
    events.register_last("before-call.s3", begin)
    events.register("before-send.s3", _bound_try)
    events.register("after-call.s3", succeed)
    events.register("after-call-error.s3", fail)


def _bound_try(request: Any, **_: Any) -> None:
    if deadlines.is_bounded():
        request.context["read_timeout"] = deadlines.bounded(READ_TIMEOUT_IN_REQUESTS)
