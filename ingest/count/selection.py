"""The two ways to select the largest values: by share of the total (Method 2) and by rank (Method 1)."""

import numpy
import torch
from torch import Tensor

SEARCHED = 1024  # values among which NumPy finds the largest few, one after another, sooner than PyTorch does


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


def largest(values: Tensor, wanted: int) -> tuple[Tensor, Tensor]:
    """The largest values of each row and where they are, (rows, wanted) each, largest first.

    values  (rows, C) float32; they may be overwritten, as a copy takes longer than the search
    """
    if values.is_cuda or values.shape[1] > SEARCHED:
        return values.topk(wanted, dim=1)
    rest = values.contiguous().numpy()
    flat, start = rest.reshape(-1), numpy.arange(len(rest)) * rest.shape[1]
    where, best = numpy.empty((len(rest), wanted), numpy.int64), numpy.empty((len(rest), wanted), rest.dtype)
    for rank in range(wanted):
        where[:, rank] = rest.argmax(1)
        places = start + where[:, rank]
        best[:, rank] = flat[places]  # -inf once nothing else is left, whatever place is found again
        flat[places] = -numpy.inf
    return torch.from_numpy(best), torch.from_numpy(where)
