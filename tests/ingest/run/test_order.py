"""A class list in another order than the network's outputs is noticed, and nothing else is taken for one."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from ingest.count.pipeline import News, Note, count_pictures
from ingest.count.settings import Settings
from ingest.network.preprocess import Preprocessing
from ingest.run.describe import describe_run
from ingest.run.order import other_order
from summit.runs import described

SIDE = 8
COLOURS = ("red", "green", "blue")


class Colours(nn.Module):
    """The score of each output is how bright its colour is: red, green, blue."""

    def __init__(self) -> None:
        super().__init__()
        self.lower, self.upper = nn.Conv2d(3, 3, 1, bias=False), nn.Conv2d(3, 3, 1, bias=False)
        self.head = nn.Linear(3, 3, bias=False)
        for part in (self.lower, self.upper, self.head):
            nn.init.dirac_(part.weight) if part.weight.dim() == 4 else nn.init.eye_(part.weight)
        self.preprocessing = Preprocessing(SIDE, SIDE, "bilinear", (0, 0, 0), (1, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.head(functional.relu(self.upper(functional.relu(self.lower(x)))).mean((2, 3)))
        return scores


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    generator = torch.Generator().manual_seed(0)
    for channel, colour in enumerate(COLOURS):
        (tmp_path / "images" / colour).mkdir(parents=True)
        for at in range(4):
            pixels = torch.randint(0, 100, (SIDE, SIDE, 3), dtype=torch.uint8, generator=generator)
            pixels[..., channel] += 120
            Image.fromarray(pixels.numpy()).save(tmp_path / "images" / colour / f"{at}.png")
    network = f"{__name__}:Colours"
    return Settings(network, tmp_path / "images", tmp_path / "run", layers=("lower", "upper"), device="cpu")


def listed(settings: Settings, *names: str) -> Settings:
    file = settings.run.parent / f"{names[0]}.tsv"
    file.write_text("index\twnid\tname\n" + "".join(f"{at}\t\t{name}\n" for at, name in enumerate(names)))
    return replace(settings, class_list=file, run=settings.run.with_name(names[0]))


def told(settings: Settings) -> list[str]:
    heard: list[News] = []
    count_pictures(settings, heard.append)
    return [str(note) for note in heard if isinstance(note, Note) and "order" in str(note)]


def test_a_class_list_in_another_order_than_the_outputs_is_noticed(settings: Settings) -> None:
    swapped = listed(settings, "green", "blue", "red")
    (warning,) = told(swapped)
    assert warning.startswith("top-1 accuracy is 0.000, but would be about 1.00 with other outputs: ")
    assert "green for output 1 (blue), blue for output 2 (red), red for output 0 (green)" in warning
    assert "give the right one with --class-list or --mapping (`--mapping sorted` where" in warning
    run = describe_run(swapped.run)
    assert run.warning == warning and warning in described(run, None)


def test_the_right_order_gives_no_warning(settings: Settings) -> None:
    right = listed(settings, *COLOURS)
    assert told(right) == [] and describe_run(right.run).warning is None


def row(index: int, **outputs: int) -> dict[str, Any]:
    """A class of which so many pictures are taken for each output."""
    votes = {int(name[1:]): pictures for name, pictures in outputs.items()}
    return {
        "index": index,
        "output": index,
        "name": f"class {index}",
        "images": sum(votes.values()),
        "correct": votes.get(index, 0),
        "confused_outputs": list(votes),
        "confused_images": list(votes.values()),
    }


@pytest.mark.parametrize(
    "rows",
    [
        [row(0, o0=10), row(1, o0=10), row(2, o0=10)],  # everything is one output: it is not trained
        [row(0, o2=11), row(1, o2=8, o0=1)],  # the same, of an output without a class
        [row(0, o1=1), row(1, o2=1), row(2, o0=1)],  # single pictures, which agree with themselves
        [row(0, o0=6, o1=4), row(1, o1=7, o0=3), row(2, o2=9, o1=1)],  # a good network
        [row(0, o0=2, o4=2, o5=2), row(1, o3=2, o6=2, o1=2)],  # a bad one
        [],
    ],
)
def test_other_reasons_for_a_low_accuracy_are_not_taken_for_an_order(rows: list[dict[str, Any]]) -> None:
    assert other_order(rows, [None] * 10) is None


def test_a_class_without_an_output_and_one_picture_of_another_say_nothing() -> None:
    found = [row(0, o1=9, o2=1), row(1, o0=10), {**row(2, o5=3), "output": None, "correct": None}, row(3, o7=1)]
    warning = other_order(found, [None] * 10)
    assert warning is not None and "(class 1 for output 0, class 0 for output 1)" in warning


def test_a_run_of_an_earlier_version_says_nothing_of_its_outputs() -> None:
    warning = other_order([row(0, o1=10), row(1, o0=10)], ())
    assert warning is not None and "(class 0 for output 1, class 1 for output 0)" in warning
