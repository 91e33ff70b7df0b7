"""Networks by name: of torchvision, of timm, EfficientNet-Lite0, or what any function returns."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import torch
from torchvision import models

from ingest.errors import NetworkRefused
from ingest.network.sources.classifier import Network
from ingest.network.sources.exported import SUFFIX, from_exported
from ingest.network.sources.of_timm import from_timm
from ingest.network.sources.own import DEFAULT, from_function
from ingest.network.sources.zoo import INCEPTIONS, LITE0, efficientnet_lite0, from_torchvision

TORCHVISION, TIMM = "torchvision:", "timm:"
OTHER_FILES = (".pt", ".pth", ".ts", ".onnx", ".safetensors")


@dataclass(frozen=True, slots=True)
class Known:
    """A network that `load_network` knows by name.

    weights  names of its weights; empty where it has none to download
    """

    name: str
    source: str
    weights: tuple[str, ...]


def load_network(name: str, weights: str = DEFAULT, transform_input: bool | None = None) -> Network:
    """The network called `name`: "torchvision:NAME" or NAME alone, "timm:NAME", "efficientnet-lite0",
    "module:function", or a file of torch.export, "FILE.pt2".

    weights          "default" (the source's best), a torchvision name such as "IMAGENET1K_V1", the path of a file, or
                     "none" for random weights, always the same
    transform_input  whether googlenet or inception_v3 converts its input itself; None: as its weights need it
    Downloads weights the first time they are used. Raises NetworkRefused in one sentence where it cannot.
    """
    plain = name.removeprefix(TORCHVISION)
    if transform_input is not None and plain not in INCEPTIONS:
        raise NetworkRefused(f"--transform-input: {name} has no such switch; only {' and '.join(INCEPTIONS)} have it")
    if Path(name).suffix == SUFFIX:
        return from_exported(Path(name), weights)
    if Path(name).suffix in OTHER_FILES:
        raise NetworkRefused(
            f"--network {name} is a file of weights, TorchScript or ONNX, which cannot be traced; expected a file of "
            f"torch.export ({SUFFIX}), or a function that makes the network (module:function) with its weights "
            "(--weights FILE)"
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        if name.startswith(TIMM):
            return from_timm(name.removeprefix(TIMM), weights)
        if ":" in plain:
            return from_function(name, weights)
        if name.lower().replace("_", "-") == LITE0:
            return efficientnet_lite0(weights)
        return from_torchvision(plain, weights, transform_input)


def known_networks() -> Iterator[Known]:
    """Every network with a name: torchvision's classifiers, the bundled one, and timm's where it is installed."""
    for name in models.list_models(module=models):
        yield Known(name, "torchvision", tuple(choice.name for choice in models.get_model_weights(name)))
    yield Known(LITE0, "bundled", (DEFAULT,))
    if find_spec("timm") is not None:
        import timm

        tags: dict[str, list[str]] = {name: [] for name in timm.list_models()}
        for trained in timm.list_models(pretrained=True):
            architecture, _, tag = trained.partition(".")
            tags.setdefault(architecture, []).append(tag)
        for name, weights in tags.items():
            yield Known(f"{TIMM}{name}", "timm", tuple(weights))
