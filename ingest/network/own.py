"""A user's own network: a function that returns a module."""

import importlib
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from torch import nn

from ingest.errors import NetworkRefused
from ingest.network.checkpoint import fill, read_state_dict
from ingest.network.classifier import Network
from ingest.network.preprocess import IMAGENET, Preprocessing
from ingest.network.zoo import DEFAULT, NONE, is_file


def from_function(name: str, weights: str) -> Network:
    """What "module:function" returns; the module is looked for in the current folder, too."""
    module = _call(name)
    if weights not in (DEFAULT, NONE):
        fill(module, read_state_dict(Path(weights)), weights)
    preprocessing, notes = preprocessing_of(name, module)
    names = tuple(getattr(module, "class_names", ()))
    return Network.of(name, module, preprocessing, weights if is_file(weights) else name, names, notes=notes)


def preprocessing_of(name: str, module: nn.Module) -> tuple[Preprocessing, tuple[str, ...]]:
    """A network's own: its `preprocessing`, or timm's `pretrained_cfg`; ImageNet's with a sentence that says so."""
    own = getattr(module, "preprocessing", None)
    if isinstance(own, Preprocessing):
        return own, ()
    if own is not None:
        raise NetworkRefused(f"{name}: its `preprocessing` must be an ingest.network.preprocess.Preprocessing")
    config: Any = getattr(module, "pretrained_cfg", None)
    if config:
        config = asdict(config) if is_dataclass(config) and not isinstance(config, type) else config
        return _of_timm(name, config), ()
    note = (
        f"{name} does not say how its pictures are prepared; ImageNet's usual way is taken: {IMAGENET} (--resize, "
        "--crop, --interpolation, --mean and --std change it, as does an attribute `preprocessing`)"
    )
    return IMAGENET, (note,)


def _of_timm(name: str, config: Mapping[str, Any]) -> Preprocessing:
    try:
        return Preprocessing.of_timm(config)
    except NetworkRefused as refusal:
        raise NetworkRefused(f"{name}: {refusal}") from None


def _call(name: str) -> nn.Module:
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
    return module
