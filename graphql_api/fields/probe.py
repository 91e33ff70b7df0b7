"""How early the classes of a network can be told apart, as `summit probe` measured it."""

from collections.abc import Sequence

import strawberry

from queries.store import Row

field = strawberry.field
ACCURACY = "A share of the held-out pictures, 0 to 1."


@strawberry.type(description="How well a linear classifier distinguishes classes by the channels of one layer.")
class LayerProbe:
    layer: str
    size: int = field(description="Channels of the layer that are not excluded.")
    channels: int = field(description="Of them, those that are among the most activated ones of a class.")
    accuracy: float = field(description=f"By these channels. {ACCURACY}")
    random: float = field(description=f"By random sets of as many, the mean over the sets. {ACCURACY}")
    random_least: float = field(description=f"The worst of the sets. {ACCURACY}")
    random_most: float = field(description=f"The best of the sets. {ACCURACY}")
    every: float = field(description=f"By all channels that are not excluded. {ACCURACY}")


@strawberry.type(description="How early in a network its classes can be distinguished (`summit probe`).")
class Probe:
    classes: int = field(description="Number of classes that the classifiers distinguish.")
    learning: int = field(description="Pictures that the classifiers learned from; the run counted them.")
    held_out: int = field(description="Pictures that they were tested on; the run counted them, too.")
    chance: float = field(description=f"The accuracy of the answer that most pictures have. {ACCURACY}")
    top: int = field(description="Most activated channels of each class.")
    sets: int = field(description="Random sets per layer.")
    seed: int = field(description="Of pictures and sets.")
    layers: list[LayerProbe] = field(description="Lowest first.")

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Probe | None":
        """From rows of layer_probes; None without any."""
        if not rows:
            return None
        common = ("classes", "learning", "held_out", "chance", "top", "sets", "seed")
        layers = [LayerProbe(**{name: value for name, value in row.items() if name not in common}) for row in rows]
        return cls(**{name: rows[0][name] for name in common}, layers=layers)
