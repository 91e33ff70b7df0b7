"""What a class loses without single channels, in the database."""

from collections.abc import Mapping, Sequence
from typing import Any

from queries.records import channel_id, class_id
from queries.store import Step


def effect_steps(model: str, index: int, rows: Sequence[Mapping[str, Any]]) -> list[Step]:
    """The writes that put effects of channels on a class in place of those that it has.

    rows  each with layer, channel, drop, low, high, pictures and seed; units as in class_effects
    """
    name = class_id(model, index)
    measured = ("drop", "low", "high", "pictures", "seed")
    kept = [
        {"channel": channel_id(model, row["layer"], row["channel"]), **{each: row[each] for each in measured}}
        for row in rows
    ]
    return [("remove_channel_effects", {"class": name}), ("add_channel_effects", {"class": name, "rows": kept})]
