"""Running the instrumented network so that a picture's numbers never depend on its neighbours."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor
from torch.nn import functional

from ingest.count.instrument import Instrumented, Seen, together
from queries.errors import DataError

ON_GPU = 32  # pictures of one forward pass on a GPU; the last pass is filled up, so that every pass is the same kernel


def choose_device(name: str, rank: int = 0) -> torch.device:
    """ "auto" is the rank's own GPU where there is one, else the CPU. DataError for a device that is not there."""
    if name == "auto":
        name = f"cuda:{rank % torch.cuda.device_count()}" if torch.cuda.is_available() else "cpu"
    elif name == "cuda" and torch.cuda.is_available():
        name = f"cuda:{rank % torch.cuda.device_count()}"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise DataError(f"device {name}: no CUDA device can be used here; take cpu or auto")
    try:
        device = torch.device(name)
    except RuntimeError:
        device = torch.device("meta")
    if device.type not in ("cpu", "cuda"):
        raise DataError(f"device {name}: it takes auto, cpu, cuda or cuda:1")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise DataError(f"device {name}: this machine has {torch.cuda.device_count()} CUDA devices, from cuda:0 on")
    return device


@contextmanager
def repeatable() -> Iterator[None]:
    """One thread, full float32, fixed algorithms: the same picture gives the same bits. Undone when the block ends."""
    threads = torch.get_num_threads()
    cudnn, matmul = torch.backends.cudnn, torch.backends.cuda.matmul
    before = (cudnn.deterministic, cudnn.benchmark, cudnn.allow_tf32, matmul.allow_tf32)
    torch.set_num_threads(1)
    cudnn.deterministic, cudnn.benchmark, cudnn.allow_tf32, matmul.allow_tf32 = True, False, False, False
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        cudnn.deterministic, cudnn.benchmark, cudnn.allow_tf32, matmul.allow_tf32 = before


def show(probe: Instrumented, pictures: Tensor, device: torch.device) -> Seen:
    """What the network shows for pictures (batch, 3, height, width), whichever others are in the batch.

    On a CPU each picture runs alone, which costs nothing there; on a GPU passes of ON_GPU pictures, the last one filled
    up with empty ones.
    """
    if device.type == "cpu":
        return together([probe(picture) for picture in torch.split(pictures, 1)])
    passes = []
    for part in torch.split(pictures.to(device, non_blocking=True), ON_GPU):
        filled = functional.pad(part, (0, 0, 0, 0, 0, 0, 0, ON_GPU - len(part)))
        passes.append(probe(filled).part(slice(len(part))))
    return together(passes)
