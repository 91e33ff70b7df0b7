"""When two values differ by more than rounding, and the refusal of a hop for that."""

from torch import Tensor, fx

from ingest.errors import NetworkRefused
from ingest.tracing.labels import Hop, Span
from ingest.tracing.trace import Traced

ROUNDING = 2e-6  # of float32 sums, as a share of the sum of absolute values; a flaw is some hundred times larger


class HopRefused(NetworkRefused):
    """What would be counted between two layers is not what the network computes."""

    def __init__(self, name: str, why: str, span: Span) -> None:
        super().__init__(f"{name}: what would be counted is not what the network computes: {why}")
        self.span = span


def not_finite(what: str) -> NetworkRefused:
    return NetworkRefused(f"{what} not finite for a random picture; expected weights without NaN and infinity")


def steps_of(traced: Traced, hop: Hop) -> list[fx.Node]:
    """The nodes from a hop's convolution to its end."""
    steps = [hop.node]
    while steps[-1] is not hop.end:
        steps += traced.readers(steps[-1])[:1]
    return steps


def extent(value: Tensor, axis: int) -> Tensor:
    """(C,) the largest absolute value of each channel; (1,) of all for an axis below 0."""
    others = [at for at in range(value.dim()) if at != axis]
    return value.abs().amax(others) if axis >= 0 else value.abs().amax()[None]
