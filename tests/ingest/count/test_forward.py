"""Several pictures at once, as on a GPU: a network whose numbers then change is refused."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from ingest.count.forward import check_batch
from ingest.count.instrument import InstrumentedNetwork
from ingest.errors import NetworkRefused
from ingest.tracing.wiring import wire
from tests.ingest.networks import pictures

CPU = torch.device("cpu")


class Reshaped(nn.Module):
    """Two layers whose maps are reshaped in between, with a number of pictures that may be fixed."""

    def __init__(self, fixed: bool) -> None:
        super().__init__()
        self.fixed = fixed
        self.lower, self.upper, self.head = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 4, 1), nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.lower(x))
        count = int(x.shape[0]) if self.fixed else x.shape[0]
        x = x.reshape(count, 4, x.shape[2], -1)
        answer: Tensor = self.head(functional.relu(self.upper(x)).mean((2, 3)))
        return answer


def instrumented(fixed: bool) -> InstrumentedNetwork:
    torch.manual_seed(0)
    return InstrumentedNetwork(wire(Reshaped(fixed), pictures(1, 4), ["lower", "upper"]))


def test_a_network_that_fixes_the_number_of_pictures_is_refused_where_several_pass_at_once() -> None:
    with torch.inference_mode():
        check_batch(instrumented(fixed=False), pictures(1, 4), CPU)
        with pytest.raises(NetworkRefused, match=r"two pictures at once .*--device cpu"):
            check_batch(instrumented(fixed=True), pictures(1, 4), CPU)
