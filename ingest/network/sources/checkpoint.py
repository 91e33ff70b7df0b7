"""Weights from files, as people have them: wrapped, prefixed, with training state beside them."""

import argparse
import re
import zipfile
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ingest.errors import NetworkRefused
from queries.errors import first_line

WRAPPERS = (
    "state_dict",
    "model_state_dict",
    "model",
    "net",
    "network",
    "state_dict_ema",
    "model_ema",
)  # first is taken
PREFIXES = ("module.", "model.", "net.", "network.", "_orig_mod.")
WRAPPED = ("module", "_orig_mod")  # that wrappers around parts of a network add within names
UNSUPPORTED = re.compile(r"GLOBAL ([\w.]+)")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
COUNTERS = ("n_averaged",)  # that averaging keeps beside the weights


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The weights in a file.

    tensors   by parameter name
    metadata  module path -> versions, as torch keeps them beside a state dict
    notes     which of several sets of weights is taken
    """

    path: str
    tensors: Mapping[str, Tensor]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def named_as(self, own: Iterable[str]) -> "Checkpoint":
        """Without the prefixes in the way of the names in `own`; as it is where nothing fits better."""
        names, best, current = set(own), self, self
        while prefix := next((each for each in PREFIXES if any(key.startswith(each) for key in current.tensors)), None):
            current = current._without(prefix)
            if len(names & current.tensors.keys()) > len(names & best.tensors.keys()):
                best = current
        return best._with_parts_as(names)

    def _with_parts_as(self, own: set[str]) -> "Checkpoint":
        """With the names in `own` for those that differ only by wrappers around parts: "features.module.0.weight"."""
        names = {_unwrapped(key): key for key in own}
        tensors = {names.get(_unwrapped(key), key): value for key, value in self.tensors.items()}
        if len(tensors) < len(self.tensors) or len(own & tensors.keys()) <= len(own & self.tensors.keys()):
            return self
        return replace(self, tensors=tensors, metadata={_unwrapped(key): value for key, value in self.metadata.items()})

    def _without(self, prefix: str) -> "Checkpoint":
        tensors = {key.removeprefix(prefix): value for key, value in self.tensors.items()}
        if len(tensors) < len(self.tensors):
            raise NetworkRefused(f"{self.path}: names with and without {prefix!r} clash; expected one set of weights")
        metadata = {f"{key}.".removeprefix(prefix).removesuffix("."): value for key, value in self.metadata.items()}
        return replace(self, tensors=tensors, metadata=metadata)


def _unwrapped(name: str) -> str:
    """A name without what DataParallel and torch.compile add to it."""
    return ".".join(part for part in name.split(".") if part not in WRAPPED)


def read_checkpoint(path: Path) -> Checkpoint:
    """The weights in a file: a state dict, alone or under one of WRAPPERS, or safetensors. Runs no code of the file.

    Raises NetworkRefused in one sentence for anything else.
    """
    if not path.is_file():
        raise NetworkRefused(f"{path} is not a file; expected the weights of the network")
    loaded = _read_safetensors(path) if path.suffix == ".safetensors" else _read_pickle(path)
    present = [key for key in WRAPPERS if isinstance(loaded, Mapping) and isinstance(loaded.get(key), Mapping)]
    inner: Any = loaded
    notes: tuple[str, ...] = ()
    if present:
        inner = loaded[present[0]]
        others = f"; it also has {', '.join(present[1:])}" if present[1:] else ""
        notes = (f"{path}: the weights under {present[0]!r} are used{others}",)
    if not isinstance(inner, Mapping) or not inner or not all(isinstance(value, Tensor) for value in inner.values()):
        keys = f" with the keys {', '.join(map(str, list(inner)[:5]))}" if isinstance(inner, Mapping) else ""
        raise NetworkRefused(
            f"{path} holds a {type(inner).__name__}{keys}; expected a state dict (tensors by parameter name), alone or "
            f"under {', '.join(WRAPPERS)}"
        )
    if meta := [name for name, value in inner.items() if value.is_meta]:
        raise NetworkRefused(f"{path} has weights without values ({meta[0]}, ... on the device meta); save them loaded")
    return Checkpoint(str(path), inner, getattr(inner, "_metadata", {}), notes)


def output_count(module: nn.Module, checkpoint: Checkpoint) -> dict[str, int]:
    """{"num_classes": n} where a checkpoint's last layer has another number of outputs than the architecture."""
    own = module.state_dict()
    state = checkpoint.named_as(own).tensors
    shared = [key for key in own if key.endswith("weight") and key in state]
    alike = [key for key in shared if state[key].shape[1:] == own[key].shape[1:]]
    differing = [key for key in alike if state[key].shape != own[key].shape]
    return {"num_classes": state[differing[-1]].shape[0]} if differing else {}


def fill(module: nn.Module, checkpoint: Checkpoint) -> None:
    """Give a network the weights of a checkpoint. Raises NetworkRefused where they do not fit."""
    own = module.state_dict()
    fitted = checkpoint.named_as(own)
    state = {key: value for key, value in fitted.tensors.items() if key not in COUNTERS}
    missing = sorted(key for key in own if key not in state and not _auxiliary(key) and "num_batches" not in key)
    unknown = sorted(key for key in state if key not in own and not _auxiliary(key))
    shapes = sorted(key for key in own if key in state and own[key].shape != state[key].shape and not _auxiliary(key))
    if missing or unknown or shapes:
        raise NetworkRefused(
            f"{checkpoint.path} does not fit {type(module).__name__}: {len(missing)} missing {missing[:3]}, "
            f"{len(unknown)} unknown {unknown[:3]}, {len(shapes)} of another shape {shapes[:3]}"
        )
    fitting: Any = OrderedDict((key, value) for key, value in state.items() if key in own)
    fitting._metadata = {**getattr(own, "_metadata", {}), **fitted.metadata}
    for key in [key for key, value in fitting.items() if own[key].shape != value.shape]:
        del fitting[key]
    module.load_state_dict(fitting, strict=False)


def _read_pickle(path: Path) -> Any:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
        if any(name.endswith("/constants.pkl") for name in names):
            raise NetworkRefused(
                f"{path} is TorchScript; save its weights alone: torch.save(torch.jit.load(FILE).state_dict(), "
                "NEW_FILE)"
            )
    try:
        with torch.serialization.safe_globals([argparse.Namespace]):
            return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # whatever a broken or hostile pickle raises
        if found := UNSUPPORTED.search(ANSI.sub("", str(error))):
            raise NetworkRefused(
                f"{path} holds an object of {found[1]}, which only running its code could restore; save the weights "
                "alone: torch.save(model.state_dict(), FILE)"
            ) from None
        raise NetworkRefused(f"{path} is damaged, or no file of torch.save") from None


def _read_safetensors(path: Path) -> Any:
    try:
        from safetensors import SafetensorError
        from safetensors.torch import load_file
    except ImportError:
        raise NetworkRefused(f"{path} needs the package safetensors: pip install safetensors") from None
    try:
        return load_file(path)
    except SafetensorError as error:
        raise NetworkRefused(f"{path} is damaged, or no file of safetensors ({first_line(error):.120})") from None


def _auxiliary(key: str) -> bool:
    """Weights of heads that only training uses (googlenet's aux1 and aux2, inception_v3's AuxLogits)."""
    return key.startswith(("aux1.", "aux2.", "AuxLogits."))
