"""A network in a file of torch.export counts what the network itself counts, or is refused in one sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.testing import assert_close

from ingest.count.instrument import InstrumentedNetwork
from ingest.count.rules import Rules
from ingest.count.tally import ChannelCounter
from ingest.errors import NetworkRefused
from ingest.network.load import load_network
from ingest.network.outputs import Scores
from ingest.network.preprocess import IMAGENET
from ingest.network.sources import operators
from ingest.tracing.wiring import Wiring, wire
from tests.ingest.networks import pictures, settle

SIDE = 16


class BasicBlock(nn.Module):
    """Its activation works in place and is called twice."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.second = nn.Conv2d(channels, channels, 3, padding="same", groups=2)
        self.norm, self.again = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)
        self.act = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        y = self.again(self.second(self.act(self.norm(self.first(x)))))
        y += x
        result: Tensor = self.act(y)
        return result


class Small(nn.Module):
    """Residual blocks, a gate, two branches that are sliced and concatenated, and two parts of an answer."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.SiLU(inplace=True))
        self.blocks = nn.ModuleList([BasicBlock(8), BasicBlock(8)])
        self.gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 8, 1), nn.Hardsigmoid())
        self.narrow, self.wide = nn.Conv2d(4, 6, 1), nn.Conv2d(4, 6, 3, padding=1)
        self.drop, self.head = nn.Dropout(0.5), nn.Linear(12, 5)

    def forward(self, x: Tensor, twice: bool = False) -> dict[str, Tensor]:
        x = functional.max_pool2d(self.stem(x), 3, 1, 1)
        for block in self.blocks:
            x = block(x)
        x = x * self.gate(x) * (2 if twice else 1)
        x = functional.relu(torch.cat([self.narrow(x[:, :4]), self.wide(x[:, 4:])], 1))
        scores = self.head(self.drop(torch.flatten(functional.adaptive_avg_pool2d(x, 1), 1)))
        return {"maps": x, "scores": scores}


@pytest.fixture(scope="module")
def small() -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = Small()
    settle(network, pictures(4, SIDE))
    return network.eval()


@pytest.fixture(scope="module")
def file(small: nn.Module, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(small, tmp_path_factory.mktemp("exported"), pictures(1, SIDE))


def exported(network: nn.Module, folder: Path, *inputs: Tensor) -> Path:
    path = folder / "network.pt2"
    torch.export.save(torch.export.export(network, inputs), path)
    return path


def votes(plan: Wiring) -> tuple[Tensor, ...]:
    """What is counted of a picture: one table per hop."""
    counter = ChannelCounter(
        plan, Rules(), [torch.zeros(layer.channels).bool() for layer in plan.layers], torch.device("cpu")
    )
    tally = counter.empty_tally()
    with torch.inference_mode():
        counter.add(InstrumentedNetwork(plan, Scores("scores", 5))(pictures(1, SIDE, seed=9)), tally)
    return (*tally.activated, *tally.hops)


@pytest.mark.parametrize("layers", [None, ["stem", "blocks.0.first", "blocks.1"]])
def test_a_file_counts_what_the_network_itself_counts(small: nn.Module, file: Path, layers: list[str] | None) -> None:
    module = load_network(str(file)).module
    mine, theirs = (wire(network, pictures(1, SIDE), layers) for network in (module, small))
    assert [layer.name for layer in mine.layers] == [layer.name for layer in theirs.layers]
    assert mine.coverage == theirs.coverage
    for one, other in zip(mine.hops, theirs.hops, strict=True):
        assert (one.convolution.name, one.convolution.geometry, one.labels.tolist()) == (
            other.convolution.name,
            other.convolution.geometry,
            other.labels.tolist(),
        )
        assert_close(one.convolution.kernel, other.convolution.kernel, rtol=1e-12, atol=0)
    assert all(torch.equal(*tables) for tables in zip(votes(mine), votes(theirs), strict=True))


def test_a_file_brings_its_weights_names_and_the_size_of_its_pictures(small: nn.Module, file: Path) -> None:
    network = load_network(str(file))
    own = network.module.state_dict()
    assert own.keys() == small.state_dict().keys()
    assert all(torch.equal(value, own[name]) for name, value in small.state_dict().items())
    assert network.preprocessing == IMAGENET.scaled_to(SIDE) and str(network.preprocessing) in network.notes[0]
    answer = network.module(pictures(1, SIDE))
    assert_close(answer["scores"], small(pictures(1, SIDE))["scores"])


@pytest.mark.parametrize(
    "part",
    [
        nn.InstanceNorm2d(4, affine=True),
        nn.InstanceNorm2d(4, affine=True, track_running_stats=True),
        nn.AdaptiveMaxPool2d(2),
    ],
)
def test_operators_whose_function_takes_other_arguments_are_read(part: nn.Module, tmp_path: Path) -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 3), part, nn.Conv2d(4, 4, 1), nn.Flatten())
    for parameter in part.parameters():
        nn.init.normal_(parameter)
    settle(network, pictures(4, SIDE))
    network.eval()
    read = load_network(str(exported(network, tmp_path, pictures(1, SIDE)))).module
    assert_close(read(pictures(1, SIDE, seed=9)), network(pictures(1, SIDE, seed=9)))


def test_a_network_that_answers_otherwise_than_its_file_is_refused(
    tmp_path: Path, small: nn.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(operators.RENAMED, "hardsigmoid", torch.sigmoid)
    with pytest.raises(
        NetworkRefused,
        match="cannot be read exactly: its program and what is read of it answer differently; name the function",
    ):
        load_network(str(exported(small, tmp_path, pictures(1, SIDE))))


def test_pictures_of_another_size_are_refused(file: Path) -> None:
    with pytest.raises(NetworkRefused, match=r"it was exported for pictures of 1 x 3 x 16 x 16; .*--size"):
        wire(load_network(str(file)).module, pictures(1, 2 * SIDE))


def training(folder: Path) -> Path:
    return exported(nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)).train(), folder, pictures(2, 8))


def batch_of_two(folder: Path) -> Path:
    return exported(nn.Conv2d(3, 4, 3), folder, pictures(2, 8))


def two_inputs(folder: Path) -> Path:
    return exported(nn.Bilinear(3, 3, 2), folder, torch.zeros(1, 3), torch.zeros(1, 3))


def damaged(folder: Path) -> Path:
    (folder / "network.pt2").write_bytes(b"PK\3\4 and nothing else")
    return folder / "network.pt2"


def missing(folder: Path) -> Path:
    return folder / "network.pt2"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (training, r"was exported in training mode \(1\); call .eval\(\) on the network before"),
        (batch_of_two, "was exported for an input of 2 x 3 x 8 x 8 .*expected one picture"),
        (two_inputs, "takes 2 inputs; expected one, a batch of pictures: wrap the network"),
        (damaged, "cannot be read .*expected a file that torch.export.save"),
        (missing, "is not a file; expected one that torch.export.save wrote"),
    ],
)
def test_a_file_that_cannot_be_counted_is_refused(make: Callable[[Path], Path], says: str, tmp_path: Path) -> None:
    with pytest.raises(NetworkRefused, match=says) as refused:
        load_network(str(make(tmp_path)))
    assert "\n" not in str(refused.value)
