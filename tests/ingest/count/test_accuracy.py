import pytest
import torch

from ingest.count.accuracy import BINS, Prediction, accuracy_of, predictions_of


def test_scores_become_probabilities_and_a_prediction() -> None:
    (answer,) = predictions_of(torch.tensor([[0.0, 0.0, torch.log(torch.tensor(2.0))]]), 1)
    assert answer.output == 2
    assert answer.probability == pytest.approx(0.5) and answer.of_truth == pytest.approx(0.25)
    assert predictions_of(torch.tensor([[1.0, 1.0]]), None) == [Prediction(0, 0.5, None)]


def test_a_class_is_summed_up_in_fixed_bins_and_most_frequent_answers() -> None:
    predicted = [
        Prediction(3, 1.0, 1.0),
        Prediction(3, 0.72, 0.72),
        Prediction(7, 0.5, 0.049),
        Prediction(5, 0.05, 0.0),
    ]
    about = accuracy_of(predicted, 3)
    assert (about.images, about.correct, about.top1_accuracy) == (4, 2, 0.5)
    assert [at for at, count in enumerate(about.truth_histogram) for _ in range(count)] == [0, 0, 14, 19]
    assert [at for at, count in enumerate(about.top_histogram) for _ in range(count)] == [1, 10, 14, 19]
    assert about.confusion == ((3, 2), (5, 1), (7, 1))
    assert len(about.truth_histogram) == len(about.top_histogram) == BINS


def test_without_an_output_there_is_no_accuracy_and_without_pictures_no_share() -> None:
    about = accuracy_of([Prediction(3, 0.5, None)], None)
    assert (about.correct, about.top1_accuracy, about.truth_histogram) == (None, None, ())
    assert accuracy_of([], 3).top1_accuracy is None
