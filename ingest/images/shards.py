"""Pictures packed in shards: Parquet files in the layout of Hugging Face, and WebDataset tar files."""

import json
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

import pyarrow
import pyarrow.parquet

from ingest.images.files import has_picture_suffix
from ingest.images.listing import LeftOut, Listing
from ingest.images.picture import Picture, readable_name
from queries.errors import DataError
from queries.records import Record
from queries.values import counted

GROUPS_KEPT = 4  # row groups kept in memory: pictures are read in order, and hashed a few at once
NO_CLASS = "no class is given"
LABELS = (
    pyarrow.types.is_integer,
    pyarrow.types.is_string,
    pyarrow.types.is_large_string,
    pyarrow.types.is_string_view,
    pyarrow.types.is_null,
)


@dataclass(frozen=True, slots=True)
class TarPicture:
    """A member of an uncompressed tar file: `size` bytes from `offset`."""

    name: str
    shard: Path
    offset: int
    size: int

    def read(self) -> bytes:
        with self.shard.open("rb") as file:
            file.seek(self.offset)
            content = file.read(self.size)
        if len(content) < self.size:
            raise OSError(f"{self.shard.name} ends within it")
        return content


@dataclass(frozen=True, slots=True)
class ParquetPicture:
    """One row of a row group of a Parquet file; `column` holds the bytes, itself or in its field "bytes"."""

    name: str
    shard: Path
    column: str
    group: int
    row: int

    def read(self) -> bytes:
        content = _row_group(self.shard, self.column, self.group)[self.row].as_py()
        if isinstance(content, Mapping):
            content = content.get("bytes")
        if not isinstance(content, bytes):
            raise OSError("its row holds no bytes")
        return content


@lru_cache(GROUPS_KEPT)
def _row_group(shard: Path, column: str, group: int) -> pyarrow.ChunkedArray:
    try:
        return pyarrow.parquet.ParquetFile(shard).read_row_group(group, [column])[column]
    except pyarrow.ArrowException as error:
        raise OSError(f"{shard.name} is damaged: {error}") from error


def list_parquet(shards: Sequence[Path], root: Path) -> Listing:
    """The pictures of Parquet files by class, in order of file and row; names are "<file>/<row>".

    An image column is one of the Hugging Face type Image, or called "image"; a class column is one of the type
    ClassLabel, whose names are the classes, or called "label". Raises DataError where there is none.
    """
    classes: dict[str, list[Picture]] = {}
    left_out = []
    for shard in shards:
        try:
            file = pyarrow.parquet.ParquetFile(shard)
            image, label, names = _columns(file.schema_arrow, shard)
            labels = file.read([label])[label].to_pylist()
        except (OSError, pyarrow.ArrowException) as error:
            raise DataError(f"{shard} cannot be read as a Parquet file: {error}") from error
        where = readable_name(shard.relative_to(root))
        for place, (row, (group, within)) in zip(labels, enumerate(_rows(file)), strict=True):
            name = f"{where}/{row:08d}"
            word = _class_name(place, names, shard)
            if word is None:
                left_out.append(LeftOut(name, NO_CLASS))
            else:
                classes.setdefault(word, []).append(ParquetPicture(name, shard, image, group, within))
    return _listing(classes, left_out, root)


def _rows(file: pyarrow.parquet.ParquetFile) -> Iterator[tuple[int, int]]:
    """(row group, row within it) of each row."""
    for group in range(file.num_row_groups):
        for row in range(file.metadata.row_group(group).num_rows):
            yield group, row


def _columns(schema: pyarrow.Schema, shard: Path) -> tuple[str, str, Sequence[str]]:
    """The image column, the class column, and the names of the classes if they are known."""
    described = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
    features: Record = described.get("info", {}).get("features", {})
    images = [name for name, about in features.items() if about.get("_type") == "Image"] or ["image"]
    labels = [name for name, about in features.items() if about.get("_type") == "ClassLabel"] or ["label"]
    for what, found, usual in (("image", images, "image"), ("class", labels, "label")):
        if usual in found:
            found[:] = [usual]
        if len(found) > 1 or found[0] not in schema.names:
            raise DataError(
                f"{shard} has no single {what} column (columns: {', '.join(schema.names)}); expected one called "
                f"{usual!r}"
            )
    kind = schema.field(labels[0]).type
    kind = kind.value_type if pyarrow.types.is_dictionary(kind) else kind
    if not any(of(kind) for of in LABELS):
        raise DataError(
            f"{shard}: its class column {labels[0]!r} is of {kind}; expected integers or strings, one for each picture"
        )
    return images[0], labels[0], features.get(labels[0], {}).get("names", [])


