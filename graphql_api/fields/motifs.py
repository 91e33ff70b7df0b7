"""Motifs as the API tells them."""

from enum import Enum

import strawberry

from graphql_api.context import ContextInfo
from graphql_api.fields.graphs.edges import GraphEdge, with_kinds
from graphql_api.fields.paging import PageInfo
from graphql_api.fields.types import Channel
from queries.motifs.mining import MinedMotif

field = strawberry.field


@strawberry.enum(description="What kind of motif.")
class MotifShape(Enum):
    CLOSED = strawberry.enum_value(
        "CLOSED", description="Every connected set of edges that cannot grow and keep its classes."
    )
    MAXIMAL = strawberry.enum_value("MAXIMAL", description="Those of them that no other frequent one contains.")
    EDGE = "EDGE"
    CHAIN = strawberry.enum_value("CHAIN", description="`length` channels, each in a higher layer than the last.")
    FAN_IN = strawberry.enum_value("FAN_IN", description="Two channels that lead to one.")
    FAN_OUT = strawberry.enum_value("FAN_OUT", description="One channel that leads to two.")
    DIAMOND = strawberry.enum_value("DIAMOND", description="Two ways of two edges from a channel to another.")
    BI_FAN = strawberry.enum_value("BI_FAN", description="Two channels that both lead to the same two.")


@strawberry.input(description="Classes to contrast with: a group, or a list.")
class MotifGroup:
    group: str | None = field(default=None, description="WordNet id, or a name that only one group has.")
    classes: list[int] | None = field(default=None, description="Class indexes.")
    max_support: float = field(default=1.0, description="Only motifs that at most this share of them have, 0 to 1.")


@strawberry.type(description="A connected set of edges that several classes' attribution graphs have.")
class Motif:
    channels: list[Channel]
    links: strawberry.Private[list[GraphEdge]]
    support: int = field(description="Number of the classes that have it.")
    share: float = field(description="support / classes, 0 to 1.")
    classes: list[int] = field(description="Indexes of the classes that have it.")
    nearly_classes: list[int] = field(description="Those that lack exactly one of its edges.")
    weighted_support: float = field(
        description="Sum, over these classes, of the smallest weight of the edges: a whole number (pictures)."
    )
    log_p: float = field(
        description="Natural logarithm of the chance of this support if each edge kept its frequency and fell on "
        "classes at random: the smaller, the less by chance; 0 for a single edge."
    )
    support_against: int | None = field(description="Number of the contrasted classes that have it.")
    odds_ratio: float | None = field(description="Odds of having it, first group to second (0.5 added to each count).")
    odds_ratio_low: float | None = field(description="Lower end of the odds ratio's 95 % interval.")
    odds_ratio_high: float | None = field(description="Upper end of the odds ratio's 95 % interval.")
    p_value: float | None = field(
        description="Fisher's exact test, one-sided. Use it to rank only: classes are not independent samples."
    )
    q_value: float | None = field(description="p after Benjamini and Hochberg's correction.")

    @field(description="`weight` is the mean over the classes that have the motif.")
    async def edges(self, info: ContextInfo) -> list[GraphEdge]:
        return list(await with_kinds(self.links, info))


@strawberry.type(description="A page of motifs, least likely by chance first; contrasted ones most telling first.")
class MotifConnection:
    nodes: list[Motif]
    total_count: int
    page_info: PageInfo
    class_count: int = field(description="Number of classes looked at: those asked for that have a graph.")
    against_count: int | None = field(
        description="Number of classes contrasted with: those of `against` that have a graph and are not in the first "
        "group; null without `against`."
    )
    complete: bool = field(description="False where a limit of time or memory ended the search; `note` says which.")
    note: str | None
    cursor: str | None = field(
        description="Of a search that did not end: the same question with it goes on from there."
    )


def to_motif(found: MinedMotif, class_count: int) -> Motif:
    """The motif with its contrast, if there is one."""
    motif, contrast = found.motif, found.contrast
    odds = contrast.odds if contrast else None
    return Motif(
        channels=[Channel.of(id) for id in motif.channels],
        links=[
            GraphEdge(
                source=strawberry.ID(source),
                target=strawberry.ID(target),
                weight=round(weight),
                share=None,
            )
            for (source, target), weight in zip(motif.edges, found.weights, strict=True)
        ],
        support=motif.support,
        share=motif.support / class_count,
        classes=list(motif.classes),
        nearly_classes=[index for index, _ in motif.nearly],
        weighted_support=found.weighted,
        log_p=motif.log_p,
        support_against=contrast.table.outside if contrast else None,
        odds_ratio=odds.ratio if odds else None,
        odds_ratio_low=odds.low if odds else None,
        odds_ratio_high=odds.high if odds else None,
        p_value=contrast.p if contrast else None,
        q_value=contrast.q if contrast else None,
    )
