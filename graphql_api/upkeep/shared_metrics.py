"""Figures of several processes that serve at one address: whichever is asked answers for all.

Each process writes its own figures to a file of a common folder every second. An answer has every figure of every
process with the label `worker`; sums are for the reader to build (`sum without (worker)`).
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

WRITE_SECONDS = 1.0
SUFFIX = ".prom"


@dataclass(frozen=True, slots=True)
class SharedMetrics:
    """The figures of one of several processes, and its way to those of the others.

    folder  that all of them write to
    worker  this process
    """

    folder: Path
    worker: str

    def write(self, own: bytes) -> None:
        """Put this process's figures in place of its last ones."""
        written = self.folder / f"{self.worker}.new"
        written.write_bytes(own)
        written.replace(self.folder / f"{self.worker}{SUFFIX}")

    def of_all(self, own: bytes) -> bytes:
        """The figures of all processes: this one's as they are now, the others' as they were a second ago."""
        written = {path.stem: path.read_text() for path in sorted(self.folder.glob(f"*{SUFFIX}"))}
        return merged({**written, self.worker: own.decode()})

    async def run(self, own: Callable[[], bytes]) -> None:
        """Write again and again, until cancelled. Nothing else in this process writes: the file is one."""
        while True:
            with suppress(OSError):  # of a full disk, for instance: the next time may succeed
                await asyncio.to_thread(self.write, own())
            await asyncio.sleep(WRITE_SECONDS)


class _Given(Collector):
    """Families of figures as they are."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def merged(texts: Mapping[str, str]) -> bytes:
    """Figures in Prometheus' text format by worker, as one text in which each says whose it is."""
    families: dict[str, Metric] = {}
    for worker, text in texts.items():
        for found in text_string_to_metric_families(text):
            family = families.setdefault(found.name, Metric(found.name, found.documentation, found.type))
            family.samples += [each._replace(labels={**each.labels, "worker": worker}) for each in found.samples]
    registry = CollectorRegistry()
    registry.register(_Given(families.values()))
    return generate_latest(registry)
