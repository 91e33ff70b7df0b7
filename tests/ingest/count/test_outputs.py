"""Networks that answer with more than one tensor, with one logit, or with maps, counted as a user counts them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from torch import Tensor, nn

from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings
from ingest.errors import NetworkRefused
from ingest.images.files import read_picture
from ingest.network.load import load_network
from ingest.run.files import read_class_row, read_manifest, read_table
from tests.ingest.count.test_pipeline import images, settings, small

__all__ = ["images", "settings"]  # fixtures

PLACE = "tests.ingest.count.test_outputs"


class Several(nn.Module):
    """The small network's scores between maps and means of its input."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = small()
        self.preprocessing, self.class_names = self.inner.preprocessing, self.inner.class_names

    def forward(self, x: Tensor) -> dict[str, Any]:
        return {"maps": [None, x], "features": x.mean((2, 3)).repeat(1, 2), "logits": self.inner(x)}


class OneLogit(nn.Module):
    """The difference of two of the small network's scores."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = small()
        self.preprocessing = self.inner.preprocessing

    def forward(self, x: Tensor) -> Tensor:
        scores = self.inner(x)
        return 20 * (scores[:, 0] - scores[:, 1])  # type: ignore[no-any-return]


class Probable(nn.Module):
    """Another network's scores as probabilities."""

    def __init__(self, inner: nn.Module, end: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.inner, self.end, self.preprocessing = inner, end, inner.preprocessing
        self.class_names = getattr(inner, "class_names", ())

    def forward(self, x: Tensor) -> Tensor:
        return self.end(self.inner(x))


class Segments(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 5, 3)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return {"out": self.two(self.one(x).relu())}


def of(settings: Settings, function: str, **changes: Any) -> Settings:
    layers = tuple(f"inner.{layer}" for layer in settings.layers)
    return replace(settings, network=f"{PLACE}:{function}", **{"layers": layers, **changes})


def several() -> nn.Module:
    return Several()


def one_logit() -> nn.Module:
    return OneLogit()


def softmax() -> nn.Module:
    return Probable(small(), lambda scores: scores[:, :, None].softmax(1).flatten(1))


def spelt_softmax() -> nn.Module:
    return Probable(small(), lambda scores: scores.exp() / scores.exp().sum(1, keepdim=True))


def sigmoid() -> nn.Module:
    return Probable(OneLogit(), lambda score: score.sigmoid())


def segments() -> nn.Module:
    return Segments()


def test_the_part_with_the_class_scores_is_counted_and_stored(settings: Settings, tmp_path: Path) -> None:
    count_pictures(replace(settings, run=tmp_path / "plain"))
    heard: list[str] = []
    count_pictures(of(settings, "several"), lambda news: heard.append(str(news)))
    assert heard[0] == f"the class scores of {PLACE}:several are the part 'logits' of its answer"
    assert read_manifest(settings.run)["identity"]["output"] == "logits"
    assert read_table(settings.run, 0, "pictures") == read_table(tmp_path / "plain", 0, "pictures")


def test_another_part_can_be_chosen(settings: Settings) -> None:
    count_pictures(of(settings, "several", output="features", classes=("cat",)))
    assert read_manifest(settings.run)["identity"]["output"] == "features"
    with pytest.raises(NetworkRefused, match=r"--output aux: .* no such part; it returns maps.1 \(3 maps of 16"):
        count_pictures(of(settings, "several", output="aux"))


def test_one_logit_is_the_sigmoid_of_class_one(settings: Settings, images: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.tsv"
    mapping.write_text("folder\tclass\ncat\t1\nBig_Dog\t0\nstranger\t-\n")
    heard: list[str] = []
    count_pictures(of(settings, "one_logit", mapping=mapping), lambda news: heard.append(str(news)))
    assert heard[0] == f"{PLACE}:one_logit has one output, taken as the logit of class 1 against class 0 (a sigmoid)"

    network = load_network(f"{PLACE}:one_logit")
    rows = read_table(settings.run, 1, "pictures").to_pylist()
    for row in rows:
        picture = network.preprocessing.apply(read_picture(images / row["path"]))
        expected = float(network.module(picture[None]).double().sigmoid())
        assert row["of_truth"] == pytest.approx(expected, abs=1e-5)
        assert row["predicted"] == int(expected > 0.5)
    assert read_class_row(settings.run, 1)["correct"] == sum(row["predicted"] == 1 for row in rows)
    assert len({round(row["of_truth"], 3) for row in rows}) > 0


@pytest.mark.parametrize(
    ("end", "plain", "says"),
    [
        ("softmax", "several", "Probable ends in a softmax; what it reads is taken for the class scores"),
        ("spelt_softmax", "several", f"{PLACE}:spelt_softmax returns probabilities; their logarithms are taken for"),
        ("sigmoid", "one_logit", "Probable ends in a sigmoid; what it reads is taken for the class scores"),
    ],
)
def test_a_network_that_ends_in_probabilities_is_counted_as_without(
    end: str, plain: str, says: str, settings: Settings, tmp_path: Path
) -> None:
    mapping = tmp_path / "mapping.tsv"
    mapping.write_text("folder\tclass\ncat\t1\nBig_Dog\t0\nstranger\t-\n")
    layers = settings.layers if end != "sigmoid" else [f"inner.{layer}" for layer in settings.layers]
    heard: list[str] = []
    count_pictures(of(settings, plain, mapping=mapping, run=tmp_path / "plain"))
    ending = of(settings, end, mapping=mapping, layers=tuple(f"inner.{layer}" for layer in layers))
    count_pictures(ending, lambda news: heard.append(str(news)))
    assert [line for line in heard if line.startswith(says)]
    rows, plain_rows = (read_table(run, 1, "pictures").to_pylist() for run in (settings.run, tmp_path / "plain"))
    for found, expected in zip(rows, plain_rows, strict=True):
        assert found["predicted"] == expected["predicted"]
        assert found["of_truth"] == pytest.approx(expected["of_truth"], abs=1e-5)


def test_maps_instead_of_scores_are_refused_in_words(settings: Settings) -> None:
    with pytest.raises(NetworkRefused, match=rf"{PLACE}:segments returns out \(5 maps of 220 x 220\), and no number"):
        count_pictures(of(settings, "segments", layers=("one", "two")))
