"""Figures of a running service, in the text format of Prometheus."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.responses import Response

from graphql_api.upkeep.shared_metrics import SharedMetrics

SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)


class _Counted(Collector):
    """A number that something else counts."""

    def __init__(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        self._name, self._meaning, self._value = name, meaning, value

    def collect(self) -> Iterable[Metric]:
        yield CounterMetricFamily(self._name, self._meaning, value=self._value())


class Metrics:
    """Counted from the start of the process on; `shared` where several processes serve at one address."""

    def __init__(self, shared: SharedMetrics | None = None) -> None:
        self.registry, self.shared = CollectorRegistry(), shared
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "summit_requests", "Requests, by what they led to.", ("kind", "status"), registry=self.registry
        )
        self.request_seconds = Histogram(
            "summit_request_seconds",
            "From a request's headers to the last byte of its answer.",
            ("kind",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.field_seconds = Histogram(
            "summit_graphql_seconds",
            "The same, for GraphQL operations, by the fields at their root.",
            ("field",),
            buckets=SECONDS,
            registry=self.registry,
        )

    def watch(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """A figure that is asked for when somebody reads it."""
        Gauge(name, meaning, registry=self.registry).set_function(value)

    def count(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """The same of what only grows."""
        self.registry.register(_Counted(name, meaning, value))

    def answered(self, kind: str, status: int, seconds: float, fields: Iterable[str]) -> None:
        """One more request.

        kind    what its path led to
        fields  the root fields of its GraphQL operation, all of them fields of the schema
        """
        self.requests.labels(kind, str(status)).inc()
        self.request_seconds.labels(kind).observe(seconds)
        for each in fields:
            self.field_seconds.labels(each).observe(seconds)

    def text(self) -> bytes:
        """The figures of this process."""
        return generate_latest(self.registry)

    def page(self) -> Response:
        text = self.text()
        return Response(self.shared.of_all(text) if self.shared else text, media_type=CONTENT_TYPE_LATEST)
