"""How well the network classifies a class: accuracy, certainty, and the classes it is confused with."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

BINS = 20  # of equal width over 0..1, the last one including 1; the same for every class, so that they compare
MOST_CONFUSED = 5


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the network predicted for one picture.

    output       the output with the highest score, the lower one of equal ones
    probability  of that output, 0..1
    of_truth     probability of the picture's own class, None where no output stands for it
    """

    output: int
    probability: float
    of_truth: float | None


@dataclass(frozen=True, slots=True)
class ClassAccuracy:
    """Over all counted pictures of one class.

    correct            pictures whose own class scored highest; None without an output
    top1_accuracy      their share (0..1)
    truth_histogram    pictures by the probability of their own class, BINS bins; empty without an output
    top_histogram      pictures by the highest probability, BINS bins
    confusion          up to MOST_CONFUSED (output, pictures) most often predicted, most first, then lower output
    """

    images: int
    correct: int | None
    truth_histogram: tuple[int, ...]
    top_histogram: tuple[int, ...]
    confusion: tuple[tuple[int, int], ...]

    @property
    def top1_accuracy(self) -> float | None:
        return None if self.correct is None or not self.images else self.correct / self.images


def predictions_of(scores: Tensor, output: int | None) -> list[Prediction]:
    """One per picture, from scores (batch, outputs) before softmax."""
    probabilities = scores.double().cpu().softmax(1)
    top, predicted = probabilities.max(1)
    truth: Sequence[float | None] = [None] * len(scores) if output is None else probabilities[:, output].tolist()
    return [Prediction(*each) for each in zip(predicted.tolist(), top.tolist(), truth, strict=True)]


def accuracy_of(predictions: Sequence[Prediction], output: int | None) -> ClassAccuracy:
    """Of one class; `output` is the network output that stands for it."""
    often = Counter(each.output for each in predictions)
    of_truth = [each.of_truth for each in predictions if each.of_truth is not None]
    return ClassAccuracy(
        images=len(predictions),
        correct=None if output is None else often[output],
        truth_histogram=() if output is None else _histogram(of_truth),
        top_histogram=_histogram([each.probability for each in predictions]),
        confusion=tuple(sorted(often.items(), key=lambda item: (-item[1], item[0]))[:MOST_CONFUSED]),
    )


def _histogram(shares: Sequence[float]) -> tuple[int, ...]:
    counts = [0] * BINS
    for share in shares:
        counts[min(int(share * BINS), BINS - 1)] += 1
    return tuple(counts)
