"""Where pictures come from: class folders, a table of paths and classes, or shards."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

from ingest.images.listing import LeftOut, Listing, list_class_folders
from ingest.images.picture import Picture, PictureFile, find_file, readable_name
from ingest.images.shards import NO_CLASS, list_parquet, list_tar
from queries.errors import DataError

TABLES = {".csv": ",", ".tsv": "\t"}
SHARDS = {".parquet": list_parquet, ".tar": list_tar}


def list_source(images: Path) -> Listing:
    """The pictures of each class in `images`. Raises DataError where it is none of these, or has no picture.

    a folder              one subfolder per class, or shards: *.parquet, *.tar, or data/*.parquet
    a file or a pattern   a shard, several of one kind (`train-*.tar`), or a table (.csv, .tsv)
    """
    if images.is_file() and images.suffix.lower() in TABLES:
        return list_table(images)
    shards = find_shards(images)
    if shards:
        return SHARDS[shards[0].suffix](shards, _root(images))
    if images.is_file():
        raise DataError(f"{images}: expected a folder, or a file of the kind {', '.join([*TABLES, *SHARDS])}")
    if not images.exists() and any(sign in images.name for sign in "*?["):
        raise DataError(
            f"{images}: no file matches this pattern; expected one that shards in {images.parent} match "
            f"({', '.join(f'*{kind}' for kind in SHARDS)}), which {_names_in(images.parent)}"
        )
    return list_class_folders(images)


def is_there(images: Path) -> bool:
    """Whether the folder, file or pattern still leads to something."""
    return images.exists() or bool(find_shards(images))


def picture_finder(images: Path) -> Callable[[str], Picture]:
    """A function from a picture's name in a run to the picture; reading one that is gone raises OSError."""
    root = _root(images)
    packed = {}
    if find_shards(images):
        packed = {picture.name: picture for found in list_source(images).classes.values() for picture in found}
    return lambda name: packed.get(name) or PictureFile(name, find_file(root, name))


def find_shards(images: Path) -> list[Path]:
    """The shards that `images` names, in order of name. DataError where they are of several splits or kinds."""
    if images.is_file():
        return [images] if images.suffix in SHARDS else []
    if images.is_dir():
        found = [path for pattern in ("*.parquet", "data/*.parquet", "*.tar") for path in images.glob(pattern)]
    else:
        found = [path for path in images.parent.glob(images.name) if path.suffix in SHARDS]
    kinds = sorted({path.suffix for path in found})
    splits = sorted({path.name.partition("-")[0] for path in found if "-of-" in path.name})
    if len(kinds) > 1 or len(splits) > 1:
        raise DataError(
            f"{images} has shards of several {'kinds' if len(kinds) > 1 else 'splits'} "
            f"({', '.join(kinds if len(kinds) > 1 else splits)}); choose some with a pattern, such as "
            f"--images '{found[0].parent / (splits or ['*'])[0]}*{found[0].suffix}'"
        )
    return sorted(found)


def list_table(table: Path) -> Listing:
    """The pictures in a table with the columns path and class, under that header.

    Paths are relative to the folder of the table. A picture of several classes has several rows, or its classes are
    separated by ";". Raises DataError with the line.
    """
    classes: dict[str, dict[str, Picture]] = {}
    left_out = []
    for line, path, words in _table_rows(table):
        names = [word.strip() for word in words.split(";") if word.strip()]
        if not names:
            left_out.append(LeftOut(path, NO_CLASS))
        for name in names:
            found = classes.setdefault(name, {})
            if path in found:
                raise DataError(f"{table}:{line}: {path} is listed for {name} twice; it would be counted twice")
            found[path] = PictureFile(path, table.parent / path)
    if not classes:
        raise DataError(f"{table} lists no picture with a class")
    ordered = {name: [classes[name][path] for path in sorted(classes[name])] for name in sorted(classes)}
    return Listing(ordered, (), left_out)


def _table_rows(table: Path) -> Sequence[tuple[int, str, str]]:
    """(line, path, class) of each row."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, delimiter=TABLES[table.suffix.lower()], strict=True)
            columns = list(rows.fieldnames or ())
            if columns.count("path") != 1 or columns.count("class") != 1:
                raise DataError(f"{table}:1: expected the columns path and class, each once; found {columns}")
            found = []
            for row in rows:
                if any(more := row.get(None) or ()):
                    raise DataError(
                        f"{table}:{rows.line_num}: expected {len(columns)} values, found {len(columns) + len(more)}; "
                        "quote a value that contains the separator"
                    )
                found.append((rows.line_num, row["path"] or "", row["class"] or ""))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{table} cannot be read as a table of path and class: {error}") from error
    missing = [line for line, path, _ in found if not path]
    if missing:
        raise DataError(f"{table}:{missing[0]}: expected a path, found none")
    return found


def _names_in(folder: Path) -> str:
    """Some of a folder's files, for an error."""
    if not folder.is_dir():
        return "is not a folder"
    names = sorted(readable_name(Path(path.name)) for path in folder.iterdir())
    more = f" and {len(names) - 5:,} more" if len(names) > 5 else ""
    return f"has {', '.join(names[:5]) or 'no files'}{more}"


def _root(images: Path) -> Path:
    return images if images.is_dir() else images.parent
