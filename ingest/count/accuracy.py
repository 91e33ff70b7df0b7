"""How well the network knows a class: accuracy, certainty, and what it takes the class for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

BINS = 20  # of equal width over 0..1, the last one with 1 in it; the same for every class, so that they compare
CONFUSED = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What the network said to one picture.

    predicted    the output with the highest score, the lower one of equal ones
    probability  of that output, 0..1
    of_truth     probability of the picture's own class, None where no output stands for it
    """

    predicted: int
    probability: float
    of_truth: float | None


@dataclass(frozen=True, slots=True)
class ClassStatistics:
    """Over all counted pictures of one class.

    correct            pictures whose own class scored highest; None without an output
    top1_accuracy      their share (0..1)
    truth_histogram    pictures by the probability of their own class, BINS bins; empty without an output
    top_histogram      pictures by the highest probability, BINS bins
    confusion          up to five (output, pictures) most often predicted, most first, then lower output
    """

    images: int
    correct: int | None
    truth_histogram: tuple[int, ...]
    top_histogram: tuple[int, ...]
    confusion: tuple[tuple[int, int], ...]

    @property
    def top1_accuracy(self) -> float | None:
        return None if self.correct is None or not self.images else self.correct / self.images


def answers(scores: Tensor, output: int | None) -> list[Answer]:
    """One a row of scores (batch, outputs), before softmax."""
    probabilities = scores.double().cpu().softmax(1)
    top, predicted = probabilities.max(1)
    truth: Sequence[float | None] = [None] * len(scores) if output is None else probabilities[:, output].tolist()
    return [Answer(*each) for each in zip(predicted.tolist(), top.tolist(), truth, strict=True)]


def summarise(said: Sequence[Answer], output: int | None) -> ClassStatistics:
    often = sorted(Counter(answer.predicted for answer in said).items(), key=lambda item: (-item[1], item[0]))
    return ClassStatistics(
        images=len(said),
        correct=None if output is None else sum(answer.predicted == output for answer in said),
        truth_histogram=_histogram([a.of_truth for a in said if a.of_truth is not None]) if output is not None else (),
        top_histogram=_histogram([a.probability for a in said]),
        confusion=tuple(often[:CONFUSED]),
    )


def _histogram(shares: Sequence[float]) -> tuple[int, ...]:
    counts = [0] * BINS
    for share in shares:
        counts[min(int(share * BINS), BINS - 1)] += 1
    return tuple(counts)
