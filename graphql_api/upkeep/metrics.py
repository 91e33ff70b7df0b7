"""Figures of a running service, in the text format of Prometheus."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics:
    """Counted from the start of the process on."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
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

    def answered(self, kind: str, status: int, seconds: float, fields: Iterable[str]) -> None:
        """One more request.

        kind    what its path led to
        fields  the root fields of its GraphQL operation, all of them fields of the schema
        """
        self.requests.labels(kind, str(status)).inc()
        self.request_seconds.labels(kind).observe(seconds)
        for each in fields:
            self.field_seconds.labels(each).observe(seconds)

    def page(self) -> Response:
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)
