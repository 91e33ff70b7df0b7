"""The linear classifier is logistic regression, as written out with autograd."""

import numpy
import pytest
import torch
from numpy.typing import NDArray

from ingest.probe.classifier import Labels, Split, Values, accuracy_by, chance


def literal_predictions(learning: Values, labels: Labels, others: Values) -> NDArray[numpy.int64]:
    """Cross entropy summed over pictures plus half the squared weights, minimised; biases are free."""
    x, y = torch.from_numpy(learning), torch.from_numpy(labels)
    classes = int(y.max()) + 1
    weights = torch.zeros(x.shape[1], classes, dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(classes, dtype=torch.float64, requires_grad=True)
    solver = torch.optim.LBFGS(
        [weights, bias], max_iter=2000, tolerance_grad=1e-9, tolerance_change=1e-15, line_search_fn="strong_wolfe"
    )

    def loss() -> float:
        solver.zero_grad()
        odds = (x @ weights + bias).log_softmax(1)
        found = -odds[torch.arange(len(y)), y].sum() + (weights**2).sum() / 2
        found.backward()  # type: ignore[no-untyped-call]
        return float(found.detach())

    solver.step(loss)  # type: ignore[no-untyped-call]
    scores = (torch.from_numpy(others) @ weights + bias).detach()
    return scores.argmax(1).numpy()


def made_up(seed: int, spread: float) -> tuple[Values, Labels, Values, Labels]:
    """Three classes that overlap, over five channels; the last one never changes."""
    random = numpy.random.default_rng(seed)
    of_learning, of_held_out = numpy.repeat(numpy.arange(3), (20, 25, 30)), numpy.repeat(numpy.arange(3), 40)
    centres = random.normal(size=(3, 5)) * spread
    learning, held_out = (centres[of] + random.normal(size=(len(of), 5)) for of in (of_learning, of_held_out))
    learning[:, 4] = held_out[:, 4] = 7
    return learning, of_learning, held_out, of_held_out


@pytest.mark.parametrize("seed", range(6))
def test_the_accuracy_is_that_of_logistic_regression_on_scaled_channels(seed: int) -> None:
    learning, of_learning, held_out, of_held_out = made_up(seed, spread=0.8)
    split = Split.of(learning, of_learning, held_out, of_held_out)
    for channels in ([0, 1, 2, 3, 4], [1, 3], [2]):
        mean, deviation = learning[:, channels].mean(0), learning[:, channels].std(0)
        deviation[deviation == 0] = 1
        expected = literal_predictions(
            (learning[:, channels] - mean) / deviation, of_learning, (held_out[:, channels] - mean) / deviation
        )
        found = accuracy_by(split, numpy.array(channels))
        assert 0.3 < found < 1
        assert found == (expected == of_held_out).mean()


def test_what_cannot_be_told_apart_is_found_by_chance() -> None:
    learning, of_learning, held_out, of_held_out = made_up(0, spread=0.8)
    split = Split.of(learning, of_learning, held_out, of_held_out)
    assert chance(split) == 1 / 3  # class 2 has most learning pictures
    assert accuracy_by(split, numpy.array([4])) == 1 / 3


def test_channels_are_scaled_by_the_learning_pictures_alone() -> None:
    learning, of_learning, held_out, of_held_out = made_up(1, spread=0.8)
    split = Split.of(learning, of_learning, held_out, of_held_out)
    numpy.testing.assert_allclose(split.learning[:, :4].mean(0), 0, atol=1e-12)
    numpy.testing.assert_allclose(split.learning[:, :4].std(0), 1)
    assert numpy.abs(split.held_out[:, :4].mean(0)).max() > 0.01
    assert not split.learning[:, 4].any() and not split.held_out[:, 4].any()
