"""A demonstration without downloads: a small inception network for scikit-learn's handwritten digits.

`make_digits` writes pictures, trains the network in well under a minute on two cores, and returns settings to count it.
"""

from collections.abc import Callable
from pathlib import Path

import torch
from PIL import Image
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.nn import functional

from ingest.count.forward import repeatable
from ingest.count.settings import Settings
from ingest.images.files import read_picture
from ingest.network.preprocess import Preprocessing

SIDE = 32  # of the network's input, pixels; the digits themselves are 8 x 8
FILE_SIDE = 64  # of the picture files, pixels; large enough to see something
PICTURES = "scikit-learn digits"  # the folder of the counted pictures, which names the data set
TRAINING = 1200  # pictures to train on; the other 597 are counted
EPOCHS = 6
BATCH = 40
NETWORK = "ingest.digits:digit_network"


class Inception(nn.Module):
    """Four parallel branches: 1x1, 1x1 -> 3x3, 1x1 -> 5x5, and pool -> 1x1."""

    def __init__(self, channels: int, straight: int, three: int, five: int, pooled: int) -> None:
        super().__init__()
        self.straight = _convolution(channels, straight, 1)
        self.three = nn.Sequential(_convolution(channels, three // 2, 1), _convolution(three // 2, three, 3))
        self.five = nn.Sequential(_convolution(channels, five // 2, 1), _convolution(five // 2, five, 5))
        self.pooled = nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), _convolution(channels, pooled, 1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.straight(x), self.three(x), self.five(x), self.pooled(x)], 1)


class DigitNetwork(nn.Module):
    """Five inception blocks, mixed1 (24 channels) to mixed5 (64), between a stem and a linear layer: 21,222 weights."""

    preprocessing = Preprocessing(SIDE, SIDE, "bilinear", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    class_names = tuple(f"digit {digit}" for digit in range(10))

    def __init__(self) -> None:
        super().__init__()
        self.stem = _convolution(3, 16, 3, stride=2)
        self.mixed1 = Inception(16, 8, 8, 4, 4)
        self.mixed2 = Inception(24, 8, 16, 4, 4)
        self.pool = nn.MaxPool2d(2)
        self.mixed3 = Inception(32, 12, 20, 8, 8)
        self.mixed4 = Inception(48, 16, 24, 8, 8)
        self.mixed5 = Inception(56, 16, 32, 8, 8)
        self.head = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.mixed2(self.mixed1(self.stem(x)))
        x = self.mixed5(self.mixed4(self.mixed3(self.pool(x))))
        scores: Tensor = self.head(x.mean((2, 3)))
        return scores


def digit_network() -> nn.Module:
    return DigitNetwork()


def make_digits(home: Path, report: Callable[[str], None] = lambda _: None) -> Settings:
    """Pictures and a trained network under `home`, and the settings to count them; existing files are kept."""
    training, counted, weights = home / "taught", home / PICTURES, home / "weights.pth"
    if not weights.exists():
        report(f"writing {len(write_pictures(training, counted))} pictures of digits")
        network, accuracy = train(training, counted)
        report(f"trained a network that recognises {accuracy:.1%} of unseen digits")
        unfinished = weights.with_suffix(".part")
        torch.save(network.state_dict(), unfinished)
        unfinished.replace(weights)
    return Settings(
        network=NETWORK, images=counted, run=home / "run", weights=str(weights), device="cpu", attribution=True
    )


def write_pictures(training: Path, counted: Path) -> list[Path]:
    """One folder per digit for training and for counting; returns every file."""
    pixels, labels = load_digits(return_X_y=True)
    files = []
    for at, (values, label) in enumerate(zip(pixels, labels, strict=True)):
        folder = (training if at < TRAINING else counted) / str(label)
        folder.mkdir(parents=True, exist_ok=True)
        ink = Image.fromarray((values.reshape(8, 8) / 16 * 255).astype("uint8"))
        ink.resize((FILE_SIDE, FILE_SIDE), Image.Resampling.BICUBIC).save(folder / f"{at:04d}.png")
        files.append(folder / f"{at:04d}.png")
    return files


def train(training: Path, counted: Path) -> tuple[nn.Module, float]:
    """The network after EPOCHS over its pictures, randomly shifted, and its accuracy on the others (0..1).

    Seeded. Takes about 15 s on one core; layers this small are slower on two.
    """
    pictures, labels = _load(training)
    with repeatable(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = DigitNetwork()
        steps = EPOCHS * len(pictures) // BATCH
        optimiser = torch.optim.AdamW(network.parameters(), weight_decay=0.01)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=0.01, total_steps=steps)
        for _ in range(EPOCHS):
            for chosen in torch.split(torch.randperm(len(pictures)), BATCH):
                down, right = torch.randint(-3, 4, (2,)).tolist()
                scores = network(pictures[chosen].roll((down, right), (2, 3)))
                optimiser.zero_grad()
                functional.cross_entropy(scores, labels[chosen]).backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                schedule.step()
    network.eval()
    with torch.inference_mode():
        unseen, truth = _load(counted)
        return network, float((network(unseen).argmax(1) == truth).double().mean())


def _load(folder: Path) -> tuple[Tensor, Tensor]:
    """(n, 3, SIDE, SIDE) pictures and (n,) labels."""
    files = sorted(folder.glob("*/*.png"))
    pictures = [DigitNetwork.preprocessing.apply(read_picture(file)) for file in files]
    return torch.stack(pictures), torch.tensor([int(file.parent.name) for file in files])


def _convolution(sources: int, targets: int, size: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(sources, targets, size, stride, padding=size // 2, bias=False),
        nn.BatchNorm2d(targets),
        nn.ReLU(inplace=True),
    )
