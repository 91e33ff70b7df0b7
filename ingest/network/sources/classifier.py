"""A classifier as counting sees it, wherever it came from."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from ingest.errors import NetworkRefused
from ingest.network.preprocess import Adjustments, Preprocessing
from queries.values import counted


@dataclass(frozen=True, eq=False)
class Network:
    """A classifier ready to be traced.

    name           as given
    module         in evaluation mode
    preprocessing  of its pictures; it belongs to the weights, and a wrong one costs ten points of accuracy
    weights        where the weights came from: a torchvision name, a file, "none" for a seeded random start
    digest         SHA-256 of every parameter and buffer
    class_names    one per network output where they are known, else empty
    switches       what else was chosen that changes what it computes, such as {"transform_input": True}
    notes          one sentence for each choice that was made for the user
    """

    name: str
    module: nn.Module
    preprocessing: Preprocessing
    weights: str
    digest: str
    class_names: tuple[str, ...] = ()
    switches: Mapping[str, bool] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        name: str,
        module: nn.Module,
        preprocessing: Preprocessing,
        weights: str,
        class_names: tuple[str, ...] = (),
        switches: Mapping[str, bool] | None = None,
        notes: tuple[str, ...] = (),
    ) -> "Network":
        """With the module in evaluation mode, its parameters frozen, and its digest.

        Raises NetworkRefused for weights that are not numbers.
        """
        _refuse_not_finite(module, weights)
        module = module.eval().requires_grad_(False)
        return cls(name, module, preprocessing, weights, digest_of(module), class_names, switches or {}, notes)

    def adjusted(self, adjustments: Adjustments) -> "Network":
        """With another preprocessing, which a note names where it differs from the network's own."""
        preprocessing = adjustments.apply(self.preprocessing)
        if preprocessing == self.preprocessing:
            return self
        note = f"pictures: {preprocessing} (the network's own: {self.preprocessing})"
        return replace(self.noted((note,)), preprocessing=preprocessing)

    def noted(self, notes: tuple[str, ...]) -> "Network":
        """With more notes."""
        return replace(self, notes=(*self.notes, *notes))


def _refuse_not_finite(module: nn.Module, weights: str) -> None:
    named = module.state_dict().items()
    numbers = {name: value for name, value in named if isinstance(value, Tensor) and value.is_floating_point()}
    broken = [name for name, value in numbers.items() if not bool(torch.isfinite(value).all())]
    if broken:
        raise NetworkRefused(
            f"{weights}: not finite: {len(broken):,} of {counted(len(numbers), 'weight')} ({', '.join(broken[:3])}); "
            "expected numbers, so choose a checkpoint from before its training diverged"
        )


def digest_of(module: nn.Module) -> str:
    """SHA-256 over names, shapes and bytes of the parameters and buffers, the same on every device."""
    digest = hashlib.sha256()
    for name, value in module.state_dict().items():
        if isinstance(value, Tensor):
            digest.update(f"{name} {tuple(value.shape)} {value.dtype}\n".encode())
            digest.update(value.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
