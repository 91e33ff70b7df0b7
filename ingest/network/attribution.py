"""Attribution: how much each channel of a layer raises a class's log-odds, in one image.

The attribution of channel i of a layer is the sum over positions of gradient times (activation - mean): to first
order, what the log-odds would lose if the channel stood at its mean. One backward pass gives it for every layer. Layers
without a ReLU are signed, so activations are taken as they are, and a channel below its mean can add to the class too.

The passes are those of the network itself, in float32; sums over positions are in float64.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Aim:
    """What attribution is taken of.

    output  of the network, whose log-odds are explained
    means   one per layer: (C,) float64, each channel's mean over positions and general pictures
    """

    output: int
    means: tuple[Tensor, ...]


def log_odds(scores: Tensor, output: int) -> Tensor:
    """(batch,): the score of an output less the logarithm of the summed exponentials of all others.

    scores  (batch, outputs) before softmax, two outputs at least
    """
    others = torch.cat([scores[:, :output], scores[:, output + 1 :]], dim=1)
    return scores[:, output] - others.logsumexp(1)


def attributions(odds: Tensor, values: Sequence[Tensor], means: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """The attribution of every channel, one (batch, C) float64 per layer; 0 for a layer that does not lead to `odds`.

    odds    (batch,) of pictures that pass through the network independently, with their autograd graph
    values  one per layer: (batch, C, height, width), in that graph
    cost    one backward pass
    """
    gradients = torch.autograd.grad(odds.sum(), values, allow_unused=True)
    return tuple(map(_attribution, gradients, values, means))


def _attribution(gradient: Tensor | None, value: Tensor, mean: Tensor) -> Tensor:
    if gradient is None:
        return torch.zeros(value.shape[:2], dtype=torch.float64, device=value.device)
    difference = value.detach().double() - mean[:, None, None]
    return (gradient.double() * difference).flatten(2).sum(2)
