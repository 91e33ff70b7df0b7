"""Edges of attribution graphs, and of which kind they are."""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import TypeVar

import strawberry
from graphql import FieldNode, FragmentSpreadNode, SelectionNode

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
    kind: EdgeKind | None = field(
        default=None, description="Null where it is not known: in imported graphs, and in runs that did not keep it."
    )


@strawberry.type(description="The source, in the lower layer, influences the target.")
class GraphEdge(Edge):
    weight: int = field(description=PICTURES)
    share: float | None = field(description=SHARE)
    probability: float | None = field(default=None, description=PROBABILITY)
    attributed: int | None = field(
        default=None,
        description="Pictures, of `attributedOf`, in which the source is among the five that contribute most to the "
        "target's attribution to the class; null in motifs, which are of several classes, in graphs of a subset, and "
        "where `summit check --edges` has not counted it.",
    )
    attributed_of: int | None = field(
        default=None, description="Pictures that `summit check --edges` looked at; null where `attributed` is."
    )


Some = TypeVar("Some", bound=Edge)


async def with_kinds(edges: Sequence[Some], info: ContextInfo) -> Sequence[Some]:
    """The same edges, with their kinds where the request asks for them.

    Kinds of a whole list are looked up at once, because awaiting each edge costs more than everything else about it.
    """
    if not asks_for("kind", info):
        return edges
    targets = sorted({edge.target for edge in edges})
    rows = dict(zip(targets, await info.context.skips.load_many(targets), strict=True))
    for edge in edges:
        row = rows[edge.target]
        kind = edge_kind(int(edge.source.rpartition("/")[2]), row) if row else None
        edge.kind = EdgeKind[kind.name] if kind else None
    return edges


async def with_attributions(edges: Sequence[GraphEdge], image_class: str, info: ContextInfo) -> Sequence[GraphEdge]:
    """The same edges of a class's graph, with what was counted of them by attribution where the request asks for it."""
    if not (asks_for("attributed", info) or asks_for("attributedOf", info)):
        return edges
    info.context.count_query()
    found = await info.context.edge_attributions.load(image_class)
    for edge in edges:
        edge.attributed, edge.attributed_of = found.of_edge(edge.source, edge.target) or (None, None)
    return edges


def asks_for(name: str, info: ContextInfo) -> bool:
    """Whether the request asks for a field of that name of what is resolved now, in fragments, too."""
    raw = info._raw_info

    def within(selections: Iterable[SelectionNode]) -> bool:
        return any(is_it(each) for each in selections)

    def is_it(selection: SelectionNode) -> bool:
        if isinstance(selection, FieldNode):
            return selection.name.value == name
        if isinstance(selection, FragmentSpreadNode):
            return within(raw.fragments[selection.name.value].selection_set.selections)
        return within(selection.selection_set.selections)  # type: ignore[attr-defined]

    return any(node.selection_set is not None and within(node.selection_set.selections) for node in raw.field_nodes)
