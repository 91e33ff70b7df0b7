"""A user's own network: a function that returns a module, or a module itself."""

import importlib
import inspect
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

from ingest.errors import NetworkRefused
from ingest.network.preprocess import IMAGENET, Preprocessing
from ingest.network.sources.checkpoint import fill, read_checkpoint
from ingest.network.sources.classifier import Network
from queries.errors import first_line
from queries.records import Record

DEFAULT = "default"  # the weights that a network brings
NONE = "none"  # random weights


def from_function(name: str, weights: str) -> Network:
    """What "module:function" returns; the module is looked for in the current folder, too."""
    module = _made(name)
    given = weights not in (DEFAULT, NONE)
    notes = with_weights(module, weights) if given else ()
    preprocessing, more = preprocessing_of(name, module)
    names = tuple(getattr(module, "class_names", ()))
    return Network.of(name, module, preprocessing, weights if given else name, names, notes=(*notes, *more))


def with_weights(module: nn.Module, weights: str) -> tuple[str, ...]:
    """Give a network the weights of a file; what to say about them."""
    checkpoint = read_checkpoint(Path(weights))
    fill(module, checkpoint)
    return checkpoint.notes


def preprocessing_of(name: str, module: nn.Module, side: int = IMAGENET.crop) -> tuple[Preprocessing, tuple[str, ...]]:
    """A network's own: its `preprocessing`, or timm's `pretrained_cfg`; ImageNet's with a sentence that says so.

    side  of the pictures where ImageNet's is used, pixels
    """
    own = getattr(module, "preprocessing", None)
    if isinstance(own, Preprocessing):
        return own, ()
    if own is not None:
        raise NetworkRefused(f"{name}: its `preprocessing` must be an ingest.network.preprocess.Preprocessing")
    config = getattr(module, "pretrained_cfg", None)
    if config:
        stated: Record = asdict(config) if is_dataclass(config) and not isinstance(config, type) else config
        return _of_timm(name, stated), ()
    usual = IMAGENET.scaled_to(side)
    note = (
        f"{name} does not say how its pictures are prepared; ImageNet's usual way is taken: {usual} (--resize, "
        "--crop, --interpolation, --mean and --std change it, as does an attribute `preprocessing`)"
    )
    return usual, (note,)


def _of_timm(name: str, config: Record) -> Preprocessing:
    try:
        return Preprocessing.of_timm(config)
    except NetworkRefused as refusal:
        raise NetworkRefused(f"{name}: {refusal}") from None


def _made(name: str) -> nn.Module:
    """The module that a name leads to. Raises NetworkRefused where there is none that can be counted."""
    found = _attribute(name)
    if not isinstance(found, nn.Module):
        if missing := _required(found):
            raise NetworkRefused(
                f"{name} needs arguments ({', '.join(missing)}); name a function without any, which calls it with them"
            )
        try:
            found = found()
        except Exception as error:  # the user's own code can raise anything
            raise NetworkRefused(f"{name} raised {type(error).__name__}: {first_line(error)}") from error
    _refuse_unusable(name, found)
    module: nn.Module = found
    return module


def _attribute(name: str) -> Any:
    place, _, function = name.partition(":")
    here = os.getcwd()  # noqa: PTH109  a user's own module is in the current folder
    sys.path.insert(0, here)
    try:
        return getattr(importlib.import_module(place), function)
    except (ImportError, AttributeError) as error:
        raise NetworkRefused(f"{name}: {error}; expected an importable module and a function in it") from error
    except Exception as error:  # the user's own code can raise anything
        raise NetworkRefused(f"{name}: importing {place} raised {type(error).__name__}: {first_line(error)}") from error
    finally:
        sys.path.remove(here)


def _required(function: Callable[..., object]) -> list[str]:
    """The arguments that a function cannot do without; none for what Python cannot look into."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    optional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [each.name for each in parameters if each.default is each.empty and each.kind not in optional]


def _refuse_unusable(name: str, found: object) -> None:
    """Raises NetworkRefused for what is no network, or one without operations or values to look at."""
    if not isinstance(found, nn.Module):
        raise NetworkRefused(f"{name} returns a {type(found).__name__}; it must return a torch.nn.Module")
    scripted = [path for path, part in found.named_modules() if isinstance(part, torch.jit.ScriptModule)]
    if scripted:
        inside = f"a network with TorchScript inside ({scripted[0]})" if scripted[0] else "TorchScript"
        raise NetworkRefused(
            f"{name} returns {inside}, whose operations cannot be followed; return the torch.nn.Module it was made from"
        )
    try:
        found.eval()
    except Exception as error:  # an exported program refuses to
        raise NetworkRefused(
            f"{name} cannot be set to evaluation mode: {first_line(error):.160}; return the torch.nn.Module it was "
            "made from, or give the file of torch.export.save (FILE.pt2)"
        ) from error
    values = [*found.named_parameters(), *found.named_buffers()]
    if lazy := [key for key, value in values if isinstance(value, (UninitializedBuffer, UninitializedParameter))]:
        raise NetworkRefused(
            f"{name} has layers whose size is not known yet ({lazy[0]}, ...); run one picture through it before "
            "returning it"
        )
    if meta := [key for key, value in values if value.is_meta]:
        raise NetworkRefused(
            f"{name} has weights without values ({meta[0]}, ... on the device meta); return it with its weights loaded"
        )
