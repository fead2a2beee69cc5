"""Limits on the time of calls to S3: the deadline of the request, over all attempts of a call.

Timeouts of botocore hold for one attempt of one call: four calls with three attempts each take minutes if the store
does not respond. Here every attempt gets the time that is left of the request. After two attempts without a response,
of any requests, one call at a time probes the store; all others fail at once, running ones before their next attempt.
Background jobs have no deadline, and keep the timeouts of botocore.
"""

from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.client import BaseClient
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from common.resilience import deadlines
from common.resilience.circuit_breaker import Breaker, CircuitOpen

CONNECT_TIMEOUT = 3  # seconds, as READ_TIMEOUT
READ_TIMEOUT = 60
READ_TIMEOUT_IN_REQUESTS = 4.0  # of one attempt, so that there is time for another one
PROBE_INTERVAL = 0.5  # seconds between two probes of a store that does not respond
MIN_OUTAGE_SECONDS = 1.0  # a shorter wait for a response does not count as an outage of the store
# A store may work on these for a while before it responds: they get all the time that is left.
_LONG = ("CompleteMultipartUpload", "CopyObject", "UploadPartCopy")
_SILENCE = (ConnectTimeoutError, ReadTimeoutError)


def limit_calls(client: BaseClient) -> None:
    """Limit every call of `client` by the deadline around it; such calls may raise DeadlineExceeded and CircuitOpen."""
    guard = _Guard(Breaker(probe_interval=PROBE_INTERVAL))
    handlers: dict[str, Callable[..., None]] = {
        "before-send": guard.begin_try,
        "needs-retry": guard.end_try,
        "after-call": guard.succeed,
        "after-call-error": guard.fail,
    }
    client.meta.events.register_last("before-call.s3", guard.begin)
    for event, handle in handlers.items():
        client.meta.events.register(f"{event}.s3", handle)


class _Guard:
    """Hooks around the calls of one client and around each of their attempts, active only during requests."""

    def __init__(self, breaker: Breaker):
        self.breaker = breaker

    def begin(self, context: dict[str, Any], **_: object) -> None:
        if deadlines.is_bounded():
            self.breaker.enter()
            context["tries"] = 0

    def begin_try(self, request: AWSPreparedRequest, event_name: str, **_: object) -> None:
        if "tries" not in request.context:
            return
        if request.context["tries"] and self.breaker.is_open:
            raise CircuitOpen
        request.context["tries"] += 1
        longest = READ_TIMEOUT if event_name.endswith(_LONG) else READ_TIMEOUT_IN_REQUESTS
        request.context["read_timeout"] = deadlines.bounded(longest)

    def end_try(self, caught_exception: Exception | None, request_dict: dict[str, Any], **_: object) -> None:
        context = request_dict["context"]
        if isinstance(caught_exception, _SILENCE) and context.get("read_timeout", 0) >= MIN_OUTAGE_SECONDS:
            self.breaker.leave(silent=True)

    def succeed(self, context: dict[str, Any], **_: object) -> None:
        if "tries" in context:
            self.breaker.leave(silent=False)

    def fail(self, exception: Exception, context: dict[str, Any], **_: object) -> None:
        if "tries" in context:  # attempts without a response were counted one by one
            is_inconclusive = isinstance(exception, (*_SILENCE, deadlines.DeadlineExceeded, CircuitOpen))
            self.breaker.leave(silent=None if is_inconclusive else False)
