"""What was measured of single channels of a class, in the database: what it loses without each, what leads to each."""

from collections.abc import Sequence

from queries.records import Record, channel_id, class_id
from queries.store import Row, Step


def effect_steps(model: str, index: int, rows: Sequence[Record]) -> list[Step]:
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


def edge_attribution_steps(model: str, index: int, rows: Sequence[Record]) -> list[Step]:
    """The writes that put what was counted of edges by attribution in place of what a class has.

    rows  each with layer, channel (the target), sources, counts, pictures and seed; units as in class_edge_attributions
    """
    name = class_id(model, index)
    kept = [
        {
            "channel": channel_id(model, row["layer"], row["channel"]),
            "sources": list(row["sources"]),
            "counts": list(row["counts"]),
            "pictures": row["pictures"],
            "seed": row["seed"],
        }
        for row in rows
    ]
    return [
        ("remove_edge_attributions", {"classes": [name]}),
        ("add_edge_attributions", {"class": name, "rows": kept}),
    ]


class EdgeAttributions:
    """What was counted of a class's edges by attribution, from rows of class_edge_attributions."""

    def __init__(self, rows: Sequence[Row]) -> None:
        whole = [row for row in rows if is_whole(row)]  # what was damaged is not known
        self._counts = {row["target"]: dict(zip(row["sources"], row["counts"], strict=True)) for row in whole}
        self._pictures = {row["target"]: row["pictures"] for row in whole}

    def of_edge(self, source: str, target: str) -> tuple[int, int] | None:
        """In how many pictures the source is among the target's five, and of how many; None for an uncounted target."""
        if target not in self._counts:
            return None
        return self._counts[target].get(int(source.rpartition("/")[2]), 0), self._pictures[target]


def is_whole(row: Row) -> bool:
    """Whether a row of class_edge_attributions has a count for each source, and the number of pictures."""
    sources, counts = row["sources"], row["counts"]
    return (
        isinstance(sources, list)
        and isinstance(counts, list)
        and len(sources) == len(counts)
        and all(isinstance(each, int) for each in (*sources, *counts, row["pictures"]))
    )
