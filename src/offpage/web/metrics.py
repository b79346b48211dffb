"""/metrics: how much there is to do and how it goes, in the form that Prometheus reads.

What ended and what was repeated is of this process; what waits is of the database, and the same for all that share it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from offpage.kernel.errors import OffpageError
from offpage.web.figures import Figures
from offpage.web.reply import Reply
from offpage.web.serving import Environment, Site

TEXT: Final = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8")


class _Told(Collector):
    """Figures as families of metrics."""

    def __init__(self, figures: Mapping[str, Figures]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Every family."""
        ended = CounterMetricFamily(
            "offpage_runs_ended", "Runs that ended in this process", labels=["environment", "state"]
        )
        repeated = CounterMetricFamily(
            "offpage_database_repeats", "Transactions that this process had to repeat", labels=["environment", "why"]
        )
        open_runs = GaugeMetricFamily(
            "offpage_runs_open", "Runs that have begun and not ended", labels=["environment", "state"]
        )
        for name, one in self._figures.items():
            for state in ("finished", "failed", "skipped"):
                ended.add_metric([name, state], one.ended.get(state, 0))
            for why in ("conflict", "connection", "undone"):
                repeated.add_metric([name, why], one.repeated.get(why, 0))
            for state in ("running", "outside") if one.open is not None else ():
                open_runs.add_metric([name, state], (one.open or {}).get(state, 0))
        yield from (ended, repeated, open_runs)
        yield self._gauge(
            "offpage_database_up",
            "Whether the database answers",
            [(n, float(f.due is not None)) for n, f in self._figures.items()],
        )
        for field_name, metric, doc in (
            ("waiting", "offpage_runs_waiting", "Runs that wait for their moment"),
            ("due", "offpage_runs_due", "Runs whose moment has come and that have not begun"),
            ("parked", "offpage_runs_parked", "Runs that are due and wait for their turns"),
            ("late", "offpage_lateness_seconds", "How long the run has been due that has been due longest"),
            ("processes", "offpage_processes", "Processes that share the database"),
        ):
            yield self._gauge(metric, doc, [(name, getattr(one, field_name)) for name, one in self._figures.items()])

    def _gauge(self, name: str, doc: str, values: Iterable[tuple[str, float | None]]) -> Metric:
        gauge = GaugeMetricFamily(name, doc, labels=["environment"])
        for environment, value in values:
            if value is not None:
                gauge.add_metric([environment], value)
        return gauge


async def answer_metrics(site: Site) -> Reply:
    """The figures of all environments that this process serves."""
    found: dict[str, Figures] = {}
    for one in (site.live or site.held, site.development):
        if one is not None and one.name not in found:
            found[one.name] = await _figures(one)
    registry = CollectorRegistry()
    registry.register(_Told(found))
    return Reply(200, [TEXT], generate_latest(registry))


async def _figures(environment: Environment) -> Figures:
    try:
        return await environment.figures()
    except OffpageError:
        return Figures()
