"""Everything a run is told, as data."""

from dataclasses import dataclass, field
from pathlib import Path

from ingest.count.rules import Rules
from queries.errors import DataError


@dataclass(frozen=True, slots=True)
class Settings:
    """What to measure, with what, and where to leave it.

    network     a torchvision classifier, "efficientnet-lite0", or "module:function"
    images      folder with a subfolder of pictures for each class
    run         folder of the run on disk; made, or gone on with
    weights     "default", a torchvision name, the path of a state dict, or "none"
    layers      modules that are the rows; empty for the family's own
    exclude     channels not to count, "<layer>/<index>" each
    classes     folders to count, by name; empty for all
    limit       pictures of a class, at most; None for all
    mapping     file that says which class a folder is (columns folder, class)
    class_list  file with index, wnid and name of the network's outputs
    size        side of the network's input in pixels; None for what the weights were made for
    device      "auto", "cpu", "cuda" or "cuda:1"
    batch       pictures counted together; changes speed and memory, never a count
    workers     processes that read pictures ahead; 0 reads them in turn
    processes   copies of the network side by side on this machine; torchrun sets its own number
    keep_votes  keep each picture's channel maxima and votes, so that any subset of pictures has its own graph later
    rules       parameters of the method
    Raises DataError for numbers that cannot be.
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
    size: int | None = None
    device: str = "auto"
    batch: int = 8
    workers: int = 0
    processes: int = 1
    keep_votes: bool = True
    rules: Rules = field(default_factory=Rules)

    def __post_init__(self) -> None:
        for name, least in (("batch", 1), ("workers", 0), ("processes", 1)):
            if getattr(self, name) < least:
                raise DataError(f"{name} {getattr(self, name)} must be at least {least}")
        for name in ("limit", "size"):
            if getattr(self, name) is not None and getattr(self, name) < 1:
                raise DataError(f"{name} {getattr(self, name)} must be at least 1")
