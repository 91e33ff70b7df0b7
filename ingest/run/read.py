"""A finished run on disk as the database takes it: records instead of files, every flaw named. Needs no torch."""

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy
import pyarrow

from ingest.images.files import digest_of_list, list_folders
from ingest.run.folder import MANIFEST, Run, read_manifest
from queries.errors import DataError, first_line
from queries.load.counts import Activations, ClassCounts
from queries.records import Columns, LayerSize, digest_of

RENAMED = {  # columns of statistics.parquet -> properties of a class
    "truth_histogram": "probability_histogram",
    "top_histogram": "top_probability_histogram",
}
NO_PROPERTIES = ("index",)


class RunOnDisk:
    """Raises DataError where the run is not finished or its manifest is damaged.

    classes  indexes of the classes, ascending, without those none of whose pictures could be read: `empty`, by folder
    """

    def __init__(self, path: Path) -> None:
        manifest = read_manifest(path)
        if not manifest.get("finished"):
            done = len(list((path / "classes").glob("[0-9]*")))
            raise DataError(
                f"the run {path} is not finished ({done:,} classes are counted); repeat its `summit ingest` command, "
                "which goes on where it stopped"
            )
        self.path = path
        self._run = Run(path)
        try:
            self._read(path, manifest)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DataError(
                f"{path / MANIFEST} is damaged ({type(error).__name__}: {error}); count the run again under another "
                "name"
            ) from error

    def _read(self, path: Path, manifest: Mapping[str, Any]) -> None:
        settings = manifest["identity"]
        self.name = path.name
        self.settings: Mapping[str, Any] = settings
        self.layers: Sequence[LayerSize] = tuple(
            LayerSize(layer["name"], at, layer["channels"], _excluded(settings["excluded"], layer["name"]))
            for at, layer in enumerate(settings["layers"])
        )
        self._about = {row["index"]: row for row in manifest["classes"]}
        self.classes: Sequence[int] = tuple(sorted(index for index, row in self._about.items() if row["images"]))
        self.empty: Sequence[str] = tuple(row["folder"] for row in self._about.values() if not row["images"])
        self.properties: Mapping[str, Any] = {
            "architecture": settings["network"],
            "weights": settings["weights"],
            "weights_sha256": settings["weights_sha256"],
            "dataset": Path(settings["images"]).name,
            "images": manifest["images"],
            "skipped": manifest["skipped"],
            "top1_accuracy": manifest["top1_accuracy"],
            "input_size": settings["preprocessing"]["crop"],
            "run": str(path.resolve()),
            "counted": manifest["created"],
            "counted_with": json.dumps(manifest["versions"], sort_keys=True),
            **settings["rules"],
        }

    @property
    def pictures_digest(self) -> str:
        """Of the network and the lists of pictures: equal ones excite channels equally."""
        return digest_of([self.settings["weights_sha256"], [row["pictures_digest"] for row in self._about.values()]])

    def covers(self, images: Path) -> bool:
        """Whether every picture below `images` was counted or looked at."""
        if Path(self.settings["images"]) != images.resolve():
            return False
        digests = {row["folder"]: row["pictures_digest"] for row in self._about.values()}
        return digests == {name: digest_of_list(files, images) for name, files in list_folders(images).items()}

    def named(self, words: Sequence[str]) -> list[int]:
        """Indexes of the classes called by these folder names or indexes; all for none. Raises DataError."""
        by_word = {str(index): index for index in self.classes}
        by_word.update({self._about[index]["folder"]: index for index in self.classes})
        if strangers := [word for word in words if word not in by_word]:
            folders = ", ".join(self._about[index]["folder"] for index in self.classes[:5])
            raise DataError(
                f"{self._run.path} has no classes {strangers}; it takes folder names ({folders}, ...) or indexes"
            )
        return sorted({by_word[word] for word in words}) or list(self.classes)

    def counts(self, index: int) -> ClassCounts:
        """Raises DataError that names the folder of a damaged class."""
        try:
            return self._counts(index)
        except (OSError, KeyError, ValueError, IndexError, TypeError, pyarrow.ArrowException) as error:
            raise DataError(
                f"{self._run.folder(index)} is damaged ({first_line(error):.200}); delete that folder and "
                "repeat the run's `summit ingest` command, which counts the class again"
            ) from error

    def _counts(self, index: int) -> ClassCounts:
        row = self._run.about(index)
        if row["pictures_digest"] != self._about[index]["pictures_digest"]:
            raise ValueError("it was counted over other pictures than the manifest says")
        properties = {
            RENAMED.get(name, name): None if value == [] else value
            for name, value in row.items()
            if name not in NO_PROPERTIES
        }
        activations = self._run.read_class(index, "activations")
        influences = self._run.read_class(index, "influences")
        return ClassCounts(
            index,
            properties,
            {layer: Activations(*columns) for layer, columns in _by_layer(activations, "channel", "count").items()},
            {
                layer: Columns(*columns)
                for layer, columns in _by_layer(influences, "source", "target", "weight").items()
            },
        )


def find_run(name: str, home: Path) -> Path:
    """The folder of a run called `name` under SUMMIT_HOME/runs, or at that path. Raises DataError."""
    for path in (home / "runs" / name, Path(name)):
        if (path / MANIFEST).is_file():
            return path
    there = sorted(path.parent.name for path in (home / "runs").glob(f"*/{MANIFEST}"))
    raise DataError(
        f"no run is called {name!r}, and it is no folder of one; "
        + (f"{home / 'runs'} has {', '.join(there)}" if there else "`summit ingest` makes one")
    )


def _excluded(names: Sequence[str], layer: str) -> frozenset[int]:
    """Indexes of a layer's channels among "<layer>/<index>" names."""
    split = [name.rpartition("/") for name in names]
    return frozenset(int(index) for place, _, index in split if place == layer)


def _by_layer(table: pyarrow.Table, *columns: str) -> dict[str, list[list[int]]]:
    """Layer -> columns; a layer's rows lie together."""
    names = table.column("layer").combine_chunks()
    codes = names.indices.to_numpy()
    bounds = [*numpy.flatnonzero(numpy.diff(codes, prepend=-1)), len(codes)]
    parts = {}
    for start, end in pairwise(bounds):
        layer = names.dictionary[int(codes[start])].as_py()
        if layer in parts:
            raise ValueError(f"the rows of {layer} do not lie together")
        parts[layer] = [table.column(name)[int(start) : int(end)].to_numpy().tolist() for name in columns]
    return parts
