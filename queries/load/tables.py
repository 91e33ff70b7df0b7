"""Tab-separated lists of classes and of groups of classes."""

from collections.abc import Callable
from pathlib import Path

from queries.errors import DataError
from queries.groups import INDEXES
from queries.records import Record

CLASS_COLUMNS = ("index", "wnid", "name")
GROUP_COLUMNS = ("wnid", "name", "classes")


def read_class_list(path: Path) -> list[Record]:
    """Rows {index, wnid, name} of a class list, one per class; wnid may be None. Raises DataError with the line."""

    def parse(row: dict[str, str]) -> Record:
        return {"index": whole_number(row["index"]), "wnid": row["wnid"].strip() or None, "name": row["name"]}

    rows = read_rows(path, CLASS_COLUMNS, parse, may_be_empty=("wnid",))
    refuse_repeats(path, "index", rows)
    return rows


def read_group_list(path: Path) -> list[Record]:
    """Rows {wnid, name, classes} of a group list; classes are indexes, ascending. Raises DataError."""

    def parse(row: dict[str, str]) -> Record:
        wnid, name = (group_name(row[column]) for column in ("wnid", "name"))
        return {
            "wnid": wnid,
            "name": name,
            "classes": sorted({whole_number(word) for word in row["classes"].split(",")}),
        }

    rows = read_rows(path, GROUP_COLUMNS, parse)
    refuse_repeats(path, "wnid", rows)
    return rows


def read_rows(
    path: Path,
    columns: tuple[str, ...],
    parse: Callable[[dict[str, str]], Record],
    may_be_empty: tuple[str, ...] = (),
) -> list[Record]:
    """The rows under a header of exactly these columns. Raises DataError with file and line."""
    try:
        header, *lines = path.read_text(encoding="utf-8-sig").splitlines() or [""]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as a list of {', '.join(columns)}: {error}") from error
    if tuple(header.split("\t")) != columns:
        raise DataError(f"{path}:1: expected the tab-separated header {' '.join(columns)}, found {header!r:.80}")
    rows = []
    for number, line in enumerate(lines, 2):
        values = line.split("\t")
        try:
            if len(values) != len(columns):
                raise ValueError(f"{len(values)} columns")
            row = dict(zip(columns, values, strict=True))
            if not all(value.strip() for column, value in row.items() if column not in may_be_empty):
                raise ValueError("an empty column")
            rows.append(parse(row))
        except ValueError as error:
            raise DataError(f"{path}:{number}: {error}; expected {', '.join(columns)} separated by tabs") from error
    return rows


def refuse_repeats(path: Path, column: str, rows: list[Record]) -> None:
    """Raise DataError where two rows have the same value in the column that names them."""
    lines: dict[object, int] = {}
    for number, row in enumerate(rows, 2):
        if (first := lines.setdefault(row[column], number)) != number:
            raise DataError(f"{path}:{number}: {column} {row[column]} stands in line {first} too; it may stand once")


def group_name(word: str) -> str:
    """What a group can be asked for by; raises ValueError for what is read as something else."""
    name = word.strip()
    if INDEXES.fullmatch(name) or "/" in name:
        raise ValueError(f"{name!r:.80} cannot name a group, since indexes of classes and ids are read from such text")
    return name


def whole_number(word: str) -> int:
    """A class index; raises ValueError that names the word."""
    if not word.strip().isdecimal():
        raise ValueError(f"{word!r} is not a class index")
    return int(word)
