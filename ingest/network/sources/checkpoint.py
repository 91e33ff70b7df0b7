"""Weights from files, as people have them: wrapped, prefixed, with training state beside them."""

import argparse
import codecs
import re
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy
import torch
from numpy._core import multiarray
from torch import Tensor, nn

from ingest.errors import NetworkRefused
from queries.errors import first_line
from queries.records import Record

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
NUMBERS = [type(numpy.dtype(kind)) for kind in (*numpy.typecodes["AllInteger"], *numpy.typecodes["AllFloat"], "?", "U")]
# What training scripts keep beside the weights: options, and scores as numpy's numbers.
HARMLESS: list[Callable[..., object] | tuple[Callable[..., object], str]] = [
    argparse.Namespace,
    numpy.dtype,
    *NUMBERS,
    codecs.encode,
    multiarray.scalar,
    (multiarray.scalar, "numpy.core.multiarray.scalar"),
]


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The weights in a file.

    tensors   by parameter name
    metadata  module path -> versions, as torch keeps them beside a state dict
    notes     which of several sets of weights is taken
    """

    path: str
    tensors: Mapping[str, Tensor]
    metadata: Record = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def named_as(self, own: Iterable[str]) -> "Checkpoint":
        """Without the prefixes in the way of the names in `own`; as it is where nothing fits better."""
        names, best, current = set(own), self, self
        while not names <= best.tensors.keys() and (prefix := current._prefix()):
            current = current._without(prefix)
            if len(names & current.tensors.keys()) > len(names & best.tensors.keys()):
                best = current
        return best._with_parts_as(names)

    def _prefix(self) -> str | None:
        """What may be in the way: one of PREFIXES, or the first part of a name if all names share it."""
        names = list(self.tensors)
        first, dot, _ = names[0].partition(".")
        shared = [first + dot] if dot and all(name.startswith(first + dot) for name in names) else []
        return next((each for each in (*PREFIXES, *shared) if any(name.startswith(each) for name in names)), None)

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
    inner, keys, beside = loaded, list[str](), list[str]()
    while present := [key for key in WRAPPERS if isinstance(inner, Mapping) and isinstance(inner.get(key), Mapping)]:
        inner = inner[present[0]]
        keys.append(present[0])
        beside += present[1:]
    others = f"; it also has {', '.join(beside)}" if beside else ""
    notes = (f"{path}: the weights under {'/'.join(keys)!r} are used{others}",) if keys else ()
    _refuse_no_weights(path, inner)
    if meta := [name for name, value in inner.items() if value.is_meta]:
        raise NetworkRefused(f"{path} has weights without values ({meta[0]}, ... on the device meta); save them loaded")
    return Checkpoint(str(path), inner, getattr(inner, "_metadata", {}), notes)


def _refuse_no_weights(path: Path, inner: object) -> None:
    wanted = f"expected a state dict (tensors by parameter name), alone or under {', '.join(WRAPPERS)}"
    if not isinstance(inner, Mapping):
        raise NetworkRefused(f"{path} holds a {type(inner).__name__}; {wanted}")
    others = [key for key, value in inner.items() if not isinstance(value, Tensor)]
    if len(others) == len(inner):
        keys = f"a {type(inner).__name__} with the keys {', '.join(map(str, others[:5]))}" if inner else "nothing"
        raise NetworkRefused(f"{path} holds {keys}; {wanted}")
    if others:
        kind = type(inner[others[0]]).__name__
        raise NetworkRefused(f"{path} has {others[0]!r}, of type {kind}, among its weights; {wanted}")


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
        sizes = [f"{key} {tuple(state[key].shape)} for {tuple(own[key].shape)}" for key in shapes]
        kinds = {"missing": missing, "unknown": unknown, "of another shape": sizes}
        parts = [f"{len(names)} {kind} ({_some(names)})" for kind, names in kinds.items() if names]
        raise NetworkRefused(
            f"{checkpoint.path} does not fit {type(module).__name__}: {', '.join(parts)}; expected the weights of this "
            "very network"
        )
    _refuse_other_numbers(
        checkpoint.path, own, state, {name for name, _ in module.named_parameters(remove_duplicate=False)}
    )
    fitting: Any = OrderedDict((key, value) for key, value in state.items() if key in own)
    fitting._metadata = {**getattr(own, "_metadata", {}), **fitted.metadata}
    for key in [key for key, value in fitting.items() if own[key].shape != value.shape]:
        del fitting[key]
    module.load_state_dict(fitting, strict=False)


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")


def _refuse_other_numbers(
    path: str, own: Mapping[str, Tensor], state: Mapping[str, Tensor], parameters: Collection[str]
) -> None:
    """Raises NetworkRefused for weights that would lose something on their way into a network, or do not get there.

    Integers in place of a parameter are what quantising makes of it. Buffers, such as masks, may be of any kind that
    keeps their values.
    """
    for key in [key for key in own if key in state]:
        value, wanted = state[key], own[key]
        is_dense = value.layout is torch.strided and value.is_complex() == wanted.is_complex()
        if key in parameters:
            is_kept = value.is_floating_point() or not wanted.is_floating_point()
        else:
            is_kept = wanted.is_floating_point() or (is_dense and bool(value.to(wanted.dtype).eq(value).all()))
        if not is_dense or not is_kept:
            kind = "" if value.layout is torch.strided else f" ({value.layout})"
            raise NetworkRefused(
                f"{path}: {key} is of {value.dtype}{kind}; expected dense weights of {wanted.dtype} or another "
                "floating-point type, as the network has them before it is quantised or pruned to sparse tensors"
            )


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
        with torch.serialization.safe_globals(HARMLESS):
            return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # whatever a broken or hostile pickle raises
        if found := UNSUPPORTED.search(ANSI.sub("", str(error))):
            raise NetworkRefused(
                f"{path} holds an object of {found[1]}, which only running its code could restore; save the weights "
                "alone: torch.save(model.state_dict(), FILE)"
            ) from None
        raise NetworkRefused(f"{path} is damaged, or no file of torch.save") from None


def _read_safetensors(path: Path) -> Mapping[str, Tensor]:
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
