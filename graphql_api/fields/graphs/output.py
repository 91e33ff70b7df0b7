"""The class output: what leads from the last layer to a class's score."""

from collections.abc import Collection

import strawberry

from graphql_api.fields.graphs.edges import PICTURES, SHARE
from queries.graphs.output import Output

field = strawberry.field


@strawberry.type(description="From a channel of the last layer to the class.")
class OutputEdge:
    source: strawberry.ID = field(description="Id of the channel.")
    attributed: int = field(
        description=f"{PICTURES[:-1]} in which the channel is among those that raise the class's log-odds most (R)."
    )
    share: float | None = field(description=SHARE)
    contribution: float | None = field(
        description="Weight times mean: what the channel adds to the class's mean score before softmax, below 0 where "
        "it speaks against the class. Null where the output's `reason` says why."
    )
    weight: float | None = field(description="Of the network, from the channel's mean over positions to the score.")
    mean: float | None = field(description="Of the channel's activation, over the class's pictures and positions.")


@strawberry.type(description="The class above the last layer: its score, and what leads there from channels.")
class ClassOutput:
    score: float | None = field(
        description="Mean score before softmax over the class's pictures: the bias and the contributions of all "
        "channels of the last layer, those outside the graph, too."
    )
    bias: float | None = field(description="The score when no channel of the last layer is activated.")
    reason: str | None = field(description="Why contributions are not known; null where they are.")
    edges: list[OutputEdge] = field(description="From channels of the graph; largest contribution first.")

    @classmethod
    def of(cls, found: Output, channels: Collection[str], images: int | None) -> "ClassOutput":
        """As far as it starts at these channels."""
        edges = [
            OutputEdge(
                source=strawberry.ID(row["channel"]),
                share=row["attributed"] / images if images else None,
                **{name: row[name] for name in ("attributed", "contribution", "weight", "mean")},
            )
            for row in found.rows
            if row["channel"] in channels
        ]
        return cls(score=found.score, bias=found.bias, reason=found.reason, edges=edges)
