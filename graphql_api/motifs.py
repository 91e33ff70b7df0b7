"""A mined motif as the API tells it."""

import math
from statistics import mean

import strawberry

from graphql_api.types import Channel, GraphEdge, Motif
from queries.mining import Mined
from queries.motifs import Motif as MinedMotif


def to_motif(motif: MinedMotif, mined: Mined) -> Motif:
    """The motif with its contrast, if there is one."""
    contrast = mined.contrasts.get(motif)
    return Motif(
        channels=[Channel.of(id) for id in motif.channels],
        edges=[
            GraphEdge(
                source=strawberry.ID(source),
                target=strawberry.ID(target),
                weight=round(mean(mined.weights[source, target][index] for index in motif.classes)),
                share=None,
            )
            for source, target in motif.edges
        ],
        support=motif.support,
        share=motif.support / mined.classes,
        classes=list(motif.classes),
        nearly_classes=[index for index, _ in motif.nearly],
        log_p=motif.log_p,
        support_against=contrast.table.outside if contrast else None,
        odds_ratio=contrast.odds.ratio if contrast else None,
        odds_ratio_low=contrast.odds.low if contrast else None,
        odds_ratio_high=contrast.odds.high if contrast else None,
        p_value=math.exp(contrast.log_p) if contrast else None,
        q_value=contrast.q if contrast else None,
    )
