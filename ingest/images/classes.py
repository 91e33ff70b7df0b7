"""Matching folders of pictures to classes and to outputs of the network."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from queries.errors import DataError
from queries.load.tables import read_rows, refuse_repeats
from queries.records import Record
from queries.values import counted

WNID = re.compile(r"n\d{8}")
NO_OUTPUT = "-"
Listed = Sequence[Any] | None  # wnid and name of an output in a run's manifest; None where nothing is known


@dataclass(frozen=True, slots=True)
class FolderClass:
    """One class of a run.

    folder  name of its folder of pictures
    index   of the class in the run: the network's output, or a number after the last output if it has none
    output  the network output that stands for it; None if there is none (it gets a graph, but no accuracy)
    wnid    its WordNet id if known
    """

    folder: str
    index: int
    name: str
    wnid: str | None
    output: int | None


@dataclass(frozen=True, slots=True)
class Output:
    """What is known about one network output."""

    index: int
    wnid: str | None
    name: str


def known_outputs(names: Sequence[str], class_list: Sequence[Record]) -> list[Output]:
    """The outputs according to a class list, or else according to the weights."""
    if class_list:
        return [Output(row["index"], row["wnid"], row["name"]) for row in class_list]
    return [Output(index, None, name) for index, name in enumerate(names)]


def refuse_other_outputs(source: str, known: Sequence[Output], outputs: int) -> None:
    """Raises DataError where an output is named that the network does not have.

    source  of the names, for the error
    """
    strange = [f"{output.index} ({output.name})" for output in known if output.index >= outputs]
    if strange:
        raise DataError(
            f"{source} names {counted(len(strange), 'output')} that the network does not have "
            f"({', '.join(strange[:3])}); it has {outputs:,}, from 0 to {outputs - 1:,}; expected the list of this "
            "network (--class-list)"
        )


def output_names(outputs: int, known: Sequence[Output]) -> list[Output | None]:
    """What is known of each output, in order; None where nothing is."""
    by_index = {output.index: output for output in known}
    return [by_index.get(index) for index in range(outputs)]


def joined_outputs(before: Sequence[Listed], now: Sequence[Listed]) -> list[Listed]:
    """The outputs as `now` lists them, except where `before` knew more: a name, or a wnid with it."""
    pairs = zip_longest(before, now)
    return [then if said is None or (then and then[0] and said[0] is None) else said for then, said in pairs]


def named_as_listed(classes: Sequence[FolderClass], outputs: Sequence[Listed]) -> list[FolderClass]:
    """The classes, those with an output of which something is known with its wnid and name."""
    known = [outputs[each.output] if each.output is not None else None for each in classes]
    return [
        replace(each, wnid=listed[0], name=listed[1]) if listed else each
        for each, listed in zip(classes, known, strict=True)
    ]


def read_mapping(path: Path) -> dict[str, str]:
    """Folder -> class (an index, a wnid, a name, or "-" for none) from a tab-separated file with that header.

    Raises DataError with file and line, also for a folder that is listed twice.
    """
    rows = read_rows(path, ("folder", "class"), lambda row: {**row, "folder": composed(row["folder"])})
    refuse_repeats(path, "folder", rows)
    return {row["folder"]: row["class"] for row in rows}


def sorted_mapping(folders: Sequence[str], outputs: int) -> dict[str, str]:
    """Folder -> output in the order of names, as torchvision's ImageFolder numbers them. DataError unless all match."""
    if len(folders) != outputs:
        raise DataError(
            f"--mapping sorted: {counted(len(folders), 'folder')}, but the network has {counted(outputs, 'output')}; "
            "expected one folder per output (an empty folder counts), or a mapping file"
        )
    return {composed(folder): str(index) for index, folder in enumerate(sorted(folders))}


