"""What was measured about the meaning of a model's channels, in the database."""

from collections.abc import Sequence

from queries.records import Record, channel_id
from queries.store import Step

TOGETHER = 2_000  # channels in one statement


def channel_score_steps(model: str, scores: Sequence[Record]) -> list[Step]:
    """The writes that put scores in place of those that the model's channels have.

    scores  each with layer, index, frequency, position and selectivity; units as in channels_without_meaning
    """
    measured = ("frequency", "position", "selectivity")
    rows = [
        {"id": channel_id(model, each["layer"], each["index"]), **{name: each[name] for name in measured}}
        for each in scores
    ]
    steps: list[Step] = [
        ("store_channel_scores", {"rows": rows[start : start + TOGETHER]}) for start in range(0, len(rows), TOGETHER)
    ]
    return [("remove_channel_scores", {"model": model}), *steps]
