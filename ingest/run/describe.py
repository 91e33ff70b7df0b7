"""What a run is, from its files: its network, settings, classes and pictures, and whether it is finished."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.run.files import MANIFEST, class_indexes, parts_folder, read_class_row, read_manifest, runs_folder
from ingest.run.order import other_order
from queries.errors import DataError
from queries.records import Record

# Settings that are described apart, or too long.
APART = ("network", "weights", "layers", "convolutions", "attribution")


@dataclass(frozen=True, slots=True)
class RunDescription:
    """A run, finished or not.

    layers         name and number of channels of each
    coverage       sentences on what is counted of the network, and what is not and why; none where not known
    settings       everything else that the counts depend on
    attribution    pictures that the layer means of its attribution counts are over; None where it has no such counts
    sources        where its pictures are from, with the sample that was counted of them
    outputs        number of the network's outputs; None where the run does not know
    with_output    classes that an output stands for
    images         pictures that were counted
    skipped        pictures that could not be
    underway       classes of which some pictures are counted, but not all
    top1_accuracy  over the classes that have an output (0..1); None until the run is finished
    bytes          size on disk
    warning        what to look into before the run is used; None where nothing is conspicuous
    """

    name: str
    path: Path
    finished: bool
    created: str
    network: str
    weights: str
    layers: Mapping[str, int]
    coverage: Sequence[str]
    settings: Record
    attribution: int | None
    sources: Sequence[Record]
    outputs: int | None
    classes: int
    with_output: int
    images: int
    skipped: int
    underway: int
    top1_accuracy: float | None
    bytes: int
    versions: Mapping[str, str]
    warning: str | None = None


def describe_run(path: Path) -> RunDescription:
    """Raises DataError for a folder that is not a run."""
    manifest = read_manifest(path)
    rows = [read_class_row(path, index) for index in class_indexes(path)]
    try:
        identity = manifest["identity"]
        return RunDescription(
            name=path.name,
            path=path.resolve(),
            finished=manifest["finished"],
            created=manifest["created"],
            network=identity["network"],
            weights=identity["weights"],
            layers={layer["name"]: layer["channels"] for layer in identity["layers"]},
            coverage=manifest.get("coverage", []),
            settings={name: value for name, value in identity.items() if name not in APART},
            attribution=manifest.get("means", {}).get("pictures", 0) if "attribution" in identity else None,
            sources=manifest.get("sources", []),
            outputs=len(manifest["outputs"]) if "outputs" in manifest else None,
            classes=len(rows),
            with_output=sum(row["output"] is not None for row in rows),
            images=sum(row["images"] for row in rows),
            skipped=sum(row["skipped"] for row in rows),
            underway=len({folder.name.split("-")[0] for folder in parts_folder(path).glob("[0-9]*")}),
            top1_accuracy=manifest["top1_accuracy"] if manifest["finished"] else None,
            bytes=sum(file.stat().st_size for file in path.rglob("*") if file.is_file()),
            versions=manifest["versions"],
            warning=other_order(rows, manifest.get("outputs", ())) if manifest["finished"] else None,
        )
    except (KeyError, TypeError) as error:
        raise DataError(
            f"{path / MANIFEST} is damaged ({type(error).__name__}: {error}); count the run again under another name"
        ) from error


def list_runs(home: Path) -> Iterator[Path]:
    """The folders of all runs below SUMMIT_HOME, in order of name."""
    return (manifest.parent for manifest in sorted(runs_folder(home).glob(f"*/{MANIFEST}")))


def readable_size(size: int) -> str:
    """A number of bytes for a person, in powers of 1000."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}"
    return f"{size} bytes"
