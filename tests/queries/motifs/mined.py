"""Motifs of rows in memory, as the product mines them."""

from collections.abc import Iterable, Sequence

from queries.motifs.mining import DEFAULT_BUDGET, Mined, Question, mine_rows
from queries.motifs.motif import Motif
from queries.motifs.patterns import EdgeRow, threshold
from queries.motifs.search import Budget


def mined(
    rows: Sequence[EdgeRow],
    classes: Iterable[int],
    share: float,
    *,
    shape: str = "CLOSED",
    channel: str | None = None,
    against: Sequence[int] | None = None,
    rare: float = 1.0,
    budget: Budget = DEFAULT_BUDGET,
) -> Mined:
    among = list(classes)
    question = Question("model", among, shape, share, against, rare, channel=channel)
    return mine_rows(rows, question, threshold(share, len(set(among))), budget)


def motifs(
    rows: Sequence[EdgeRow], classes: Iterable[int], share: float, shape: str = "CLOSED", channel: str | None = None
) -> list[Motif]:
    return [each.motif for each in mined(rows, classes, share, shape=shape, channel=channel)]
