"""The graphs of resamples of a class's pictures, for any threshold: kept by a run, read when a graph is extracted.

A replicate is the class counted again with each picture as often as a Poisson variable says. Of its PageRank one byte a
channel is kept, which is all that cutting a graph needs where thresholds are whole multiples of STEP; of its edges one
bit each. So at any such threshold the share of the replicates' graphs that have a channel or an edge is exact, and
takes milliseconds. As an estimate for other pictures of the class, its standard error is up to 0.5 / sqrt(REPLICATES).
"""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from queries.errors import DataError, first_line

REPLICATES = 64
STEP = 0.5  # percentage points
LEFT_OUT = 200  # in `ranks`: 100 percent come before the channel, so that no threshold takes it
PARTS = 10**9  # that the PageRank of a layer is counted in
DAMPING = 0.85  # of the replicates' PageRank
FORM, FILE = 1, "replicates.npz"  # of a class in a run
Bytes = NDArray[numpy.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class HopReplicates:
    """Edges from a layer to the next one that any replicate has.

    sources, targets  channel indexes within the lower and the upper layer
    held              uint64: bit r says whether replicate r has the edge
    """

    sources: NDArray[numpy.int32]
    targets: NDArray[numpy.int32]
    held: NDArray[numpy.uint64]

    def by_replicate(self) -> NDArray[numpy.bool_]:
        """(REPLICATES, edges)"""
        columns = self.held.astype("<u8").view(numpy.uint8).reshape(-1, 8)
        return numpy.unpackbits(columns.T, axis=0, bitorder="little").view(numpy.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Replicates:
    """Of one class.

    counts  digest of the class's counts (ClassCounts.digest), which its pictures gave
    sizes   channels of each layer, lowest first
    ranks   by score (REPLICATES, channels of all layers) uint8: PageRank of the channels ranked before each in its
            layer, in percent of the layer's, in steps of STEP, rounded down; LEFT_OUT for one that no cut takes
    hops    one per layer but the lowest
    """

    counts: str
    sizes: tuple[int, ...]
    ranks: Mapping[str, Bytes]
    hops: tuple[HopReplicates, ...]

    def layers(self, score: str) -> list[Bytes]:
        """The ranks of each layer, lowest first."""
        return numpy.split(self.ranks[score], numpy.cumsum(self.sizes)[:-1], axis=1)

    def to_bytes(self) -> bytes:
        """The content of a file. Equal for equal replicates."""
        columns: dict[str, NDArray[numpy.generic]] = {f"ranks_{score}": ranks for score, ranks in self.ranks.items()}
        for at, hop in enumerate(self.hops):
            columns |= {f"{name}_{at}": getattr(hop, name) for name in HopReplicates.__slots__}
        about = {"form": numpy.array(FORM), "counts": numpy.array(self.counts), "sizes": numpy.array(self.sizes)}
        file = io.BytesIO()
        numpy.savez_compressed(file, allow_pickle=False, **about, **columns)
        return file.getvalue()


@dataclass(frozen=True, slots=True)
class About:
    """What a file of replicates is of: the digest of a class's counts, and the scores it has ranks by."""

    counts: str
    scores: frozenset[str]


class _File:
    """A file of replicates, whose arrays are read whole, so that their checksums are compared."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.scores = [
            name.removeprefix("ranks_").removesuffix(".npy") for name in archive.namelist() if name.startswith("ranks_")
        ]

    def __getitem__(self, name: str) -> Any:
        return numpy.load(io.BytesIO(self._archive.read(f"{name}.npy")), allow_pickle=False)


@contextmanager
def _opened(path: Path) -> Iterator[_File]:
    with path.open("rb") as stream:
        try:
            with zipfile.ZipFile(stream) as archive:
                file = _File(archive)
                if (form := int(file["form"])) != FORM:
                    raise ValueError(f"form {form}; this version reads form {FORM}")
                yield file
        except Exception as error:  # whatever zipfile and numpy raise for other bytes than were written
            raise DataError(f"{path} is damaged ({first_line(error):.100}); count the class again") from error


def read_about(path: Path) -> About:
    """Without reading all of it. Raises as read_replicates does."""
    with _opened(path) as file:
        return About(str(file["counts"]), frozenset(file.scores))


def read_replicates(path: Path) -> Replicates:
    """What `to_bytes` wrote. Raises OSError where the file cannot be opened, DataError where it is damaged."""
    with _opened(path) as file:
        sizes = tuple(int(size) for size in file["sizes"])
        columns = HopReplicates.__slots__
        hops = [HopReplicates(*(file[f"{name}_{at}"] for name in columns)) for at in range(len(sizes) - 1)]
        ranks = {score: file[f"ranks_{score}"] for score in file.scores}
        if any(each.shape != (REPLICATES, sum(sizes)) for each in ranks.values()):
            raise ValueError(f"its ranks are not those of {REPLICATES} replicates")
        return Replicates(str(file["counts"]), sizes, ranks, tuple(hops))


def ranks_before(pageranks: NDArray[numpy.float64]) -> Bytes:
    """(channels,) of `Replicates.ranks`, from the PageRank of one layer's channels; 0 for those that are left out.

    PageRank is taken in billionths of the layer's: its last digits depend on the machine, and would decide where a sum
    lies just at a step.
    """
    steps = numpy.full(len(pageranks), LEFT_OUT, numpy.uint8)
    if not (total := pageranks.sum()):
        return steps
    parts = numpy.rint(pageranks / total * PARTS).astype(numpy.int64)
    order = numpy.lexsort((numpy.arange(len(parts)), -parts))
    before = numpy.concatenate([[0], numpy.cumsum(parts[order])[:-1]])
    kept = pageranks[order] > 0
    steps[order[kept]] = numpy.minimum(before[kept] * LEFT_OUT // parts.sum(), LEFT_OUT)
    return steps


def steps_of(percent: float) -> int | None:
    """A threshold in steps of STEP; None where it is not a whole number of them."""
    steps = percent / STEP
    return round(steps) if steps == round(steps) else None


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """The graphs of replicates.

    thresholds  by layer (REPLICATES,): the final ones, in steps of STEP
    channels    by layer (REPLICATES, channels): whether a graph has it
    edges       by hop (REPLICATES, edges of the hop)
    """

    thresholds: list[NDArray[numpy.int64]]
    channels: list[NDArray[numpy.bool_]]
    edges: list[NDArray[numpy.bool_]]


def appearances(
    found: Replicates, score: str, threshold: int, step: int, dead_ends: bool
) -> tuple[list[NDArray[numpy.int64]], list[NDArray[numpy.int64]]]:
    """In how many graphs of cut_each each channel (by layer) and each edge of `found.hops` (by hop) is."""
    cuts = cut_each(found, score, threshold, step, dead_ends)
    return [each.sum(0) for each in cuts.channels], [each.sum(0) for each in cuts.edges]


def cut_each(found: Replicates, score: str, threshold: int, step: int, dead_ends: bool) -> Cuts:
    """Each replicate's graph, cut as extract_attribution_graph cuts a class's: see there for the raising of thresholds.

    threshold, step  in steps of STEP
    """
    layers = found.layers(score)
    cuts = [numpy.full(REPLICATES, threshold)]
    chosen, joined = [layers[0] < cuts[0][:, None]], list[NDArray[numpy.bool_]]()
    for ranks, hop in zip(layers[1:], found.hops, strict=True):
        open_edges = hop.by_replicate() & chosen[-1][:, hop.sources]
        needed = numpy.where(open_edges, ranks[:, hop.targets], LEFT_OUT).min(1, initial=LEFT_OUT).astype(int)
        raised = threshold + step * ((needed - threshold) // step + 1)
        kept = (needed < threshold) | (needed >= LEFT_OUT)
        cuts.append(numpy.where(kept, threshold, numpy.minimum(raised, LEFT_OUT)))
        chosen.append(ranks < cuts[-1][:, None])
        joined.append(open_edges & chosen[-1][:, hop.targets])
    return Cuts(cuts, chosen, joined if dead_ends else without_dead_ends(found, joined))


def without_dead_ends(found: Replicates, joined: Sequence[NDArray[numpy.bool_]]) -> list[NDArray[numpy.bool_]]:
    """(REPLICATES, edges) by hop: without edges from a channel above the lowest layer that no edge leads to."""
    kept = list(joined[:1])
    for at in range(1, len(joined)):
        reached = numpy.zeros((REPLICATES, found.sizes[at]), bool)
        replicate, edge = joined[at - 1].nonzero()
        reached[replicate, found.hops[at - 1].targets[edge]] = True
        kept.append(joined[at] & reached[:, found.hops[at].sources])
    return kept
