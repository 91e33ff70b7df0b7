"""What leads from a network's last layer to a class's score: contributions of channels, and attribution counts (R)."""

from collections.abc import Sequence
from dataclasses import dataclass

from queries.store import Row, Store

LINEAR = "linear"  # what `head` of a Model says where scores are weighted sums of the last layer's channels
EVERY = 1_000_000  # channels; no layer has more
NOT_COUNTED = (
    "not counted: the class was counted by an earlier version; count it again as another run with `summit ingest "
    "--attribution`, then `summit load` that"
)


@dataclass(frozen=True, slots=True)
class Output:
    """A class's output.

    bias    its score before softmax when no channel of the last layer is activated; None without contributions
    score   the bias and all contributions: its mean score over pictures; None without contributions
    reason  why there are no contributions; None where there are some
    rows    of class_output, all of them
    """

    bias: float | None
    score: float | None
    reason: str | None
    rows: Sequence[Row]


async def read_output(store: Store, class_id: str) -> Output | None:
    """The output of a class with attribution counts; None where they were not counted, or it is no output."""
    found = await store.run("output_origin", **{"class": class_id})
    if not found or found[0]["attributions"] is None:
        return None
    rows = await store.run("class_output", **{"class": class_id}, limit=EVERY)
    bias, head = found[0]["bias"], found[0]["head"]
    if bias is not None:
        return Output(bias, bias + sum(row["contribution"] or 0.0 for row in rows), None, rows)
    return Output(None, None, NOT_COUNTED if head in (None, LINEAR) else head, rows)
