"""Which of a class's attribution graphs is meant, and how it was cut."""

from enum import Enum
from typing import Any

import strawberry

from queries import records

field = strawberry.field


@strawberry.enum(description="What PageRank restarts at, and so what an attribution graph is by.")
class Score(Enum):
    ACTIVATION = strawberry.enum_value("activation", description="Channels that the class's pictures activate most.")
    ATTRIBUTION = strawberry.enum_value(
        "attribution", description="Channels that raise the class's log-odds most; of runs counted with --attribution."
    )


@strawberry.type(description="A model's attribution graphs by one score.")
class ModelScore:
    score: Score
    graphs: int = field(description="Classes that have such a graph.")
    checked: int = field(description="Classes whose graph `summit check` has measured as it is now.")


@strawberry.type(description="How an attribution graph was cut from personalized PageRank; null where unknown.")
class GraphOrigin:
    threshold: float | None = field(description="Asked for: percent of a layer's PageRank, or of the network's.")
    unified: bool | None = field(description="Whether the threshold is one of the whole network.")
    step: float | None = field(description="Points it was raised by where a layer would have had no edge.")
    dead_ends: bool | None = field(description="Whether edges from channels that nothing below influences are in.")
    thresholds: list[float] | None = field(description="Final threshold of each layer, lowest first, in percent.")
    damping: float | None = field(description="PageRank's chance to walk on.")
    variant: str | None = field(description="What computed PageRank: procedure, portable or gds; memory for a subset.")
    replicates: int | None = field(
        description="Resamples of the class's pictures that probabilities are shares of; null where they are not known."
    )
    no_probability: str | None = field(description="Why probabilities are not known; null where they are.")


@strawberry.type(description="How alike the graphs of a subset and of the other pictures are, in a layer or in all.")
class Likeness:
    what: str = field(description="`channels` or `edges`.")
    layer: str | None = field(description="Of edges, the one that they lead to; null for all layers.")
    jaccard: float = field(description="Of the two graphs, 0 to 1; 1 where both have none.")
    mean: float | None = field(description="The same over random splits of the pictures.")
    low: float | None = field(description="5th percentile of it; below it, the graphs differ more than by chance.")
    high: float | None = field(description="95th percentile of it.")


@strawberry.type(description="Some of a class's pictures that have a graph of their own (`summit subset`).")
class Subset:
    name: str = field(description="wrong, right, predicted:OUTPUT, list:NAME; with `not ` before it the others.")
    score: Score = field(description="What its graph is by.")
    pictures: int
    rest: str | None = field(description="Subset of the class's other pictures; null where they are too few.")
    rest_pictures: int
    splits: int = field(description="Random splits of the pictures into sets of the same sizes; 0 where none was made.")
    seed: int = field(description="Of the splits.")
    difference: list[Likeness] = field(description="In all, then by layer, lowest first; empty without `rest`.")

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Subset":
        """From a row of rows_of_differences."""
        parts = [Likeness(**part) for part in row["difference"]]
        kept = {name: value for name, value in row.items() if name not in ("subset", "score", "difference")}
        return cls(name=row["subset"], score=Score(row["score"]), difference=parts, **kept)


def score_of(score: Score) -> records.Score:
    """As queries/ names it."""
    return records.Score[score.name]
