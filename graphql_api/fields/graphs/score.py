"""Which of a class's attribution graphs is meant, and how it was cut."""

from enum import Enum

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


def score_of(score: Score) -> records.Score:
    """As queries/ names it."""
    return records.Score[score.name]
