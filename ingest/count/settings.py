"""The settings of a run, as data."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from ingest.count.rules import Rules
from ingest.network.preprocess import Adjustments
from queries.errors import QueryError

SORTED: Final = "sorted"


@dataclass(frozen=True, slots=True)
class Settings:
    """What to count, with which network, and where to write it.

    network          a torchvision classifier, "efficientnet-lite0", or "module:function"
    images           where the pictures are, see ingest/images/sources.py
    run              folder of the run on disk; created, resumed, or extended
    weights          "default", a torchvision name, the path of a state dict, or "none"
    layers           modules to use as layers; empty for the architecture's own
    exclude          channels not to count, "<layer>/<index>" each
    classes          folders to count, by name; empty for all
    limit            size of a random sample of the pictures of each class; None for all
    first            how many pictures of each class to count, in order of name; None for all
    seed             of the sample
    mapping          file that assigns folders to classes (columns folder, class), or "sorted": folders in order of name
                     are the outputs
    class_list       file with index, wnid and name of the network's outputs
    adjustments      what differs from the network's own preprocessing
    transform_input  whether googlenet or inception_v3 converts its input itself; None for what its weights need
    output           the part of the network's answer that has the class scores; None for the only one that can
    device           "auto", "cpu", "cuda" or "cuda:1"
    batch            pictures counted at once; affects speed and memory, never a count
    workers          processes that read pictures ahead; 0 reads each when it is needed
    processes        processes on this machine that share the pictures; ignored under torchrun
    oriented         turn pictures as their EXIF orientation says, which torchvision does not
    attribution      count attribution, too, see ingest/network/attribution.py
    means            run whose layer means attribution is taken from; None for the run's own
    keep_votes       keep each picture's votes, so that any subset of pictures gets its own graph
    resample         resample each class's pictures, so that its graph's channels and edges have probabilities
    rules            parameters of the method
    Raises QueryError for a number out of range, for both limit and first, and for means without attribution.
    """

    network: str
    images: Path
    run: Path
    weights: str = "default"
    layers: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    limit: int | None = None
    first: int | None = None
    seed: int = 0
    mapping: Path | Literal["sorted"] | None = None
    class_list: Path | None = None
    adjustments: Adjustments = field(default_factory=Adjustments)
    transform_input: bool | None = None
    output: str | None = None
    device: str = "auto"
    batch: int = 8
    workers: int = 0
    processes: int = 1
    oriented: bool = False
    attribution: bool = False
    means: Path | None = None
    keep_votes: bool = False
    resample: bool = True
    rules: Rules = field(default_factory=Rules)

    def __post_init__(self) -> None:
        for name, least in (("batch", 1), ("workers", 0), ("processes", 1), ("limit", 1), ("first", 1)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise QueryError(f"{name} {value} must be at least {least}")
        if self.limit is not None and self.first is not None:
            raise QueryError(
                "both --limit and --first are given; use --limit for a sample, or --first for the first ones"
            )
        if self.means is not None and not self.attribution:
            raise QueryError("--means is given without --attribution, which alone uses layer means; add --attribution")
