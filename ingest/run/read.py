"""A finished run on disk, as records that the database loads; every flaw is named. Needs no torch."""

import errno
import json
import shlex
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy
import pyarrow

from ingest.images.picture import digest_of_class, picture_digests
from ingest.images.sources import list_source
from ingest.run.files import (
    MANIFEST,
    class_folder,
    class_indexes,
    damaged,
    read_class_row,
    read_manifest,
    read_table,
    runs_folder,
    what_finishes,
)
from ingest.run.skips import read_skips
from queries.errors import DataError, QueryError
from queries.load.contributions import Contributions
from queries.load.counts import ChannelCounts, ClassCounts
from queries.pictures import run_pictures
from queries.records import Columns, LayerSize, Record, digest_of, digest_of_skips
from queries.values import counted

PROPERTIES = {  # columns of statistics.parquet that a class in the database calls otherwise
    "truth_histogram": "probability_histogram",
    "top_histogram": "top_probability_histogram",
}
NOT_PROPERTIES = ("index",)


class RunReader:
    """Raises DataError where the run is not finished or its manifest is damaged.

    argument  what names the run in a command, quoted for a shell
    classes   indexes of the classes, ascending, except those without a single readable picture
    empty     folders of those
    """

    def __init__(self, path: Path, argument: str | None = None) -> None:
        """Of the folder `path`, which is also the argument unless another is given."""
        manifest = read_manifest(path)
        if not manifest.get("finished"):
            raise DataError(
                f"the run {path} is not finished ({counted(len(class_indexes(path)), 'class')} counted); "
                f"{what_finishes(manifest)}"
            )
        self.path = path
        self.argument = shlex.quote(argument or str(path))
        try:
            self._read(path, manifest)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DataError(
                f"{path / MANIFEST} is damaged ({type(error).__name__}: {error}); count the run again under another "
                "name"
            ) from error

    def _read(self, path: Path, manifest: Record) -> None:
        self.sources: Sequence[Record] = manifest.get("sources") or [manifest["identity"]]
        first = {name: self.sources[0][name] for name in ("images", "limit")}
        settings = {**manifest["identity"], **first}
        if "attribution" in settings:  # counts from other means are other counts
            settings["attribution"] = {**settings["attribution"], "means": manifest.get("means", {}).get("digest")}
        self.name = path.name
        self.settings: Record = settings
        skips = read_skips(path)
        self.layers: Sequence[LayerSize] = tuple(
            LayerSize(
                layer["name"],
                at,
                layer["channels"],
                _excluded(settings["excluded"], layer["name"]),
                None if skips is None else skips[layer["name"]],
            )
            for at, layer in enumerate(settings["layers"])
        )
        self._outputs: Sequence[tuple[str | None, str] | None] = manifest.get("outputs", [])
        self._listed = {row["index"]: row for row in manifest["classes"]}
        self.classes: Sequence[int] = tuple(sorted(index for index, row in self._listed.items() if row["images"]))
        self.empty: Sequence[str] = tuple(row["folder"] for row in self._listed.values() if not row["images"])
        self.properties: Record = {
            "architecture": settings["network"],
            "weights": settings["weights"],
            "weights_sha256": settings["weights_sha256"],
            "dataset": ", ".join(dict.fromkeys(Path(source["images"]).name for source in self.sources)),
            "images": manifest["images"],
            "skipped": manifest["skipped"],
            "top1_accuracy": manifest["top1_accuracy"],
            "input_size": settings["preprocessing"]["crop"],
            "run": str(path.resolve()),
            "counted": manifest["created"],
            "counted_with": json.dumps(manifest["versions"], sort_keys=True),
            "head": manifest.get("head"),
            "skips_digest": None if skips is None else digest_of_skips(skips),
            **settings["rules"],
        }

    @property
    def pictures_digest(self) -> str:
        """Of the network and the lists of pictures: equal digests mean equal example pictures."""
        return digest_of([self.settings["weights_sha256"], [row["pictures_digest"] for row in self._listed.values()]])

    @property
    def pictures(self) -> Path:
        """Where the pictures of its channels are; it may not exist."""
        return run_pictures(self.path).resolve()

    def covers(self, images: Path) -> bool:
        """Whether the run was counted over exactly the pictures that are below `images` now; reads all of them."""
        if Path(self.settings["images"]) != images.resolve():
            return False
        counted = {row["folder"]: row["pictures_digest"] for row in self._listed.values()}
        classes = list_source(images).classes
        if counted.keys() != classes.keys():
            return False
        return all(
            counted[name]
            == digest_of_class(zip((each.name for each in pictures), picture_digests(pictures), strict=True))
            for name, pictures in classes.items()
        )

    def select(self, words: Sequence[str]) -> list[int]:
        """Indexes of the classes that words stand for: folder names or indexes; all if there are no words.

        Raises QueryError for a word without a class, and for a number that is the folder of one class and the index of
        another: `folder:1` and `index:1` say which.
        """
        by_folder = {self._listed[index]["folder"]: index for index in self.classes}
        by_index = {str(index): index for index in self.classes}
        for word in words:
            if by_folder.get(word, by_index.get(word)) != by_index.get(word, by_folder.get(word)):
                raise QueryError(
                    f"{word} is the folder of class {by_folder[word]} and the index of another folder, "
                    f"{self._listed[by_index[word]]['folder']}; say folder:{word} or index:{word}"
                )
        named = {f"folder:{word}": index for word, index in by_folder.items()}
        by_word = {f"index:{word}": index for word, index in by_index.items()} | named | by_index | by_folder
        if unknown := [word for word in words if word not in by_word]:
            folders = ", ".join(self._listed[index]["folder"] for index in self.classes[:5])
            raise QueryError(f"{self.path} has no classes {unknown}; expected folder names ({folders}, ...) or indexes")
        return sorted({by_word[word] for word in words}) or list(self.classes)

    def has_table(self, index: int, name: str) -> bool:
        """Whether a class has a table; earlier versions, or other settings, left out some."""
        return (class_folder(self.path, index) / f"{name}.parquet").is_file()

    def table(self, index: int, name: str) -> pyarrow.Table:
        """One of a class's tables, see ingest/run/files.py."""
        return read_table(self.path, index, name)

    def counts(self, index: int) -> ClassCounts:
        """Raises DataError that names the folder of a damaged class."""
        try:
            return self._counts(index)
        except (KeyError, ValueError, IndexError, TypeError, pyarrow.ArrowException) as error:
            raise damaged(class_folder(self.path, index), error) from error

    def _counts(self, index: int) -> ClassCounts:
        row = read_class_row(self.path, index)
        if row["pictures_digest"] != self._listed[index]["pictures_digest"]:
            raise ValueError("it was counted over other pictures than the manifest lists")
        properties = {
            PROPERTIES.get(name, name): None if value == [] else value
            for name, value in row.items()
            if name not in NOT_PROPERTIES
        }
        properties["confused_names"] = self._names(row["confused_outputs"])
        influences = by_layer(self.table(index, "influences"), "source", "target", "weight")
        return ClassCounts(
            index,
            properties,
            self._channel_counts(index, "activations"),
            {layer: Columns(*columns) for layer, columns in influences.items()},
            self._channel_counts(index, "attributions") if "attribution" in self.settings else {},
            read_contributions(self.table(index, "output")) if self.has_table(index, "output") else None,
        )

    def _channel_counts(self, index: int, table: str) -> dict[str, ChannelCounts]:
        found = by_layer(self.table(index, table), "channel", "count")
        return {layer: ChannelCounts(*columns) for layer, columns in found.items()}

    def _names(self, outputs: Sequence[int]) -> list[str] | None:
        """The names of outputs, empty where one is unknown; None where the run knows none of them."""
        known = [self._outputs[output] if output < len(self._outputs) else None for output in outputs]
        return [each[1] if each else "" for each in known] if any(known) else None


