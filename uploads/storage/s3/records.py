"""Counts and durations of the calls of S3 clients, for `/metrics`."""

from time import perf_counter
from typing import Any

from botocore.client import BaseClient
from botocore.model import OperationModel

from common.metrics import STORE_CALLS, STORE_SECONDS

_BEGAN = "began_at"
_EXPECTED = {404, 412}  # an object that is missing or exists: an answer, not a fault


def record_calls(client: BaseClient) -> None:
    """Count every call of `client` by its operation and result, retries included in the one call."""
    client.meta.events.register_first("before-call.s3", _begin)
    client.meta.events.register("after-call.s3", _answered)
    client.meta.events.register("after-call-error.s3", _failed)


def _begin(context: dict[str, Any], **_: object) -> None:
    context[_BEGAN] = perf_counter()


def _answered(http_response: Any, model: OperationModel, context: dict[str, Any], **_: object) -> None:
    status = http_response.status_code
    _count(model.name, context, "ok" if status < 400 or status in _EXPECTED else "error")


def _failed(event_name: str, context: dict[str, Any], **_: object) -> None:
    _count(event_name.rpartition(".")[2], context, "error")


def _count(operation: str, context: dict[str, Any], result: str) -> None:
    STORE_CALLS.labels(operation, result).inc()
    if _BEGAN in context:
        STORE_SECONDS.labels(operation).observe(perf_counter() - context[_BEGAN])
