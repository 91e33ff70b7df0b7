"""Labels of values: which channel of which earlier stage each entry of a tensor is; see ingest/tracing/follow.py."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ingest.tracing.record import rebuilt

OUTSIDE = -1  # the label of channels that do not come from the lower layer


def spread(labels: Tensor, shape: Sequence[int], axis: int) -> Tensor:
    """One label per channel, expanded to a whole shape without using its memory."""
    view = [1] * len(shape)
    view[axis] = len(labels)
    return labels.view(view).expand(tuple(shape))


def changes(labels: Tensor, axis: int) -> bool:
    """Whether labels differ along an axis."""
    if labels.shape[axis] == 1 or labels.stride(axis) == 0:
        return False
    return bool((labels != labels.narrow(axis, 0, 1)).any())


def outside(fact: Any) -> Any:
    """A value from outside the span: labels OUTSIDE for a map, everything else unchanged."""
    if isinstance(fact, Tensor):
        return torch.tensor(OUTSIDE).expand(fact.shape)
    return rebuilt(outside, fact)
