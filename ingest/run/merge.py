"""Merging runs: classes and pictures that were counted elsewhere, with the same settings, into one run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow

from ingest.images.classes import joined_outputs
from ingest.run.files import (
    FORMAT,
    MANIFEST,
    class_folder,
    class_indexes,
    read_manifest,
    read_parquet,
    read_table,
    what_finishes,
)
from ingest.run.means import LayerMeans, keep_means, read_means
from ingest.run.skips import keep_skips, read_skips
from ingest.run.write import PART_TABLES, RunWriter
from queries.errors import DataError
from queries.graphs.resampling.replicates import FILE
from queries.progress import Progress
from queries.records import Record
from queries.values import counted

EMPTY: Record = {"sources": [], "folders": {}, "outputs": []}  # what a run lists that nothing was planned in


@dataclass(frozen=True, slots=True)
class Merged:
    """What was merged.

    added      classes that the run did not have
    unchanged  classes whose pictures it had all
    waiting    classes that got pictures; `summit ingest` joins them to what the run has
    """

    run: Path
    added: int
    unchanged: int
    waiting: int

    def __str__(self) -> str:
        text = f"{self.run}: {counted(self.added, 'class')} added, {self.unchanged:,} there already"
        if not self.waiting:
            return text
        return f"{text}, {self.waiting:,} with more pictures: repeat the run's `summit ingest` command to add those"


def merge_run(path: Path, other: Path, progress: Progress) -> Merged:
    """Bring what `other` has into the run at `path`, which is created if there is none; `other` stays as it is.

    The run keeps the votes of single pictures from now on if both did. Where it is interrupted, the same merge finishes
    the run.
    Raises DataError, before anything is changed, for other settings, an unfinished run, other layer means, a class that
    stands for different outputs, and a picture that both have, where the other pictures of its class differ.
    """
    theirs = read_manifest(other)
    if theirs["format"] != FORMAT or not theirs["finished"]:
        raise DataError(f"{other} is not a finished run of this version; first {what_finishes(theirs)}")
    about = {name: theirs[name] for name in ("created", "versions")}
    run = RunWriter.open(path, _comparable(path, theirs), {**about, **EMPTY})
    ours, means = {**EMPTY, **run.manifest()}, _common_means(run, other)
    targets = _targets(path, ours, theirs, other)
    kinds = {index: _compare(run, target, other, index) for index, target in targets.items()}
    found = list(kinds.values())
    awaited = _awaited(ours, targets, found)
    if means:
        keep_means(run, means)
    if "skips" not in ours and (skips := read_skips(other)) is not None:
        keep_skips(run, skips)
    run.update({**_joined(ours, theirs, targets, bool({"new", "more"} & set(found))), "merging": awaited})
    for done, (index, target) in enumerate(targets.items(), 1):
        if kinds[index] == "new":
            run.write_class(target, _tables(other, index, target))
        elif kinds[index] == "more":
            tables = _tables(other, index, target)
            run.write_part(target, 0, {name: tables[name] for name in PART_TABLES if name in tables})
        progress("merging", done, len(targets))
    if awaited and set(awaited) <= set(class_indexes(path)):
        run.finish(ours.get("seconds", 0.0) + theirs["seconds"])
    return Merged(path, found.count("new"), found.count("same"), found.count("more"))


def _awaited(ours: Record, targets: Mapping[int, int], kinds: Sequence[str]) -> list[int]:
    """Indexes of the classes that the run is finished with, which merging brings; none where counting has to finish it.

    Those of a merge that was interrupted are among them.
    """
    if "more" in kinds or (ours["folders"] and not ours["finished"] and not ours.get("merging")):
        return []
    return sorted({*ours.get("merging", ()), *targets.values()})


def _comparable(path: Path, theirs: Record) -> Record:
    """The other run's identity with our own `votes`: whether votes are kept changes no count."""
    kept = read_manifest(path) if (path / MANIFEST).exists() else theirs
    return {**theirs["identity"], "votes": kept.get("identity", {}).get("votes")}


def _common_means(run: RunWriter, other: Path) -> LayerMeans | None:
    """The layer means of the other run's attribution counts, if it has such counts. DataError where ours has others."""
    ours, theirs = read_means(run.path), read_means(other)
    if ours and theirs and ours.digest != theirs.digest:
        raise DataError(
            f"the attribution counts of {run.path} and {other} are from different layer means, and cannot be added up; "
            "count one of them again with --means and the folder of the other, which then uses its means"
        )
    return theirs


