"""Edges of attribution graphs, and of which kind they are."""

from enum import Enum

import strawberry

from graphql_api.context import ContextInfo
from queries.records import edge_kind

field = strawberry.field
PICTURES = "Number of pictures of the class."
SHARE = "Share of the class's pictures, 0 to 1; null where their number is unknown."
PROBABILITY = (
    "Share of the resamples of the class's pictures whose graph has it, 0 to 1; null where it is not known, which the "
    "graph's `origin` gives the reason for."
)


@strawberry.enum(description="Which ways the network has from source to target.")
class EdgeKind(Enum):
    CONVOLUTION = strawberry.enum_value("CONVOLUTION", description="Every way passes a convolution.")
    SKIP = strawberry.enum_value("SKIP", description="None does: by addition, product or concatenation.")
    BOTH = strawberry.enum_value("BOTH", description="There are ways of either sort.")


@strawberry.type
class Edge:
    source: strawberry.ID
    target: strawberry.ID

    @field(description="Null where it is not known: in imported graphs, and in runs that did not keep it.")
    async def kind(self, info: ContextInfo) -> EdgeKind | None:
        row = await info.context.skips.load(self.target)
        kind = edge_kind(int(self.source.rpartition("/")[2]), row) if row else None
        return EdgeKind[kind.name] if kind else None


@strawberry.type(description="The source, in the lower layer, influences the target.")
class GraphEdge(Edge):
    weight: int = field(description=PICTURES)
    share: float | None = field(description=SHARE)
    probability: float | None = field(default=None, description=PROBABILITY)