def _class_name(label: object, names: Sequence[str], shard: Path) -> str | None:
    if label is None or label == "" or label == -1:  # -1: Hugging Face's sign for unknown
        return None
    if not names or not isinstance(label, int):
        return str(label)
    if not 0 <= label < len(names):
        raise DataError(f"{shard} has the label {label}, but names {counted(len(names), 'class')}")
    return names[label]


def list_tar(shards: Sequence[Path], root: Path) -> Listing:
    """The pictures of WebDataset shards by class, in order; names are "<file>/<member>".

    A sample is the members whose names agree up to the first dot of the file name; its class is the text of the member
    with the suffix .cls. A mask beside its picture (1.seg.png beside 1.png) is none of its own. Raises DataError for a
    shard that is not an uncompressed tar file.
    """
    classes: dict[str, list[Picture]] = {}
    left_out = []
    for shard in shards:
        where = readable_name(shard.relative_to(root))
        pictures, words, others = _samples(shard, where)
        left_out += others
        for key, members in pictures.items():
            word = words.get(key, "")
            left_out += [] if word else [LeftOut(member.name, NO_CLASS) for member in members]
            classes.setdefault(word, []).extend(members)
    classes.pop("", None)
    return _listing(classes, left_out, root)


def _samples(shard: Path, where: str) -> tuple[dict[str, list[Picture]], dict[str, str], list[LeftOut]]:
    """Pictures and class by key of the sample, and members that are neither."""
    pictures: dict[str, list[Picture]] = {}
    parts: dict[str, list[Picture]] = {}  # with a suffix of several words
    words: dict[str, str] = {}
    others = []
    try:
        with tarfile.open(shard, "r:", errors="surrogateescape") as tar:
            for member in (member for member in tar if member.isfile()):
                path = PurePosixPath(member.name)
                key, _, suffix = path.name.partition(".")
                key, name = f"{path.parent}/{key}", f"{where}/{readable_name(Path(member.name))}"
                if suffix == "cls":
                    text = tar.extractfile(member)
                    words[key] = _class_word(text.read() if text else b"", name)
                elif not has_picture_suffix(Path(path.name)):
                    others.append(LeftOut(name, f"not a picture ({path.suffix or 'no suffix'})"))
                elif any(picture.name == name for kept in (pictures, parts) for picture in kept.get(key, ())):
                    others.append(LeftOut(name, "another one in the shard has this name"))
                else:
                    picture = TarPicture(name, shard, member.offset_data, member.size)
                    (parts if "." in suffix else pictures).setdefault(key, []).append(picture)
            end = tar.offset  # where no further member was read
        with shard.open("rb") as file:
            file.seek(end)
            whole = file.read(tarfile.BLOCKSIZE) == bytes(tarfile.BLOCKSIZE)  # which marks the end
    except (tarfile.TarError, UnicodeDecodeError) as error:
        raise DataError(
            f"{shard} is not an uncompressed tar file of samples ({error}); uncompress it first, or copy it again"
        ) from error
    if not whole:
        raise DataError(
            f"{shard} is damaged or incomplete: at byte {end:,} there is neither a member nor the end mark of a tar "
            "file; copy it again"
        )
    others += [
        LeftOut(part.name, "beside the picture of its sample")
        for key in parts
        if key in pictures
        for part in parts[key]
    ]
    return parts | pictures, words, others


def _class_word(content: bytes, name: str) -> str:
    try:
        return content.decode().strip()
    except UnicodeDecodeError as error:
        raise DataError(
            f"{name} is not UTF-8 text ({error.reason}); expected the name or the index of a class"
        ) from error


def _listing(classes: Mapping[str, list[Picture]], left_out: list[LeftOut], root: Path) -> Listing:
    if not classes:
        why = f" ({len(left_out):,} are left out, {left_out[0].name}: {left_out[0].reason})" if left_out else ""
        raise DataError(
            f"the shards in {root} have no picture with a class{why}; expected a class in the class column of a "
            "Parquet file, or in a member .cls of each sample of a tar file"
        )
    return Listing(
        {name: sorted(classes[name], key=lambda picture: picture.name) for name in sorted(classes)}, (), left_out
    )
