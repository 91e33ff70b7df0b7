"""How well a linear classifier tells classes apart by the peaks of some channels. Pure; needs no run."""

from dataclasses import dataclass

import numpy
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from queries.errors import DataError
from queries.values import counted

STRENGTH = 1.0  # C: cross entropy summed over pictures counts this much against half the squared weights
STEPS = 5_000  # of the solver at most; a few hundred are usual
TOLERANCE = 1e-8  # of the gradient, per picture: held-out pictures near a boundary are classified as at the minimum

Values = NDArray[numpy.float64]
Labels = NDArray[numpy.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Peaks of one layer, scaled so that each channel has mean 0 and variance 1 over the learning pictures.

    learning, held_out  (pictures, C) float64
    of_learning         (pictures,) int64: each picture's class
    of_held_out         the same
    """

    learning: Values
    of_learning: Labels
    held_out: Values
    of_held_out: Labels

    @classmethod
    def of(cls, learning: Values, of_learning: Labels, held_out: Values, of_held_out: Labels) -> "Split":
        """From peaks as they are; a channel that is the same in all learning pictures becomes 0 there."""
        mean, deviation = learning.mean(0), learning.std(0)
        scale = numpy.where(deviation > 0, deviation, 1)
        return cls((learning - mean) / scale, of_learning, (held_out - mean) / scale, of_held_out)


def accuracy_by(split: Split, channels: NDArray[numpy.int64]) -> float:
    """The share of held-out pictures (0..1) whose class logistic regression finds by some channels.

    channels  indexes, one at least
    Multinomial, with an L2 penalty; deterministic. Raises DataError where the solver does not converge.
    """
    model = LogisticRegression(C=STRENGTH, max_iter=STEPS, tol=TOLERANCE)
    model.fit(split.learning[:, channels], split.of_learning)
    if int(model.n_iter_.max()) >= STEPS:
        raise DataError(
            f"logistic regression over {counted(len(channels), 'channel')} and "
            f"{counted(len(split.learning), 'picture')} did not converge in {STEPS:,} steps; probe with other "
            "--pictures or fewer --classes"
        )
    return float((model.predict(split.held_out[:, channels]) == split.of_held_out).mean())


def chance(split: Split) -> float:
    """The accuracy of always answering the class that most learning pictures have."""
    most = numpy.bincount(split.of_learning).argmax()
    return float((split.of_held_out == most).mean())
