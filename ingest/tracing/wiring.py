"""The wiring of a network: its layers and every convolution between neighbouring ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn

from ingest.errors import NetworkRefused, NoPath, TooFewLayers
from ingest.tracing.check.differences import HopRefused
from ingest.tracing.check.hops import check_hops
from ingest.tracing.check.turned import with_signs
from ingest.tracing.coverage import Coverage, coverage
from ingest.tracing.follow import follow
from ingest.tracing.labels import Hop, Span
from ingest.tracing.layers import TracedLayer, every_convolution, find_layers, without_maps
from ingest.tracing.trace import Traced, trace
from ingest.tracing.unwrap import unwrapped
from queries.values import counted

NOT_ANY = "; channels cannot be followed from any of its convolutions to the next, so no choice of --layers helps"
LIES_BETWEEN_NONE = "; name layers (--layers) so that this module lies between none of them"


@dataclass(frozen=True, eq=False)
class Wiring:
    """layers lowest first; spans[n] leads from layers[n] to layers[n + 1]."""

    traced: Traced
    layers: tuple[TracedLayer, ...]
    spans: tuple[Span, ...]
    coverage: Coverage

    @property
    def hops(self) -> tuple[Hop, ...]:
        """Every convolution between two neighbouring layers, lowest first."""
        return tuple(hop for span in self.spans for hop in span.hops)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what is counted of the network, and what is not and why."""
        found = f"{len(self.layers)} layers, {self.layers[0].name} to {self.layers[-1].name}: {self.coverage}"
        lowered = [
            f"below {layer.name}, a norm or factor with negative weights reverses the sign of "
            f"{counted(span.lowered, 'channel')} that a sum makes, a skip passes on or something else reads, too; "
            "what is counted as raising these lowers them after it"
            for layer, span in zip(self.layers[1:], self.spans, strict=True)
            if span.lowered
        ]
        less = [
            f"below {layer.name}, in {' and '.join(span.less)}, a map is subtracted from another one of the same "
            "channels, or divides it; what is counted as raising a channel can lower it there"
            for layer, span in zip(self.layers[1:], self.spans, strict=True)
            if span.less
        ]
        return (found, *self.traced.notes, *self.coverage.left_out, *lowered, *less)


def wire(network: nn.Module, probe: Tensor, names: Sequence[str] | None = None) -> Wiring:
    """Trace a network, follow its channels, and check every hop numerically on the probe.

    probe  one picture, (1, 3, height, width), of the size that is counted; its values are random
    names  of the layers; None for the network's own, see find_layers
    Named layers must all lead to the next. Of the network's own, those stay that do: the run of neighbours with the
    most convolutions between them; `coverage` says what was left out and why.
    """
    network = unwrapped(network)
    traced = trace(network, probe)
    layers = _layers(traced, network, probe, names)
    ways = [_follow(traced, *pair) for pair in pairwise(layers)]
    while True:
        if refused := _nothing_to_count(ways, all_of_them=names is not None):
            raise NetworkRefused(f"{refused}{_remedy(refused, traced, network, probe, names)}") from refused
        start, spans = _longest_run(ways)
        try:
            check_hops(traced, spans, probe)
        except HopRefused as differs:
            if names is not None:
                raise NetworkRefused(f"{differs}{LIES_BETWEEN_NONE}") from differs
            at = next(at for at, span in enumerate(spans, start) if span is differs.span)
            ways[at] = differs
        else:
            kept = layers[start : start + len(spans) + 1]
            spans = tuple(map(with_signs, spans))
            return Wiring(traced, kept, spans, coverage(traced, kept, spans, _left_out(layers, kept, ways)))


def _layers(traced: Traced, network: nn.Module, probe: Tensor, names: Sequence[str] | None) -> tuple[TracedLayer, ...]:
    try:
        return find_layers(traced, network, names)
    except TooFewLayers as few:
        remedy = _remedy(few, traced, network, probe, names)
        raise (without_maps(traced, network) if remedy == NOT_ANY else NetworkRefused(f"{few}{remedy}")) from few


def _follow(traced: Traced, lower: TracedLayer, upper: TracedLayer) -> Span | NetworkRefused:
    try:
        return follow(traced, lower.value, upper.value)
    except NetworkRefused as refused:
        return refused


def _nothing_to_count(ways: Sequence[Span | NetworkRefused], all_of_them: bool) -> NetworkRefused | None:
    """The first refusal, if no way can be counted; with `all_of_them`, if one cannot."""
    refused = [way for way in ways if isinstance(way, NetworkRefused)]
    return refused[0] if refused and (all_of_them or len(refused) == len(ways)) else None


def _remedy(
    refused: NetworkRefused, traced: Traced, network: nn.Module, probe: Tensor, names: Sequence[str] | None
) -> str:
    """What to do where nothing can be counted: which layers can be, if any can."""
    if names is not None:
        return "" if isinstance(refused, NoPath) else LIES_BETWEEN_NONE
    layers = every_convolution(traced, network)
    ways = [_follow(traced, *pair) for pair in pairwise(layers)]
    if len(layers) < 2 or _nothing_to_count(ways, all_of_them=False):
        return NOT_ANY
    start, spans = _longest_run(ways)
    try:
        check_hops(traced, spans, probe)
    except NetworkRefused:
        return LIES_BETWEEN_NONE
    return f"; can be counted: --layers {','.join(layer.name for layer in layers[start : start + len(spans) + 1])}"


def _longest_run(ways: Sequence[Span | NetworkRefused]) -> tuple[int, tuple[Span, ...]]:
    """The run of spans with the most hops, and where it starts."""
    runs: list[tuple[int, list[Span]]] = []
    for at, way in enumerate(ways):
        if isinstance(way, Span):
            if not runs or runs[-1][0] + len(runs[-1][1]) < at:
                runs.append((at, []))
            runs[-1][1].append(way)
    start, spans = max(runs, key=lambda run: sum(len(span.hops) for span in run[1]))
    return start, tuple(spans)


def _left_out(
    layers: Sequence[TracedLayer], kept: Sequence[TracedLayer], ways: Sequence[Span | NetworkRefused]
) -> list[str]:
    names = [layer.name for layer in layers if layer not in kept]
    reasons = [f"from {layers[at].name}: {way}" for at, way in enumerate(ways) if isinstance(way, NetworkRefused)]
    return [f"layers {', '.join(names)} are left out", *reasons] if names else []