def match_folders(
    folders: Sequence[str], outputs: int, known: Sequence[Output], mapping: Mapping[str, str] | None = None
) -> list[FolderClass]:
    """The class of each folder, in order of index.

    A folder is matched by the mapping if that lists it, else by its own name: an output's index, its wnid, or its name
    (case, "_" and "-" are ignored, accents may be composed or not; one of several comma-separated names is enough).
    Folders whose names are all wnids, as many as there are outputs, are matched in order. Raises DataError for a name
    that two outputs share, a folder's number that is the index of one output and the name of another, an output that
    two folders match, and a mapping of or to something that does not exist.
    """
    mapping = mapping or {}
    unknown = sorted(mapping.keys() - set(map(composed, folders)))
    if unknown:
        raise DataError(f"the mapping lists folders that do not exist: {unknown[:5]}")
    by_word = _by_word(known)
    in_order = len(folders) == outputs and not known and all(map(WNID.fullmatch, folders))
    classes, unmatched = [], []
    details = {output.index: output for output in known}
    for at, folder in enumerate(sorted(folders)):
        index = at if in_order else _find(folder, outputs, by_word, mapping)
        if index is None:
            unmatched.append(folder)
        else:
            output = details.get(index)
            wnid = output.wnid if output else folder if WNID.fullmatch(folder) else None
            classes.append(FolderClass(folder, index, output.name if output else folder, wnid, index))
    _refuse_shared_outputs(classes)
    classes += [
        FolderClass(folder, outputs + at, folder.replace("_", " "), folder if WNID.fullmatch(folder) else None, None)
        for at, folder in enumerate(unmatched)
    ]
    return sorted(classes, key=lambda each: each.index)


def keep_indexes(classes: Sequence[FolderClass], outputs: int, known: Mapping[str, int]) -> list[FolderClass]:
    """The classes with the indexes that a run gave their folders; new ones without an output are numbered after those.

    known  folder -> index of every class that the run has or once planned
    Raises DataError where a folder matches another output than before or none any more, or an output that another
    folder has.
    """
    by_index = {index: folder for folder, index in known.items()}
    free = max([outputs - 1, *known.values()]) + 1
    kept = []
    for each in classes:
        index = each.index if each.output is not None else known.get(each.folder, free)
        if each.output is None and index < outputs:
            raise DataError(
                f"{each.folder} is class {index} of the run, which is an output of the network, but now matches none; "
                "use the same class list and mapping, or another run name"
            )
        if known.get(each.folder, index) != index:
            raise DataError(
                f"{each.folder} is class {known[each.folder]} of the run, but now matches output {index}; use the same "
                "class list and mapping, or another run name"
            )
        if by_index.get(index, each.folder) != each.folder:
            raise DataError(
                f"{each.folder} matches output {index}, which is {by_index[index]} in the run; rename the folder, or "
                'map it to "-" in a mapping file'
            )
        free += index == free
        kept.append(replace(each, index=index))
    return sorted(kept, key=lambda each: each.index)


def _find(folder: str, outputs: int, by_word: Mapping[str, set[int]], mapping: Mapping[str, str]) -> int | None:
    word = mapping.get(composed(folder), folder)
    if word == NO_OUTPUT:
        return None
    found = {index for index in by_word.get(_plain(word), set()) if index < outputs}
    if word.isdecimal() and int(word) < outputs:
        if composed(folder) not in mapping and (others := found - {int(word)}):
            raise DataError(
                f"{folder} is the index of one output and the name of another, output {min(others)}; say which is "
                "meant in a mapping file (--mapping), where a number is an index, or with `--mapping sorted` where "
                "folders in order of name are the outputs"
            )
        return int(word)
    if len(found) > 1:
        raise DataError(
            f"{folder}: outputs {sorted(found)} are all called {word!r}; choose one in a mapping file (--mapping)"
        )
    if not found and composed(folder) in mapping:
        raise DataError(
            f"{folder}: the mapping says {word!r}, which is not an index, wnid or name of the "
            f"{counted(outputs, 'output')}"
        )
    return found.pop() if found else None


def _by_word(known: Sequence[Output]) -> dict[str, set[int]]:
    words: dict[str, set[int]] = {}
    for output in known:
        for word in {*output.name.split(","), output.name, output.wnid or output.name}:
            words.setdefault(_plain(word), set()).add(output.index)
    return words


def _plain(word: str) -> str:
    return re.sub(r"[\s_\-]+", " ", composed(word)).strip().casefold()


def composed(word: str) -> str:
    """With accents as part of their letters (NFC); some systems write them after the letter (NFD)."""
    return unicodedata.normalize("NFC", word)


def _refuse_shared_outputs(classes: Sequence[FolderClass]) -> None:
    seen: dict[int, str] = {}
    for each in classes:
        if each.index in seen:
            raise DataError(
                f"folders {seen[each.index]!r} and {each.folder!r} both match output {each.index}; merge them, or map "
                'one of them to "-" in a mapping file'
            )
        seen[each.index] = each.folder
