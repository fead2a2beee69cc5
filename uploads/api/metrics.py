"""`GET /metrics` for Prometheus: what the web processes counted, and the state of the queue, workers and stores."""

from collections.abc import Iterator
from hmac import compare_digest

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from common import metrics
from common.rest.client_network import address_of
from uploads.stats import operation


@require_safe
@never_cache
def scrape(request: HttpRequest) -> HttpResponse:
    """Return the metrics; 404 where neither METRICS_TOKEN nor METRICS_NETWORKS is set, 403 for other callers."""
    if not (settings.METRICS_TOKEN or settings.METRICS_NETWORKS):
        raise Http404
    if not (_has_token(request) or _is_in_network(request)):
        raise PermissionDenied
    registry = CollectorRegistry(auto_describe=False)
    registry.register(InstallationCollector())
    return HttpResponse(metrics.collect() + generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class InstallationCollector(Collector):
    """Figures of the database, read at each scrape: five aggregates. Without a database only that it is down."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield one family for each figure."""
        try:
            figures = operation.figures()
        except DatabaseError:
            yield GaugeMetricFamily("media_library_database_up", "1 while the database answers.", value=0)
            return
        yield GaugeMetricFamily("media_library_database_up", "1 while the database answers.", value=1)
        for name, (text, label, values) in figures.items():
            family = GaugeMetricFamily(f"media_library_{name}", text, labels=[label] if label else None)
            for value_of, value in values.items():
                family.add_metric([value_of] if label else [], value)
            yield family


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not settings.METRICS_TOKEN or scheme.lower() != "bearer":
        return False
    return compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode())


def _is_in_network(request: HttpRequest) -> bool:
    """Tell whether the client is in an allowed network; behind a trusted proxy the one that the proxy names."""
    address = address_of(request)
    return address is not None and any(address in network for network in settings.METRICS_NETWORKS)
