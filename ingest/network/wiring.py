"""The whole plan of a network: its rows and, between neighbours, every convolution."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn

from ingest.network.follow import Hop, Span, follow
from ingest.network.layers import Row, find_rows
from ingest.network.trace import Traced, trace


@dataclass(frozen=True, eq=False)
class Wiring:
    """rows lowest first; spans[n] leads from rows[n] to rows[n + 1]."""

    traced: Traced
    rows: tuple[Row, ...]
    spans: tuple[Span, ...]

    @property
    def hops(self) -> tuple[Hop, ...]:
        """Every convolution between two neighbouring rows, lowest first."""
        return tuple(hop for span in self.spans for hop in span.hops)


def wire(network: nn.Module, probe: Tensor, layers: Sequence[str] | None = None) -> Wiring:
    """Trace a network and follow its channels; `probe` is one picture, (1, 3, height, width), values do not matter."""
    traced = trace(network, probe)
    rows = find_rows(traced, network, layers)
    spans = tuple(follow(traced, lower.value, upper.value) for lower, upper in pairwise(rows))
    return Wiring(traced, rows, spans)
