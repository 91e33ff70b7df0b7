"""Counting: activations and influences of a class, summed over its pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ingest.count.influence import NO_WINNER, PreparedConvolution, influences, strongest_sources
from ingest.count.instrument import Recording
from ingest.count.joining import join, strongest_only
from ingest.count.rules import ATTRIBUTION_SHARE, Rules
from ingest.count.selection import top_by_mass, top_by_rank
from ingest.tracing.wiring import Wiring


@dataclass(frozen=True, eq=False)
class Tally:
    """Counts of one class; integers, so that batches and ranks add up to the same in any order.

    activated  one per layer: (C,) int32, images that activate each channel (A)
    alive      one per layer: (C,) int32, images in which the channel's peak is above 0
    hops       one per hop: (T, S / groups) int32, images in which a source is among the strongest of a target
    attributed one per layer: (C,) int32, images in which a channel is among those that hold the first part of the
               positive attribution (R); none where it is not counted
    """

    activated: tuple[Tensor, ...]
    alive: tuple[Tensor, ...]
    hops: tuple[Tensor, ...]
    attributed: tuple[Tensor, ...] = ()

    def tables(self) -> tuple[Tensor, ...]:
        return (*self.activated, *self.alive, *self.hops, *self.attributed)

    def move_to(self, other: "Tally") -> None:
        """Add these counts to another tally and start again at 0."""
        for table, total in zip(self.tables(), other.tables(), strict=True):
            total += table
            table.zero_()


@dataclass(frozen=True, eq=False)
class Votes:
    """What single pictures contributed: enough to count any subset of them again without the network.

    peaks    one per layer: (pictures, C) float32, excluded channels at 0
    places   one per layer: (pictures, C) int32, where each peak is, see ingest/count/instrument.py
    winners  one per hop: (pictures, T, top) int64, sources within the target's group, NO_WINNER for none; None where
             extremes are not enough (Rules.needs_maps)
    attributed  one per layer: (pictures, C) bool, the channels that R counts; None where it is not counted
    """

    peaks: tuple[Tensor, ...]
    places: tuple[Tensor, ...]
    winners: tuple[Tensor, ...] | None
    attributed: tuple[Tensor, ...] | None


class ChannelCounter:
    """Turns recordings into counts; one per run and device."""

    def __init__(
        self,
        wiring: Wiring,
        rules: Rules,
        excluded: Sequence[Tensor],
        device: torch.device,
        attribution: bool = False,
    ) -> None:
        """excluded: one per layer, (C,) bool; attribution: whether to count it"""
        self.wiring, self.rules, self.device, self.attribution = wiring, rules, device, attribution
        self.excluded = [channels.to(device) for channels in excluded]
        self.convolutions = [
            PreparedConvolution.of(hop.convolution, device, _excluded_sources(hop.labels, channels))
            for span, channels in zip(wiring.spans, excluded, strict=False)
            for hop in span.hops
        ]

    def empty_tally(self) -> Tally:
        activated = [self._zeros(layer.channels) for layer in self.wiring.layers]
        hops = [self._zeros(each.targets, each.sources) for each in self.convolutions]
        alive = tuple(torch.zeros_like(layer) for layer in activated)
        attributed = tuple(torch.zeros_like(layer) for layer in activated) if self.attribution else ()
        return Tally(tuple(activated), alive, tuple(hops), attributed)

    def _zeros(self, *shape: int) -> Tensor:
        return torch.zeros(shape, dtype=torch.int32, device=self.device)

    def add(self, recording: Recording, tally: Tally) -> Votes:
        """Add the pictures of one batch to a class's tally, in place."""
        peaks = tuple(z.masked_fill(out, 0) for z, out in zip(recording.peaks, self.excluded, strict=True))
        for z, activated, alive in zip(peaks, tally.activated, tally.alive, strict=True):
            activated += self.activated(z).sum(0, dtype=torch.int32)
            alive += (z > 0).sum(0, dtype=torch.int32)
        attributed = tuple(
            top_by_mass(values.masked_fill(out, 0), ATTRIBUTION_SHARE)
            for values, out in zip(recording.attributions, self.excluded, strict=False)
        )
        for chosen, counts in zip(attributed, tally.attributed, strict=False):
            counts += chosen.sum(0, dtype=torch.int32)
        votes = [self._vote(*each) for each in zip(self.convolutions, recording.inputs, tally.hops, strict=True)]
        winners = None if self.rules.needs_maps else tuple(each for each in votes if each is not None)
        return Votes(peaks, recording.places, winners, attributed or None)

    def activated(self, peaks: Tensor) -> Tensor:
        """(..., C) bool: the channels of a layer that A counts, from the peaks (..., C) of pictures."""
        if self.rules.activation_method == 2:
            return top_by_mass(peaks, self.rules.activation_share)
        return top_by_rank(peaks, self.rules.activation_top)

    def _vote(self, prepared: PreparedConvolution, source: Tensor, counts: Tensor) -> Tensor | None:
        if self.rules.influence_method == 1 and self.rules.measure == "max":
            winners = strongest_sources(prepared, source, self.rules.influence_top)
            add_winners(winners, counts)
            return winners
        for picture in torch.split(source, 1):  # float64 maps are large
            values = influences(prepared, picture, self.rules.measure).flatten(0, 2)
            counts += self._influential(values).to(torch.int32)
        return None

    def _influential(self, values: Tensor) -> Tensor:
        if self.rules.influence_method == 2:
            return top_by_mass(values, self.rules.influence_share)
        return top_by_rank(values, self.rules.influence_top)

    def edges(self, tally: Tally) -> list[Tensor]:
        """(T, S) int32, one per pair of neighbouring layers: the influences of a class."""
        hops = iter(tally.hops)
        edges = []
        for span, alive in zip(self.wiring.spans, tally.alive, strict=False):
            joined = join(span, [next(hops).cpu() for _ in span.hops], alive.cpu())
            edges.append(strongest_only(span, joined) if self.rules.join == "strongest" else joined)
        return edges


def add_winners(winners: Tensor, counts: Tensor) -> None:
    """Add one for each of winners (batch, T, top) int64 to counts (T, S / groups) int32; NO_WINNER adds nothing."""
    sources = counts.shape[1]
    cell = winners + torch.arange(len(counts), device=winners.device)[:, None] * sources
    cell = cell[winners != NO_WINNER]
    counts.view(-1).index_add_(0, cell, torch.ones_like(cell, dtype=torch.int32))


def _excluded_sources(labels: Tensor, excluded: Tensor) -> Tensor:
    """(S,) bool: which source channels of a hop are excluded channels of the lower layer."""
    from_layer = (labels >= 0) & (labels < len(excluded))
    return from_layer & excluded[labels.clamp(0, len(excluded) - 1)]