def read_contributions(table: pyarrow.Table) -> Contributions:
    """From output.parquet. Raises ValueError where no row, or more than one, is that of the bias."""
    *rows, last = table.to_pylist()
    channels = [row["channel"] for row in rows]
    if last["channel"] is not None or None in channels:
        raise ValueError("the last row of output.parquet, and it alone, has no channel")
    weights, means, contributions = ([row[name] for row in rows] for name in ("weight", "mean", "contribution"))
    return Contributions(channels, weights, means, contributions, last["contribution"])


def find_run(name: str, home: Path) -> Path:
    """The folder of a run called `name` under SUMMIT_HOME/runs, or at that path. Raises QueryError."""
    for path in (runs_folder(home) / name, Path(name)):
        try:
            if (path / MANIFEST).is_file():
                return path
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
    runs = sorted(path.parent.name for path in runs_folder(home).glob(f"*/{MANIFEST}"))
    raise QueryError(
        f"no run is called {name!r:.100}, and it is not the folder of a run; "
        + (f"{runs_folder(home)} has {', '.join(runs)}" if runs else "create one with `summit ingest`")
    )


def _excluded(names: Sequence[str], layer: str) -> frozenset[int]:
    """Indexes of a layer's channels among "<layer>/<index>" names."""
    split = [name.rpartition("/") for name in names]
    return frozenset(int(index) for place, _, index in split if place == layer)


def by_layer(table: pyarrow.Table, *columns: str) -> dict[str, list[list[int]]]:
    """Layer -> columns; the rows of a layer are adjacent."""
    names = table.column("layer").combine_chunks()
    codes = names.indices.to_numpy()
    bounds = [*numpy.flatnonzero(numpy.diff(codes, prepend=-1)), len(codes)]
    parts = {}
    for start, end in pairwise(bounds):
        layer = names.dictionary[int(codes[start])].as_py()
        if layer in parts:
            raise ValueError(f"the rows of {layer} are not adjacent")
        parts[layer] = [table.column(name)[int(start) : int(end)].to_numpy().tolist() for name in columns]
    return parts
