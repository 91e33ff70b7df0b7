"""How far a channel is from meaning something (paper, section 8.4): pure functions over counts and peaks."""

from dataclasses import dataclass, field

import numpy
from numpy.typing import NDArray

Counts = NDArray[numpy.int64]
Values = NDArray[numpy.float64]


@dataclass(eq=False)
class Variances:
    """Peaks of all channels, class by class: what the variance between classes needs.

    Sums are taken about each class's own mean, so that nothing is lost where peaks are large and vary little.
    """

    pictures: list[int] = field(default_factory=list)
    means: list[Values] = field(default_factory=list)
    within: Values | float = 0.0

    def add(self, peaks: NDArray[numpy.float32]) -> None:
        """Another class: (pictures, channels), one picture at least."""
        mean = peaks.mean(0, dtype=float)
        self.pictures.append(len(peaks))
        self.means.append(mean)
        self.within = self.within + ((peaks - mean) ** 2).sum(0)

    def selectivity(self) -> Values:
        """(channels,) eta squared: the share of the variance of peaks that is between classes (0..1).

        0 where classes have equal means, 1 where pictures of a class have equal peaks; NaN where all peaks are equal.
        """
        weights, means = numpy.array(self.pictures, float)[:, None], numpy.stack(self.means)
        between = (weights * (means - (weights * means).sum(0) / weights.sum()) ** 2).sum(0)
        total = between + self.within
        with numpy.errstate(invalid="ignore"):
            return numpy.where(total > 0, between / total, numpy.nan)


def position_divergence(cells: Counts) -> Values:
    """(C,) by how much the place of each channel's peak differs from what is usual in its layer, in nats; from 0 on.

    cells  (C, cells): pictures whose peak lies in each cell
    The Kullback-Leibler divergence of a channel's shares from the mean of all channels' shares; NaN for a channel that
    no picture excites.
    """
    pictures = cells.sum(1, keepdims=True)
    alive = pictures[:, 0] > 0
    shares = cells[alive] / pictures[alive]
    usual = shares.mean(0) if alive.any() else numpy.zeros(cells.shape[1])
    with numpy.errstate(divide="ignore", invalid="ignore"):
        terms = numpy.where(shares > 0, shares * numpy.log(shares / usual), 0.0)
    found = numpy.full(len(cells), numpy.nan)
    found[alive] = numpy.maximum(terms.sum(1), 0)
    return found
