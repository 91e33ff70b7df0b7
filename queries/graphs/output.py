"""What leads from a network's last layer to a class's score: contributions of channels, and attribution counts (R)."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy

from queries.errors import StoreBusy
from queries.graphs.stored import READ_PAUSE, READ_TRIES
from queries.store import Row, Store

LINEAR = "linear"  # what `head` of a Model says where scores are weighted sums of the last layer's channels
EVERY = 1_000_000  # channels; no layer has more
NOT_COUNTED = (
    "not counted: the class was counted by an earlier version; count it again as another run with `summit ingest "
    "--attribution`, then `summit load` that"
)
DAMAGED_AFTER = 20  # reads amid no change that do not fit their digest: a load puts its changes in place faster
DAMAGED = "damaged; `summit db check` says what mends it"
SUMMED = ("weight", "mean", "contribution")  # in the order of a seal


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


def not_of(subset: str) -> Output:
    """What is known of the output over some of a class's pictures: nothing, and why."""
    return Output(
        None, None, f"counted over all of the class's pictures, not over those of the subset {subset!r:.80} alone", ()
    )


def seal_of_contributions(channels: Sequence[int], columns: Mapping[str, Sequence[float]], bias: float) -> str:
    """Digest of contributions to a class's score, whatever the order of their rows.

    columns  of SUMMED, aligned with channels, which are indexes in the last layer
    """
    order = numpy.argsort(numpy.array(channels, "<i8"), kind="stable")
    digest = hashlib.sha256(numpy.array(channels, "<i8")[order].tobytes())
    for name in SUMMED:
        digest.update(numpy.array(columns[name], "<f8")[order].tobytes())
    digest.update(numpy.array([bias], "<f8").tobytes())
    return digest.hexdigest()[:16]


def seal_of_rows(rows: Sequence[Row], bias: float) -> str | None:
    """The same of rows of class_contributions, or of those rows of class_output that have a contribution.

    None where their values are not even numbers.
    """
    columns = {name: [row[name] for row in rows] for name in SUMMED}
    try:
        return seal_of_contributions([row["index"] for row in rows], columns, bias)
    except (TypeError, ValueError):
        return None


async def read_output(store: Store, class_id: str) -> Output | None:
    """The output of a class with attribution counts; None where they were not counted, or it is no output.

    All of it is of one load, however often counts are loaded meanwhile: what is known of the class is the same before
    and after, and contributions have the digest that they were written with. Where they still do not once nothing has
    been written for a while, they are damaged, which the output says. Raises StoreBusy where writing does not end.
    """
    before: list[Row] | None = None
    flawed = 0
    for _ in range(READ_TRIES):
        known = await store.run("output_origin", **{"class": class_id})
        if not known or known[0]["attributions"] is None:
            return None
        rows = await store.run("class_output", **{"class": class_id}, limit=EVERY)
        if await store.run("output_origin", **{"class": class_id}) == known:
            if is_sealed(known[0], rows):
                return output_of(known[0], rows)
            flawed = flawed + 1 if known == before else 1
            before = known
        if flawed == DAMAGED_AFTER:
            return Output(None, None, DAMAGED, [{**row, **dict.fromkeys(SUMMED)} for row in rows])
        await asyncio.sleep(READ_PAUSE)
    raise StoreBusy(
        f"contributions to the score of {class_id} changed during {READ_TRIES} reads; ask again in a moment"
    )


def is_sealed(origin: Row, rows: Sequence[Row]) -> bool:
    """Whether rows of class_output have the contributions that a row of output_origin was written with."""
    found = [row for row in rows if row["contribution"] is not None]
    if origin["bias"] is None:
        return not found
    seal = seal_of_rows(found, origin["bias"])
    return seal is not None and origin["contribution_seal"] in (None, seal)


def output_of(origin: Row, rows: Sequence[Row]) -> Output:
    """Of a row of output_origin, and all rows of class_output."""
    bias, head = origin["bias"], origin["head"]
    if bias is not None:
        return Output(bias, bias + sum(row["contribution"] or 0.0 for row in rows), None, rows)
    return Output(None, None, NOT_COUNTED if head in (None, LINEAR) else head, rows)
