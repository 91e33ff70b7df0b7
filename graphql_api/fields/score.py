"""Which of a class's attribution graphs is meant."""

from enum import Enum

import strawberry

from queries import records


@strawberry.enum(description="What PageRank restarts at, and so what an attribution graph is by.")
class Score(Enum):
    ACTIVATION = strawberry.enum_value("activation", description="Channels that the class's pictures activate most.")
    ATTRIBUTION = strawberry.enum_value(
        "attribution", description="Channels that raise the class's log-odds most; of runs counted with --attribution."
    )


@strawberry.type(description="A model's attribution graphs by one score.")
class ModelScore:
    score: Score
    graphs: int = strawberry.field(description="Classes that have such a graph.")
    checked: int = strawberry.field(description="Classes whose graph `summit check` has measured as it is now.")


def score_of(score: Score) -> records.Score:
    """As queries/ names it."""
    return records.Score[score.name]
