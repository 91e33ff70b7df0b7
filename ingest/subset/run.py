"""Subsets of a run's classes from the votes that it kept. No picture is looked at again."""

import json
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from pyarrow.parquet import read_schema

from ingest.count.batch import VoteLog
from ingest.count.rules import Rules
from ingest.count.stored.tables import read_log
from ingest.count.tally import ChannelCounter
from ingest.count.task import described_hops, read_excluded
from ingest.pictures.counted import load_counted
from ingest.run.files import class_folder
from ingest.run.peaks import kept_pictures
from ingest.run.read import RunReader
from ingest.subset.choose import FEWEST, Choice, Members, random_splits
from ingest.subset.graphs import Asked, graphs_of
from ingest.tracing.wiring import wire
from queries.errors import DataError
from queries.graphs.subset.stored import Subset
from queries.records import ClassGraph, Record, Score, digest_of
from queries.values import counted


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """Pictures of a class that make a subset.

    index     of the class; name  what it is called
    pictures  names of the pictures whose votes are kept, in their order
    members   (pictures,): which of them are in the subset
    subset    as it is kept, but for its difference
    others    name of the subset of the other pictures, of which there may be too few for a graph
    """

    index: int
    name: str
    pictures: tuple[str, ...]
    members: Members
    subset: Subset
    others: str

    def digest(self, counts: str, asked: Asked) -> str:
        """Equal where a repetition, of either side, would give the same.

        counts  digest of the class's counts
        """
        sides: list[list[str]] = [[self.others], [self.subset.name]]
        for name, member in zip(self.pictures, self.members, strict=True):
            sides[int(member)].append(name)
        cut = [asked.score.value, asked.threshold, asked.step, asked.dead_ends]
        return digest_of([counts, sorted(map(sorted, sides)), *cut, self.subset.splits, self.subset.seed])


class Subsets:
    """Of one run. Raises DataError where its network cannot be loaded as it was counted."""

    def __init__(self, run: RunReader) -> None:
        self.run = run

    def choose(self, index: int, choice: Choice, splits: int, seed: int) -> Chosen | str:
        """The pictures of a class's subset, or a sentence that says why there is none. DataError without votes."""
        row: Record = self.run.table(index, "statistics").to_pylist()[0]
        pictures = self.run.table(index, "pictures").to_pylist()
        kept = [pictures[position] for position in self._with_votes(index, row["images"])]
        members = choice.members(kept, row["output"])
        if isinstance(members, str):
            return f"{row['name']} is left out: {members}"
        size = int(members.sum())
        rest = len(members) - size
        if size < FEWEST:
            return (
                f"{row['name']} is left out: the subset {choice.name} has {size:,} of its "
                f"{counted(len(members), 'counted picture')}, and a graph needs {FEWEST}"
            )
        differs = rest >= FEWEST
        subset = Subset(choice.name, size, choice.rest if differs else None, rest, splits if differs else 0, seed, None)
        return Chosen(index, row["name"], tuple(each["path"] for each in kept), members, subset, choice.rest)

    def graphs(self, chosen: Chosen, asked: Asked, digest: str) -> list[tuple[ClassGraph, Subset]]:
        """The subset's graph, and that of the other pictures where there are enough of them.

        digest  of what the graph is made from
        """
        log, subset = VoteLog.joined([read_log(self.run.table(chosen.index, "votes"))]), chosen.subset
        if log is None or (asked.score is Score.ATTRIBUTION and log.attributed is None):
            raise DataError(f"{chosen.name} has no votes of attribution; count it with --attribution and --keep-votes")
        sides = [chosen.members, ~chosen.members] if subset.rest else [chosen.members]
        smaller = min(subset.pictures, subset.rest_pictures)
        splits = random_splits(chosen.pictures, smaller, subset.splits, subset.seed)
        graphs, difference = graphs_of(self._counter, log, sides, splits, asked, chosen.index, digest)
        found = [replace(subset, difference=difference)]
        if subset.rest:
            other = Subset(
                subset.rest, subset.rest_pictures, subset.name, subset.pictures, subset.splits, subset.seed, None
            )
            found.append(replace(other, difference=difference))
        return list(zip(graphs, found, strict=True))

    def _with_votes(self, index: int, pictures: int) -> list[int]:
        """Positions in pictures.parquet of a class's pictures; DataError where votes of some were not kept."""
        folder = class_folder(self.run.path, index)
        positions = kept_pictures(self.run, index)
        if "winners" not in read_schema(folder / "votes.parquet").names:
            raise DataError(
                f"{folder} keeps the peaks of single pictures and not their votes; count it again with `summit ingest "
                "--keep-votes`, as another run"
            )
        if len(positions) != pictures:
            raise DataError(
                f"{folder} has votes of {len(positions):,} of its {counted(pictures, 'counted picture')}; count it "
                "again with `summit ingest --keep-votes`, as another run"
            )
        return positions

    @cached_property
    def _counter(self) -> ChannelCounter:
        """What votes are counted by: the run's network, read once more but shown no picture of the run."""
        settings = self.run.settings
        network = load_counted(self.run).network
        probe = torch.randn(1, 3, *[settings["preprocessing"]["crop"]] * 2, generator=torch.Generator().manual_seed(0))
        wiring = wire(network.module, probe, [layer.name for layer in self.run.layers])
        if json.loads(json.dumps(described_hops(wiring))) != settings["convolutions"]:
            raise DataError(
                f"{self.run.path} was counted over other convolutions between its layers than this version finds; "
                "count it again, as another run"
            )
        excluded = read_excluded(settings["excluded"], wiring)
        return ChannelCounter(wiring, Rules(**settings["rules"]), excluded, torch.device("cpu"))