def _targets(path: Path, ours: Record, theirs: Record, other: Path) -> dict[int, int]:
    """Index of each class of the other run -> its index in ours. DataError where they cannot be the same class."""
    folders: dict[str, int] = dict(ours["folders"])
    by_index = {index: folder for folder, index in folders.items()}
    outputs = len(theirs["outputs"])
    free = max([outputs - 1, *folders.values()]) + 1
    targets = {}
    for row in theirs["classes"]:
        folder, index = row["folder"], row["index"]
        held = folders.get(folder)
        target = index if row["output"] is not None else free if held is None else held
        if held is not None and (held != target or (target < outputs) != (row["output"] is not None)):
            raise DataError(
                f"{folder} is {_called(index, outputs)} in {other}, but {_called(held, outputs)} in {path}; count both "
                "with the same class list and mapping"
            )
        if by_index.get(target, folder) != folder:
            raise DataError(
                f"{folder} is {_called(index, outputs)} in {other}, but {path} has {by_index[target]} there; count "
                "both with the same class list and mapping"
            )
        free += target == free
        targets[index] = target
    return targets


def _called(index: int, outputs: int) -> str:
    return f"class {index} ({'an' if index < outputs else 'no'} output of the network)"


def _compare(run: RunWriter, target: int, other: Path, index: int) -> str:
    """Whether a class of the other run is "new" in ours, the "same", or has "more" pictures for it."""
    folder = class_folder(run.path, target)
    stored = [_pictures(tables["pictures"]) for _, tables in run.earlier_parts(target)]
    ours = {name: digest for pictures in stored for name, digest in pictures.items()}
    theirs = _pictures(read_parquet(class_folder(other, index) / "pictures.parquet", ("path", "digest")))
    shared = ours.keys() & theirs.keys()
    changed = sorted(name for name in shared if ours[name] != theirs[name])
    if changed:
        raise DataError(f"{changed[0]} has one content in {run.path} and another in {other}; keep them as two runs")
    if shared == theirs.keys():
        return "same"
    if shared:
        raise DataError(
            f"{run.path} has {len(shared):,} of {counted(len(theirs), 'picture')} of class {index} in {other} "
            f"already, such as {min(shared)}; expected all or none of them, since a picture would be counted twice"
        )
    return "more" if folder.exists() or stored else "new"


def _pictures(table: pyarrow.Table) -> dict[str, str]:
    """Name -> digest of the content."""
    return dict(zip(table["path"].to_pylist(), table["digest"].to_pylist(), strict=True))


def _tables(run: Path, index: int, target: int) -> dict[str, pyarrow.Table | Path]:
    """The files of a class; if its index is to be `target` instead, with changed statistics."""
    tables = class_folder(run, index).glob("[!.]*.parquet")  # some systems put hidden files of their own beside them
    files: dict[str, pyarrow.Table | Path] = {file.stem: file for file in tables}
    files |= {file.name: file for file in class_folder(run, index).glob(FILE)}
    if index == target:
        return files
    statistics = read_table(run, index, "statistics")
    place = statistics.column_names.index("index")
    return {**files, "statistics": statistics.set_column(place, "index", pyarrow.array([target], pyarrow.int32()))}


def _joined(ours: Record, theirs: Record, targets: Mapping[int, int], work: bool) -> Record:
    """What the manifest says of pictures, classes, outputs and votes, for both."""
    sources = [*ours["sources"], *(source for source in theirs["sources"] if source not in ours["sources"])]
    folders = {row["folder"]: targets[row["index"]] for row in theirs["classes"]}
    votes = all(each["identity"].get("votes") for each in (ours, theirs))
    return {
        "identity": {**ours["identity"], "votes": votes},
        "sources": sources,
        "folders": {**ours["folders"], **folders},
        "outputs": joined_outputs(theirs["outputs"], ours["outputs"]),
        "coverage": ours.get("coverage") or theirs.get("coverage", []),
        **({"head": head} if (head := ours.get("head") or theirs.get("head")) else {}),
        "finished": ours["finished"] and not work,
    }
