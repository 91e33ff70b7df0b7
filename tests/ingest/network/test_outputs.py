"""Which part of a network's answer has its class scores."""

from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor

from ingest.errors import NetworkRefused
from ingest.network.outputs import Scores, choose_scores, parts_of

LOGITS, FEATURES, MAPS = torch.tensor([[1.0, 2.0, 3.0]]), torch.zeros(1, 8), torch.zeros(1, 8, 4, 5)


class Answer(NamedTuple):
    logits: Tensor
    aux: Tensor | None


@pytest.mark.parametrize(
    "answer, part",
    [
        (LOGITS, ""),
        (LOGITS[:, :, None, None], ""),
        ((LOGITS,), "0"),
        ((MAPS, LOGITS), "1"),
        ({"logits": LOGITS, "hidden": [MAPS, MAPS]}, "logits"),
        ([None, {"scores": (MAPS, LOGITS)}], "1.scores.1"),
        (Answer(LOGITS, None), "logits"),
    ],
)
def test_the_part_with_one_number_per_class_is_found(answer: Any, part: str) -> None:
    found = choose_scores("Net", parts_of(answer))
    assert found == Scores(part, 3)
    assert torch.equal(found.of(answer), LOGITS)


def test_of_several_vectors_the_one_with_the_number_of_classes_or_the_chosen_one_is_taken() -> None:
    answer = {"features": FEATURES, "logits": LOGITS}
    assert choose_scores("Net", answer, expected=3).part == "logits"
    assert choose_scores("Net", answer, wanted="features") == Scores("features", 8)
    for expected in (0, 5):
        with pytest.raises(NetworkRefused, match=r"several .*features \(8 numbers\), logits \(3 .*--output"):
            choose_scores("Net", answer, expected=expected)
    with pytest.raises(NetworkRefused, match="several"):
        choose_scores("Net", {"main": LOGITS, "aux": LOGITS}, expected=3)


@pytest.mark.parametrize("shape", [(1,), (1, 1), (1, 1, 1, 1)])
def test_one_logit_is_a_sigmoid(shape: tuple[int, ...]) -> None:
    found = choose_scores("Net", {"": torch.zeros(shape)})
    assert found == Scores("", 2, single=True)
    batch = torch.tensor([-1.0, 0.0, 2.5]).reshape(3, *shape[1:])
    torch.testing.assert_close(found.of(batch).softmax(1)[:, 1], batch.flatten().sigmoid())


@pytest.mark.parametrize(
    "answer, says",
    [
        ({"out": MAPS}, r"returns out \(8 maps of 4 x 5\), and no number per class; only classifiers"),
        (torch.zeros(1, 8, 1, 5), "returns 8 maps of 1 x 5, and no number per class"),
        (torch.zeros(1, 49, 8), r"returns a tensor of shape \(1, 49, 8\)"),
        (torch.zeros(()), r"returns a tensor of shape \(\)"),
        (None, "returns nothing, and no number per class"),
    ],
)
def test_other_answers_are_refused_in_words(answer: Any, says: str) -> None:
    with pytest.raises(NetworkRefused, match=says):
        choose_scores("Net", parts_of(answer))


def test_an_output_that_does_not_exist_or_has_no_scores_is_refused_with_those_there_are() -> None:
    answer = {"out": MAPS, "logits": LOGITS}
    with pytest.raises(NetworkRefused, match=r"--output aux: Net returns no such part; it returns out \(8 maps"):
        choose_scores("Net", answer, wanted="aux")
    with pytest.raises(NetworkRefused, match=r"returns out \(8 maps of 4 x 5\), and no number per class"):
        choose_scores("Net", answer, wanted="out")
