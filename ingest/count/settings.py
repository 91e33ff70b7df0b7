"""The settings of a run, as data."""

from dataclasses import dataclass, field
from pathlib import Path

from ingest.count.rules import Rules
from ingest.network.preprocess import Adjustments
from queries.errors import QueryError


@dataclass(frozen=True, slots=True)
class Settings:
    """What to count, with which network, and where to write it.

    network          a torchvision classifier, "efficientnet-lite0", or "module:function"
    images           folder with one subfolder of pictures per class
    run              folder of the run on disk; created, or resumed
    weights          "default", a torchvision name, the path of a state dict, or "none"
    layers           modules to use as layers; empty for the architecture's own
    exclude          channels not to count, "<layer>/<index>" each
    classes          folders to count, by name; empty for all
    limit            maximum number of pictures per class; None for all
    mapping          file that assigns folders to classes (columns folder, class)
    class_list       file with index, wnid and name of the network's outputs
    adjustments      what differs from the network's own preprocessing
    transform_input  whether googlenet or inception_v3 converts its input itself; None for what its weights need
    output           the part of the network's answer that has the class scores; None for the only one that can
    device           "auto", "cpu", "cuda" or "cuda:1"
    batch            pictures counted at once; affects speed and memory, never a count
    workers          processes that read pictures ahead; 0 reads each when it is needed
    processes        processes on this machine that share the pictures; ignored under torchrun
    keep_votes       keep each picture's channel maxima and votes, so that any subset of pictures gets its own graph
    rules            parameters of the method
    Raises QueryError for a number out of range.
    """

    network: str
    images: Path
    run: Path
    weights: str = "default"
    layers: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    limit: int | None = None
    mapping: Path | None = None
    class_list: Path | None = None
    adjustments: Adjustments = field(default_factory=Adjustments)
    transform_input: bool | None = None
    output: str | None = None
    device: str = "auto"
    batch: int = 8
    workers: int = 0
    processes: int = 1
    keep_votes: bool = True
    rules: Rules = field(default_factory=Rules)

    def __post_init__(self) -> None:
        for name, least in (("batch", 1), ("workers", 0), ("processes", 1), ("limit", 1)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise QueryError(f"{name} {value} must be at least {least}")
