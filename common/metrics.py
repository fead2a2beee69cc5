"""What the web processes count for Prometheus: requests, refusals of throttles, calls of stores.

With several web processes each one counts into files of a folder, which `collect` adds up: see `config/serve.py`.
"""

import os

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client reads it when it is imported
_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_CALL_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)

REQUESTS = Counter(
    "media_library_http_requests", "Requests answered, by method, route and status.", ["method", "route", "status"]
)
REQUEST_SECONDS = Histogram(
    "media_library_http_request_seconds", "Seconds until the answer began.", ["route"], buckets=_REQUEST_SECONDS
)
THROTTLED = Counter("media_library_throttled_requests", "Requests refused by a throttle, by its scope.", ["scope"])
STORE_CALLS = Counter(
    "media_library_store_calls", "Calls of an S3 store, by operation and result (ok, error).", ["operation", "result"]
)
STORE_SECONDS = Histogram(
    "media_library_store_call_seconds", "Seconds of a call of an S3 store.", ["operation"], buckets=_CALL_SECONDS
)


def collect() -> bytes:
    """Return what all web processes of this machine counted, in the text format of Prometheus."""
    if FOLDER_VARIABLE not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)
