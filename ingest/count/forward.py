"""Running the instrumented network so that a picture's numbers never depend on its neighbours."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor
from torch.nn import functional

from ingest.count.instrument import InstrumentedNetwork, Recording, concatenate
from ingest.errors import NetworkRefused
from ingest.network.attribution import Aim
from queries.errors import QueryError, first_line

ON_GPU = 32  # pictures per forward pass on a GPU; the last pass is padded, so that every pass runs the same kernel


def choose_device(name: str, rank: int = 0) -> torch.device:
    """The device called `name`; "auto" is the rank's own GPU if there is one, else the CPU.

    Raises QueryError for a device that is not there.
    """
    if name == "auto":
        name = f"cuda:{rank % torch.cuda.device_count()}" if torch.cuda.is_available() else "cpu"
    elif name == "cuda" and torch.cuda.is_available():
        name = f"cuda:{rank % torch.cuda.device_count()}"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise QueryError(f"device {name}: no CUDA device is available; use cpu or auto")
    try:
        device = torch.device(name)
    except RuntimeError:
        device = torch.device("meta")
    if device.type not in ("cpu", "cuda"):
        raise QueryError(f"device {name}: expected auto, cpu, cuda or a number such as cuda:1")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise QueryError(f"device {name}: this machine has {torch.cuda.device_count()} CUDA devices, numbered from 0")
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


def check_batch(network: InstrumentedNetwork, probe: Tensor, device: torch.device) -> None:
    """Raises NetworkRefused where a picture's numbers depend on how many pictures pass through the network at once.

    probe  (1, 3, height, width)
    cost   three pictures
    """
    pair = torch.cat([probe, probe.flip(3)]).to(device)
    try:
        alone, together = concatenate([network(picture) for picture in torch.split(pair, 1)]), network(pair)
        same = all(
            one.shape == both.shape and torch.allclose(one, both, rtol=1e-2, atol=1e-3 * float(one.abs().max()))
            for one, both in zip(
                (alone.scores, *alone.peaks, *_compared(alone)),
                (together.scores, *together.peaks, *_compared(together)),
                strict=True,
            )
        )
    except RuntimeError as error:
        same, why = False, f" ({first_line(error):.120})"
    else:
        why = ""
    if not same:
        raise NetworkRefused(
            "the network computes something else for two pictures at once than for each alone"
            f"{why}; its forward pass must leave the number of pictures open. Count with --device cpu, where each "
            "passes alone"
        )


def _compared(recording: Recording) -> Iterator[Tensor]:
    """The inputs but those that are only a yes or no, which rounding may turn."""
    return (each for each in recording.inputs if each.dim() > 2)


def check_attribution(network: InstrumentedNetwork, probe: Tensor, device: torch.device, layers: Sequence[int]) -> None:
    """Raises NetworkRefused where a network has no gradient from its scores to its layers.

    probe   (1, 3, height, width)
    layers  number of channels of each
    cost    a forward and a backward pass
    """
    aim = Aim(0, tuple(torch.zeros(channels, dtype=torch.float64, device=device) for channels in layers))
    try:
        found = network(probe.to(device), aim).attributions
    except RuntimeError as error:
        raise NetworkRefused(
            f"--attribution: the network has no gradient ({first_line(error):.160}); count it without --attribution"
        ) from error
    if not any(bool(values.any()) for values in found):
        raise NetworkRefused(
            "--attribution: the gradient of the class scores is 0 at every layer; count without --attribution, or "
            "choose layers that the scores depend on"
        )


def run_network(
    network: InstrumentedNetwork, pictures: Tensor, device: torch.device, aim: Aim | None = None
) -> Recording:
    """The recording of pictures (batch, 3, height, width); no picture's numbers depend on the others.

    aim  what to count the attribution of, if anything

    On a CPU each picture runs alone, which costs nothing there; on a GPU passes have ON_GPU pictures, the last one
    padded with empty ones.
    """
    if device.type == "cpu":
        return concatenate([network(picture, aim) for picture in torch.split(pictures, 1)])
    passes = []
    for batch in torch.split(pictures.to(device, non_blocking=True), ON_GPU):
        filled = functional.pad(batch, (0, 0, 0, 0, 0, 0, 0, ON_GPU - len(batch)))
        passes.append(network(filled, aim).select(slice(len(batch))))
    return concatenate(passes)
