"""Personalized PageRank of many weightings of one class's edges, as personalized_pagerank computes it of one.

Influences join neighbouring layers, so a walk is at an even layer and an odd one in turn: what is unknown of the odd
layers follows from the even ones, and conjugate gradients find those.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy
import torch
from numpy.typing import NDArray
from torch import Tensor

from queries.graphs.resampling.replicates import DAMPING

TOLERANCE = 1e-10  # of the sum of errors over all channels, as a share of 1
STEPS = 200

Numbers = NDArray[numpy.float64]
Places = NDArray[numpy.int64]


@dataclass(frozen=True, eq=False)
class Edges:
    """Of the whole network: at each place one edge, with the channel of its even layer and that of its odd one.

    even, odd  places of channels among all of them, lowest layer first
    channels   how many there are
    by_even    (order of the edges by even and then odd channel, where each even channel's start); by_odd the reverse
    """

    even: Places
    odd: Places
    channels: int
    by_even: tuple[Places, Tensor]
    by_odd: tuple[Places, Tensor]

    @classmethod
    def between(cls, starts: Places, hops: Sequence[tuple[Places, Places]]) -> "Edges":
        """From (sources, targets) within their layers, one pair per layer but the lowest; starts of all layers."""
        even, odd = [numpy.zeros(0, numpy.int64)], [numpy.zeros(0, numpy.int64)]
        for at, (sources, targets) in enumerate(hops):
            ends = (sources + starts[at], targets + starts[at + 1])
            even.append(ends[at % 2])
            odd.append(ends[1 - at % 2])
        one, other, size = numpy.concatenate(even), numpy.concatenate(odd), int(starts[-1])
        return cls(one, other, size, _sorted(one, other, size), _sorted(other, one, size))

    def matrix(self, weights: Numbers, transposed: bool = False) -> Tensor:
        """(channels, channels) sparse: from odd channels to even ones, or `transposed` from even to odd."""
        order, starts = self.by_odd if transposed else self.by_even
        columns = (self.even if transposed else self.odd)[order].astype("i4")
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sparse CSR tensor support is in beta state")
            return torch.sparse_csr_tensor(
                starts,
                torch.from_numpy(columns),
                torch.from_numpy(weights[order]),
                (self.channels, self.channels),
                check_invariants=False,
            )


def _sorted(rows: Places, columns: Places, size: int) -> tuple[Places, Tensor]:
    starts = numpy.concatenate([[0], numpy.bincount(rows, minlength=size).cumsum()]).astype("i4")
    return numpy.lexsort((columns, rows)), torch.from_numpy(starts)


def pageranks(
    edges: Edges,
    weights: Sequence[NDArray[numpy.int32]],
    counts: NDArray[numpy.int32],
    starts: Places,
    members: NDArray[numpy.bool_],
) -> Numbers:
    """(channels,): shares of 1 over the whole network.

    weights  of the edges, one array per layer but the lowest; 0 for none
    counts   (channels,) that the walk restarts at, each as a share of its layer's highest; all equal where none is
    members  (channels,): channels that are not left out
    """
    weight = numpy.concatenate([numpy.zeros(0), *weights])
    seeds, size = restarts(counts, starts, members), edges.channels
    degrees = numpy.bincount(edges.even, weight, size) + numpy.bincount(edges.odd, weight, size)
    roots = numpy.sqrt(degrees)
    scaled = numpy.divide(1.0, roots, out=numpy.zeros(size), where=roots > 0)
    walk = DAMPING * weight * scaled[edges.even] * scaled[edges.odd]
    to_even, to_odd = edges.matrix(walk), edges.matrix(walk, transposed=True)
    odd = numpy.repeat(numpy.arange(len(starts) - 1) % 2 == 1, numpy.diff(starts))
    known = torch.from_numpy(seeds * scaled)
    right = torch.where(torch.from_numpy(odd), 0.0, known + to_even @ known)
    enough = TOLERANCE * seeds.sum() / numpy.sqrt(max(degrees.sum(), 1.0))
    found = _solve(to_even, to_odd, right, float(enough))
    found = torch.where(torch.from_numpy(odd), known + to_odd @ found, found)
    ranks = numpy.where(roots > 0, roots * found.numpy(), seeds)
    return numpy.asarray(ranks / ranks.sum())


def restarts(counts: NDArray[numpy.int32], starts: Places, members: NDArray[numpy.bool_]) -> Numbers:
    """(channels,): where the walk restarts, not yet shares of 1."""
    shares = [
        layer / most if (most := layer.max(initial=0)) else numpy.zeros(len(layer))
        for layer in numpy.split(numpy.where(members, counts, 0), starts[1:-1])
    ]
    found = numpy.concatenate(shares)
    return found if found.any() else members.astype(float)


def _solve(to_even: Tensor, to_odd: Tensor, right: Tensor, enough: float) -> Tensor:
    """x of (1 - to_even to_odd) x = right, where `right` and x are 0 at odd layers."""
    found, rest, way = torch.zeros_like(right), right.clone(), right.clone()
    square = float(rest @ rest)
    for _ in range(STEPS):
        if square <= enough * enough:
            break
        image = way - to_even @ (to_odd @ way)
        length = square / float(way @ image)
        found += length * way
        rest -= length * image
        before, square = square, float(rest @ rest)
        way = rest + square / before * way
    return found
