"""Prometheus meters of one gateway process; the desk's own numbers are read from the record at each scrape."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Meters:
    """Counters of this process in a registry of their own, so that two apps in one process do not meet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter("qiantai_http_requests", "HTTP requests", ["route", "method", "status"], registry=self.registry)
        self._latency = Histogram("qiantai_http_seconds", "Seconds to answer", ["route"], buckets=_BUCKETS, registry=self.registry)
        self.accepted = Counter("qiantai_gateway_accepted", "Messages acked by this process", registry=self.registry)
        self.duplicates = Counter("qiantai_gateway_duplicates", "Messages sent twice", registry=self.registry)
        self.limited = Counter("qiantai_gateway_limited", "Messages refused by the rate limit", registry=self.registry)
        self.timed_out = Counter("qiantai_gateway_timed_out", "Webhook calls that returned before their turn", registry=self.registry)

    def request(self, route: str, method: str, status: int, seconds: float | None) -> None:
        """Counts one HTTP request; no seconds for a socket, which lasts as long as somebody looks."""
        known = method if method in {"GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"} else "other"
        self._requests.labels(route, known, str(status)).inc()
        if seconds is not None:
            self._latency.labels(route).observe(seconds)

    def page(self, desk: Iterable[Metric]) -> bytes:
        """The text of GET /metrics: this process, then the desk."""
        once = CollectorRegistry()
        once.register(_Ready([*map(_without_created, self.registry.collect()), *desk]))
        return generate_latest(once)


def _without_created(metric: Metric) -> Metric:
    """Without the series that double every counter with its birthday; the library's own switch would be one for the whole process."""
    metric.samples = [sample for sample in metric.samples if sample.name != f"{metric.name}_created"]
    return metric


class _Ready:
    """A collector of metrics that are already there."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def gauge(name: str, text: str, values: dict[str, float] | float, label: str = "group") -> Metric:
    """One gauge, plain or with a value per label."""
    if not isinstance(values, dict):
        return GaugeMetricFamily(name, text, value=values)
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def counter(name: str, text: str, values: dict[str, float] | float, label: str = "group") -> Metric:
    """One counter, plain or with a value per label."""
    if not isinstance(values, dict):
        return CounterMetricFamily(name, text, value=values)
    family = CounterMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
