"""What a class loses when its graph's channels are switched off, as `summit check` measured it."""

from collections.abc import Sequence
from statistics import mean

import strawberry

from queries.store import Row

field = strawberry.field
LOG_ODDS = "In log-odds (nats), a mean over pictures."


@strawberry.type(description="Of one layer of a class's attribution graph.")
class LayerFaithfulness:
    layer: str
    channels: int = field(description="Of the graph in the layer.")
    drop: float = field(description=f"By how much the log-odds fall when they are switched off. {LOG_ODDS}")
    null_mean: float = field(description=f"The same for random sets of as many channels, mean over draws. {LOG_ODDS}")
    null_99: float = field(name="null99", description=f"Their 99th percentile. {LOG_ODDS}")
    beaten: float = field(description="Share of the random sets whose drop is smaller than the graph's, 0 to 1.")
    matched: float = field(
        description=f"The drop of as many channels outside the graph that are activated about as often. {LOG_ODDS}"
    )
    recovered: float | None = field(
        description="With the graph's channels alone left, the part of what the layer gives; it can be below 0 or "
        "above 1. Null where the layer gives nothing."
    )


@strawberry.type(description="What a class loses when one channel alone is switched off (`summit check --channels`).")
class ChannelEffect:
    channel: strawberry.ID = field(description="Id of the channel.")
    layer: str
    drop: float = field(description=f"By how much the log-odds fall; below 0 where they rise. {LOG_ODDS}")
    low: float | None = field(
        description="Lower end of a 95 % interval of the drop over pictures; null with one picture."
    )
    high: float | None = field(description="Upper end of it.")
    pictures: int = field(
        description="Correctly classified pictures that it was measured on; the run counted them, too."
    )
    seed: int = field(description="Of the pictures.")


@strawberry.type(description="How much a class's graph matters to the class, one layer at a time (`summit check`).")
class Faithfulness:
    pictures: int = field(
        description="Correctly classified pictures that it was measured on; the run counted them, too."
    )
    draws: int = field(description="Random sets of equal size per layer.")
    seed: int = field(description="Of pictures and random sets.")
    drop: float = field(description="Mean over the layers.")
    null_mean: float = field(description="Mean over the layers.")
    beaten: float = field(description="Mean over the layers of each one's share.")
    layers: list[LayerFaithfulness] = field(description="Lowest first.")

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Faithfulness | None":
        """From rows of class_faithfulness; None without any."""
        if not rows:
            return None
        drawn = ("pictures", "draws", "seed")
        layers = [
            LayerFaithfulness(**{name: value for name, value in row.items() if name not in drawn}) for row in rows
        ]
        return cls(
            **{name: rows[0][name] for name in drawn},
            **{name: mean(row[name] for row in rows) for name in ("drop", "null_mean", "beaten")},
            layers=layers,
        )
