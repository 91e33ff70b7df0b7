"""Counting: what the pictures of one class add up to."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ingest.count.activation import activated_by_mass, activated_by_rank
from ingest.count.influence import NOBODY, Contest, heaviest, influences, strongest
from ingest.count.instrument import Seen
from ingest.count.joining import join, strongest_only
from ingest.count.rules import Rules
from ingest.network.wiring import Wiring


@dataclass(frozen=True, eq=False)
class Tables:
    """Counts of one class; integers, so that shards, batches and ranks add up to the same in any order.

    activated  one a row: (C,) int32, images that activate each channel (A)
    alive      one a row: (C,) int32, images in which the channel's peak is above 0
    hops       one a hop: (T, S / groups) int32, images in which a source is among the strongest of a target
    """

    activated: tuple[Tensor, ...]
    alive: tuple[Tensor, ...]
    hops: tuple[Tensor, ...]

    def all(self) -> tuple[Tensor, ...]:
        return (*self.activated, *self.alive, *self.hops)


@dataclass(frozen=True, eq=False)
class Votes:
    """What single pictures contributed: enough to count any subset of them again without the network.

    peaks    one a row: (pictures, C) float32, excluded channels at 0
    winners  one a hop: (pictures, T, top) int64, sources within the target's group, NOBODY for none; none at all where
             more than extremes was needed (Rules.needs_maps)
    """

    peaks: tuple[Tensor, ...]
    winners: tuple[Tensor, ...]


class Counter:
    """Turns what a network showed into counts; one a run and device."""

    def __init__(self, wiring: Wiring, rules: Rules, excluded: Sequence[Tensor], device: torch.device) -> None:
        """excluded: one a row, (C,) bool"""
        self.wiring, self.rules, self.device = wiring, rules, device
        self.excluded = [barred.to(device) for barred in excluded]
        self.contests = [
            Contest.of(hop.convolution, device, _barred_sources(hop.labels, barred))
            for span, barred in zip(wiring.spans, excluded, strict=False)
            for hop in span.hops
        ]

    def empty(self) -> Tables:
        rows = [torch.zeros(row.channels, dtype=torch.int32, device=self.device) for row in self.wiring.rows]
        hops = [
            torch.zeros(c.weights.shape[0] * c.weights.shape[1], c.sources, dtype=torch.int32, device=self.device)
            for c in self.contests
        ]
        return Tables(tuple(rows), tuple(torch.zeros_like(row) for row in rows), tuple(hops))

    def count(self, seen: Seen, into: Tables) -> Votes:
        """Add the pictures of one batch to a class's tables, in place."""
        peaks = tuple(z.masked_fill(barred, 0) for z, barred in zip(seen.peaks, self.excluded, strict=True))
        for z, activated, alive in zip(peaks, into.activated, into.alive, strict=True):
            activated += self._activated(z).sum(0, dtype=torch.int32)
            alive += (z > 0).sum(0, dtype=torch.int32)
        votes = (self._vote(*each) for each in zip(self.contests, seen.reads, into.hops, strict=True))
        return Votes(peaks, tuple(winners for winners in votes if winners is not None))

    def _activated(self, peaks: Tensor) -> Tensor:
        if self.rules.activation_method == 2:
            return activated_by_mass(peaks, self.rules.activation_share)
        return activated_by_rank(peaks, self.rules.activation_top)

    def _vote(self, contest: Contest, read: Tensor, into: Tensor) -> Tensor | None:
        if self.rules.influence_method == 1 and self.rules.measure == "max":
            winners = strongest(contest, read, self.rules.influence_top)
            add_winners(winners, into)
            return winners
        for picture in torch.split(read, 1):  # float64 maps are large
            values = influences(contest, picture, self.rules.measure).flatten(0, 2)
            into += self._chosen(values).to(torch.int32)
        return None

    def _chosen(self, values: Tensor) -> Tensor:
        if self.rules.influence_method == 2:
            return heaviest(values, self.rules.influence_share)
        ordered, source = values.sort(dim=1, descending=True, stable=True)
        taken = ordered > 0
        taken[:, self.rules.influence_top :] = False
        return torch.zeros_like(taken).scatter(1, source, taken)

    def edges(self, tables: Tables) -> list[Tensor]:
        """(T, S) int32, one a pair of neighbouring rows: the influences of a class."""
        waiting = iter(tables.hops)
        edges = []
        for span, alive in zip(self.wiring.spans, tables.alive, strict=False):
            joined = join(span, [next(waiting).cpu() for _ in span.hops], alive.cpu())
            edges.append(strongest_only(span, joined) if self.rules.join == "strongest" else joined)
        return edges


def add_winners(winners: Tensor, into: Tensor) -> None:
    """Add one for each of winners (batch, T, top) int64 to a table (T, S / groups) int32; NOBODY adds nothing."""
    sources = into.shape[1]
    cell = winners + torch.arange(len(into), device=winners.device)[:, None] * sources
    cell = cell[winners != NOBODY]
    into.view(-1).index_add_(0, cell, torch.ones_like(cell, dtype=torch.int32))


def _barred_sources(labels: Tensor, excluded: Tensor) -> Tensor:
    """(S,) bool: which source channels of a hop are excluded channels of the lower row."""
    own = (labels >= 0) & (labels < len(excluded))
    return own & excluded[labels.clamp(0, len(excluded) - 1)]
