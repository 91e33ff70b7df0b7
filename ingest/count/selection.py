"""The two ways to select the largest values: by share of the total (Method 2) and by rank (Method 1)."""

import torch
from torch import Tensor


def top_by_mass(values: Tensor, share: float) -> Tensor:
    """Method 2: (..., C) bool, the largest values that together hold the first `share` of the positive total.

    values  (..., C) float32 or float64; values that are not positive are never selected
    share   above 0, at most 1; the value that crosses it is selected
    Values are taken in descending order, ties by ascending index. Without a positive value nothing is selected.
    float64 sums of float32 values are exact here, so the result depends on neither batch nor device.
    """
    ordered, index = values.double().clamp_min(0).sort(dim=-1, descending=True, stable=True)
    mass = ordered.cumsum(-1)
    before = torch.cat([torch.zeros_like(mass[..., :1]), mass[..., :-1]], dim=-1)
    selected = (before < share * mass[..., -1:]) & (ordered > 0)
    return torch.zeros_like(selected).scatter(-1, index, selected)


def top_by_rank(values: Tensor, top: int) -> Tensor:
    """Method 1: (..., C) bool, the `top` largest positive values; ties go to the lower index."""
    ordered, index = values.sort(dim=-1, descending=True, stable=True)
    selected = ordered > 0
    selected[..., top:] = False
    return torch.zeros_like(selected).scatter(-1, index, selected)
