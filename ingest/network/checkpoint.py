"""Weights from files."""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from ingest.errors import NetworkRefused


def read_state_dict(path: Path) -> dict[str, Tensor]:
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


def output_count(module: nn.Module, state: Mapping[str, Tensor]) -> dict[str, int]:
    """{"num_classes": n} where a checkpoint's last layer has another number of outputs than the architecture."""
    own = module.state_dict()
    shared = [key for key in own if key.endswith("weight") and key in state]
    alike = [key for key in shared if state[key].shape[1:] == own[key].shape[1:]]
    differing = [key for key in alike if state[key].shape != own[key].shape]
    return {"num_classes": state[differing[-1]].shape[0]} if differing else {}


def fill(module: nn.Module, state: Mapping[str, Tensor], path: str) -> None:
    """Give a network the weights of a checkpoint. Raises NetworkRefused where they do not fit."""
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
