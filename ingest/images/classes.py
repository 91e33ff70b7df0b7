"""Which class each folder of pictures is, and which output of the network answers for it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from queries.errors import DataError
from queries.load.tables import read_rows

WNID = re.compile(r"n\d{8}")
NO_OUTPUT = "-"


@dataclass(frozen=True, slots=True)
class FolderClass:
    """One class of a run.

    folder  name of its folder of pictures
    index   of the class in the run: the network's output, or a number behind the last output where it has none
    output  the network output that stands for it, None where there is none (a graph, but no accuracy)
    wnid    its WordNet id where it is known
    """

    folder: str
    index: int
    name: str
    wnid: str | None
    output: int | None


@dataclass(frozen=True, slots=True)
class Output:
    """What is known of one network output."""

    index: int
    wnid: str | None
    name: str


def known_outputs(names: Sequence[str], class_list: Sequence[Mapping[str, Any]]) -> list[Output]:
    """What a class list says of the outputs, else what the weights themselves do."""
    if class_list:
        return [Output(row["index"], row["wnid"] or None, row["name"]) for row in class_list]
    return [Output(index, None, name) for index, name in enumerate(names)]


def read_mapping(path: Path) -> dict[str, str]:
    """Folder -> class (an index, a wnid, a name, or "-" for none) from a tab-separated file with that header."""
    rows = read_rows(path, ("folder", "class"), lambda row: dict(row))
    return {row["folder"]: row["class"] for row in rows}


def match_folders(
    folders: Sequence[str], outputs: int, known: Sequence[Output], mapping: Mapping[str, str] | None = None
) -> list[FolderClass]:
    """The class of each folder, in order of index.

    A folder is matched by the mapping where that names it, else by its own name: an output's index, its wnid, or its
    name (upper and lower case, "_" and "-" do not matter; one of several names parted by commas is enough). Folders
    whose names are all wnids, as many as there are outputs, are taken in order. Raises DataError for a name of two
    outputs, an output of two folders, and a mapping to what does not exist.
    """
    mapping = mapping or {}
    strangers = sorted(mapping.keys() - set(folders))
    if strangers:
        raise DataError(f"the mapping names folders that are not there: {strangers[:5]}")
    by_word = _by_word(known)
    in_order = len(folders) == outputs and not known and all(map(WNID.fullmatch, folders))
    classes, without = [], []
    details = {output.index: output for output in known}
    for at, folder in enumerate(sorted(folders)):
        index = at if in_order else _find(folder, outputs, by_word, mapping)
        if index is None:
            without.append(folder)
        else:
            about = details.get(index)
            wnid = about.wnid if about else folder if WNID.fullmatch(folder) else None
            classes.append(FolderClass(folder, index, about.name if about else folder, wnid, index))
    _refuse_twins(classes)
    classes += [
        FolderClass(folder, outputs + at, folder.replace("_", " "), folder if WNID.fullmatch(folder) else None, None)
        for at, folder in enumerate(without)
    ]
    return sorted(classes, key=lambda one: one.index)


def _find(folder: str, outputs: int, by_word: Mapping[str, set[int]], mapping: Mapping[str, str]) -> int | None:
    word = mapping.get(folder, folder)
    if word == NO_OUTPUT:
        return None
    if word.isdecimal() and int(word) < outputs:
        return int(word)
    found = {index for index in by_word.get(_plain(word), set()) if index < outputs}
    if len(found) > 1:
        raise DataError(
            f"{folder}: outputs {sorted(found)} are all called {word!r}; say which one in a mapping file (--mapping)"
        )
    if not found and folder in mapping:
        raise DataError(
            f"{folder}: the mapping says {word!r}, which is no index, wnid or name of the {outputs} outputs"
        )
    return found.pop() if found else None


def _by_word(known: Sequence[Output]) -> dict[str, set[int]]:
    words: dict[str, set[int]] = {}
    for output in known:
        for word in {*output.name.split(","), output.name, output.wnid or output.name}:
            words.setdefault(_plain(word), set()).add(output.index)
    return words


def _plain(word: str) -> str:
    return re.sub(r"[\s_\-]+", " ", word).strip().casefold()


def _refuse_twins(classes: Sequence[FolderClass]) -> None:
    seen: dict[int, str] = {}
    for one in classes:
        if one.index in seen:
            raise DataError(
                f"folders {seen[one.index]!r} and {one.folder!r} are both output {one.index}; put their pictures "
                'together, or say "-" for one of them in a mapping file'
            )
        seen[one.index] = one.folder
