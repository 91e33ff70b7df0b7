"""What a run counted, as records, and whether they can be true. Pure but for what a run reads."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

import numpy

from queries.errors import DataError
from queries.load.contributions import Contributions
from queries.progress import Progress
from queries.records import Columns, LayerSize, Record, digest_of
from queries.store import Row

Tables = Mapping[str, Sequence[Sequence[int]]]  # columns by layer


@dataclass(frozen=True, slots=True)
class ChannelCounts:
    """A or R of one layer: channel indexes and, aligned, the pictures in which each was counted."""

    channels: Sequence[int]
    counts: Sequence[int]

    def __post_init__(self) -> None:
        if len(self.channels) != len(self.counts):
            raise DataError(f"columns of {len(self.channels)} and {len(self.counts)} values are not of one length")

    @property
    def columns(self) -> tuple[Sequence[int], Sequence[int]]:
        return self.channels, self.counts


@dataclass(frozen=True, slots=True)
class ClassCounts:
    """What a run counted of one class.

    index        of the class in the run
    properties   what else is known of it: name, wnid, images, top1_accuracy, histograms, ...
    activations   A by layer: pictures in which a channel is among the top activated ones
    influences    I by upper layer
    attributions  R by layer: pictures in which a channel is among those that raise the class's log-odds most; empty
                  where it was not counted, and for a class that is no output of the network
    output        what the last layer contributes to the class's score; None where that was not counted, is no sum, or
                  the class is no output of the network
    """

    index: int
    properties: Record
    activations: Mapping[str, ChannelCounts]
    influences: Mapping[str, Columns]
    attributions: Mapping[str, ChannelCounts] = field(default_factory=dict)
    output: Contributions | None = None

    @property
    def digest(self) -> str:
        """Equal for equal A, I, R and contributions; the last two take part only where there are some."""
        digest = hashlib.sha256()
        for layer, found in sorted(self.activations.items()):
            digest.update(f"activations {layer}\n".encode())
            digest.update(numpy.array([found.channels, found.counts], "<i4").tobytes())
        for layer, table in sorted(self.influences.items()):
            digest.update(f"influences {layer}\n".encode())
            digest.update(numpy.array([table.sources, table.targets, table.weights], "<i4").tobytes())
        for layer, found in sorted(self.attributions.items()):
            digest.update(f"attributions {layer}\n".encode())
            digest.update(numpy.array([found.channels, found.counts], "<i4").tobytes())
        if self.output is not None:
            digest.update(f"output {self.output.seal}\n".encode())
        return digest.hexdigest()[:16]

    @property
    def seal(self) -> str:
        """Equal for equal A and I, whatever the order of their rows."""
        influences = {layer: (each.sources, each.targets, each.weights) for layer, each in self.influences.items()}
        return seal_of_counts({layer: each.columns for layer, each in self.activations.items()}, influences)

    @property
    def attribution_seal(self) -> str | None:
        """The same for R; None where there is none."""
        return seal_of_attributions({layer: each.columns for layer, each in self.attributions.items()})

    @property
    def activation_count(self) -> int:
        return sum(len(columns.channels) for columns in self.activations.values())

    @property
    def influence_count(self) -> int:
        return sum(len(columns.weights) for columns in self.influences.values())

    @property
    def influenced_count(self) -> int:
        """Channels that have influences on them."""
        return sum(len(numpy.unique(columns.targets)) for columns in self.influences.values())

    @property
    def attribution_count(self) -> int | None:
        """None where there are none: not counted, or the class is no output of the network."""
        return sum(len(columns.channels) for columns in self.attributions.values()) or None

    @property
    def output_signature(self) -> Row:
        """What is kept of the contributions on their class; all of it None where there are none."""
        found = self.output
        kept = (None, None, None) if found is None else (len(found.channels), found.seal, found.bias)
        return dict(zip(("contributions", "contribution_seal", "output_bias"), kept, strict=True))


class CountedRun(Protocol):
    """A finished run, wherever it lies; `counts` is asked for one class at a time."""

    @property
    def name(self) -> str: ...

    @property
    def properties(self) -> Record:
        """Of the model: architecture, weights, dataset, images, ..."""

    @property
    def settings(self) -> Record:
        """Everything the counts depend on, as JSON can hold it."""

    @property
    def layers(self) -> Sequence[LayerSize]: ...

    @property
    def classes(self) -> Sequence[int]:
        """Indexes, ascending."""

    def counts(self, index: int) -> ClassCounts:
        """Raises DataError where the class's files are damaged."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A class as far as it matters before its counts are loaded."""

    index: int
    digest: str
    about: Row
    activations: int
    influences: int
    influenced: int
    attributions: int | None
    seal: str
    attribution_seal: str | None
    output: Row

    @property
    def signature(self) -> Row:
        """What is kept of the counts on their class, as sign_counts takes it."""
        names = ("digest", "activations", "influences", "influenced", "attributions", "seal", "attribution_seal")
        return {**{name: getattr(self, name) for name in names}, **self.output}


