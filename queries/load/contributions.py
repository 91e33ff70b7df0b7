"""What the channels of a network's last layer contribute to a class's score, as a run counted it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from queries.errors import DataError
from queries.graphs.output import SUMMED, seal_of_contributions
from queries.records import LayerSize, channel_id
from queries.store import Row, Step
from queries.values import counted


@dataclass(frozen=True, slots=True)
class Contributions:
    """Columns over channels of the last layer, by index; contributions and the bias add up to the class's score.

    weights        of the network, from a channel's mean over positions to the score before softmax
    means          of a channel's activation, over the class's pictures and positions
    contributions  weight * mean
    bias           what the score is when all means are 0
    """

    channels: Sequence[int]
    weights: Sequence[float]
    means: Sequence[float]
    contributions: Sequence[float]
    bias: float

    @property
    def seal(self) -> str:
        """Equal for equal contributions, whatever the order of their rows."""
        columns = dict(zip(SUMMED, (self.weights, self.means, self.contributions), strict=True))
        return seal_of_contributions(self.channels, columns, self.bias)

    def rows(self, name: str, model: str, layer: str) -> list[Row]:
        """As add_contributions takes them; `name` is the class's id."""
        columns = (self.channels, self.weights, self.means, self.contributions)
        return [
            {"class": name, "channel": channel_id(model, layer, channel)}
            | {"weight": weight, "mean": mean, "contribution": contribution}
            for channel, weight, mean, contribution in zip(*columns, strict=True)
        ]

    def check(self, index: int, layer: LayerSize) -> None:
        """Raise DataError unless every channel of the last layer is there once, with numbers that belong together."""
        if sorted(self.channels) != list(range(layer.channels)):
            raise DataError(
                f"class {index} has contributions of {counted(len(self.channels), 'channel')}; expected each of the "
                f"{layer.channels} of {layer.name} once"
            )
        numbers = (*self.weights, *self.means, *self.contributions, self.bias)
        if not all(isinstance(number, float) and isfinite(number) for number in numbers):
            raise DataError(f"class {index} has a contribution that is not a finite number")
        for weight, mean, contribution in zip(self.weights, self.means, self.contributions, strict=True):
            if weight * mean != contribution:
                raise DataError(f"class {index} has a contribution that is not its weight times its mean")


def contribution_steps(name: str, model: str, layer: str, output: Contributions | None) -> list[Step]:
    """The writes that put contributions to a class's score in place of those it has; without any they only remove.

    name   id of the class
    layer  the last one
    """
    remove: Step = ("remove_contributions", {"classes": [name]})
    return [remove, ("add_contributions", {"rows": output.rows(name, model, layer)})] if output else [remove]
