"""Limits on the time of calls to S3: the deadline of the request, over all tries of a call.

Timeouts of botocore hold for one try of one call, so that four calls of three tries take minutes with a silent store.
Here every try gets the time that is left of the request. After two silent tries of any requests, one call at a time
probes the store while all others fail at once, running ones before their next try. Background jobs have no deadline,
and keep the timeouts of botocore.
"""

from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.client import BaseClient
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from common.resilience import deadlines
from common.resilience.circuit_breaker import Breaker, Open

CONNECT_TIMEOUT = 3  # seconds, as READ_TIMEOUT
READ_TIMEOUT = 60
READ_TIMEOUT_IN_REQUESTS = 4.0  # of one try, so that there is time for another one
REST = 0.5  # seconds between two probes of a silent store
ENOUGH = 1.0  # seconds; a shorter silence does not count as an outage of the store
# A store may work on these for a while before it responds: they get all the time that is left.
_LONG = ("CompleteMultipartUpload", "CopyObject", "UploadPartCopy")
_SILENCE = (ConnectTimeoutError, ReadTimeoutError)


def bound(client: BaseClient) -> None:
    """Limit every call of `client` by the deadline around it; such calls may raise DeadlineExceeded and Open."""
    guard = _Guard(Breaker(rest=REST))
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
    """Hooks around the calls of one client and around each of their tries, which act in requests alone."""

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
            raise Open
        request.context["tries"] += 1
        longest = READ_TIMEOUT if event_name.endswith(_LONG) else READ_TIMEOUT_IN_REQUESTS
        request.context["read_timeout"] = deadlines.bounded(longest)

    def end_try(self, caught_exception: Exception | None, request_dict: dict[str, Any], **_: object) -> None:
        context = request_dict["context"]
        if isinstance(caught_exception, _SILENCE) and context.get("read_timeout", 0) >= ENOUGH:
            self.breaker.leave(silent=True)

    def succeed(self, context: dict[str, Any], **_: object) -> None:
        if "tries" in context:
            self.breaker.leave(silent=False)

    def fail(self, exception: Exception, context: dict[str, Any], **_: object) -> None:
        if "tries" in context:  # silence was counted try by try
            learnt_nothing = isinstance(exception, (*_SILENCE, deadlines.DeadlineExceeded, Open))
            self.breaker.leave(silent=None if learnt_nothing else False)