def seal_of_counts(activations: Tables, influences: Tables) -> str:
    """Digest of A (columns channels, counts) and I (sources, targets, weights) by layer, in any order of rows."""
    return seal_of({"activations": activations, "influences": influences})


def seal_of_attributions(attributions: Tables) -> str | None:
    """Digest of R (columns channels, counts) by layer, in any order of rows; None where there is nothing."""
    counted = any(len(channels) for channels, _ in attributions.values())
    return seal_of({"attributions": attributions}) if counted else None


def seal_of(kinds: Mapping[str, Tables]) -> str:
    """Digest of tables by kind and layer; empty ones do not take part."""
    digest = hashlib.sha256()
    for what, tables in kinds.items():
        for layer, columns in sorted(tables.items()):
            table = numpy.array(columns, "<i8")
            if table.size:
                digest.update(f"{what} {layer}\n".encode())
                digest.update(table[:, numpy.lexsort(table[::-1])].tobytes())
    return digest.hexdigest()[:16]


def summarise(run: CountedRun, classes: Sequence[int], progress: Progress) -> list[Summary]:
    """Read and check some of a run's classes. Raises DataError at the first that is damaged."""
    summaries = []
    for done, index in enumerate(classes, 1):
        counts = run.counts(index)
        check_counts(counts, run.layers)
        about = {"properties": dict(counts.properties), "digest": digest_of(counts.properties)}
        influences = (counts.influence_count, counts.influenced_count)
        totals = (counts.activation_count, *influences, counts.attribution_count)
        seals = (counts.seal, counts.attribution_seal, counts.output_signature)
        summaries.append(Summary(index, counts.digest, about, *totals, *seals))
        progress("checking", done, len(classes))
    return summaries


def check_counts(counts: ClassCounts, layers: Sequence[LayerSize]) -> None:
    """Only channels that exist, each once, counted in at least one picture and no more than there are. DataError."""
    sizes = {layer.name: layer.channels for layer in layers}
    below = {upper.name: lower.channels for lower, upper in pairwise(layers)}
    images = counts.properties["images"]
    counted = [*counts.activations.items(), *counts.attributions.items()]
    strangers = sorted(({layer for layer, _ in counted} - sizes.keys()) | (counts.influences.keys() - below.keys()))
    if strangers:
        raise DataError(f"class {counts.index} counts in layers {strangers}, which its run does not have")
    if counts.output is not None:
        counts.output.check(counts.index, layers[-1])
    for layer, found in counted:
        check_columns(counts.index, layer, [found.channels], found.counts, [sizes[layer]], images)
    for layer, table in counts.influences.items():
        ends = [table.targets, table.sources]
        check_columns(counts.index, layer, ends, table.weights, [sizes[layer], below[layer]], images)


def check_columns(
    index: int, layer: str, places: Sequence[Sequence[int]], values: Sequence[int], sizes: Sequence[int], images: int
) -> None:
    at = numpy.array(places, dtype=numpy.int64).reshape(len(places), -1)
    counted = numpy.asarray(values, dtype=numpy.int64)
    if (at < 0).any() or (at >= numpy.array(sizes)[:, None]).any():
        raise DataError(f"class {index} counts a channel that {layer} or the layer below it does not have")
    if ((counted < 1) | (counted > images)).any():
        raise DataError(f"class {index} has a count in {layer} that is not in 1 to its {images} pictures")
    if len(numpy.unique(numpy.ravel_multi_index(list(at), sizes))) != len(counted):
        raise DataError(f"class {index} counts a channel of {layer}, or an influence on one, twice")
