"""The file of a backup: compressed lines of JSON in sections, each with its digest, written and read as a stream.

    {"format": "summit-graph backup", "version": 1, "schema": 1, "engine": ..., "created": ...}
    {"section": "nodes", "label": "Model"}
    [{"id": ..., ...}]                                 a node's properties, one line each, by id
    {"end": 1, "sha256": ...}                          rows of the section and the digest of their lines
    {"section": "edges", "label": "Channel"}           what starts at these nodes
    [source id, type, target label, target id, properties]
    {"end": ..., "sha256": ...}
    {"whole": sha256 of all sections' digests}

Equal databases give equal sections, whichever engine holds them.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from queries.errors import DataError
from queries.files import whole_file
from queries.progress import Progress
from queries.records import Record
from queries.version import VERSION

FORMAT, FORMAT_VERSION = "summit-graph backup", 1
NODES, EDGES = "nodes", "edges"
COMPRESSION = 6  # of 9; more costs time and gains little


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one kind: `what` is NODES or EDGES, `label` that of the nodes, or of the edges' sources."""

    what: str
    label: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a whole backup holds.

    digest    of the contents, equal for equal ones
    sections  {section: (rows, digest)}
    """

    path: Path
    header: Record
    digest: str
    sections: dict[Section, tuple[int, str]]

    def rows(self, what: str) -> int:
        return sum(rows for section, (rows, _) in self.sections.items() if section.what == what)


class Writer:
    """Writes sections into an open file."""

    def __init__(self, file: BinaryIO, header: Record) -> None:
        self._file = file
        self._ends: dict[Section, tuple[int, str]] = {}
        self._write(header)

    def section(self, section: Section) -> "OpenSection":
        self._write({"section": section.what, "label": section.label})
        return OpenSection(self._file)

    def end_section(self, section: Section, opened: "OpenSection") -> None:
        self._ends[section] = (opened.rows, opened.digest.hexdigest())
        self._write({"end": opened.rows, "sha256": opened.digest.hexdigest()})

    def end(self) -> str:
        """The last line; the digest of the contents."""
        whole = digest_of_sections(self._ends)
        self._write({"whole": whole})
        return whole

    @property
    def sections(self) -> dict[Section, tuple[int, str]]:
        return dict(self._ends)

    def _write(self, value: object) -> None:
        self._file.write(line_of(value))


class OpenSection:
    """The section that is being written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.rows, self.digest = file, 0, hashlib.sha256()

    def add(self, rows: Iterable[object]) -> None:
        for row in rows:
            line = line_of(row)
            self.digest.update(line)
            self._file.write(line)
            self.rows += 1


@contextmanager
def writing(path: Path, engine: str, created: str, force: bool) -> Iterator[Writer]:
    """A Writer whose file, for its owner only, is there whole when the block ends well. Raises DataError."""
    header = {"format": FORMAT, "version": FORMAT_VERSION, "schema": VERSION, "engine": engine, "created": created}
    with whole_file(path, force, mode=0o600) as raw, gzip.GzipFile("", "wb", COMPRESSION, raw, mtime=0) as file:
        yield Writer(cast(BinaryIO, file), header)


def line_of(value: object) -> bytes:
    """One line: equal values give equal ones."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def digest_of_sections(ends: dict[Section, tuple[int, str]]) -> str:
    told = sorted((section.what, section.label, rows, digest) for section, (rows, digest) in ends.items() if rows)
    return hashlib.sha256(line_of(told)).hexdigest()


def read_contents(path: Path, progress: Progress) -> Contents:
    """Read a whole backup and compare every digest. Raises DataError that says what is wrong with the file."""
    lines = read_lines(path)
    header = read_header(path, next(lines, None))
    size, ends, whole = path.stat().st_size, dict[Section, tuple[int, str]](), None
    for line in lines:
        value = parsed(path, line)
        if "whole" in value:
            whole = value["whole"]
            break
        section = section_of(path, value)
        if section in ends:
            raise damaged(path, f"{section.what} of {section.label} come twice")
        ends[section] = read_end(path, section, lines)
        progress("verifying", len(ends), len(ends))
    if whole is None or whole != digest_of_sections(ends) or next(lines, None) is not None:
        raise damaged(path, f"it ends before its last line ({size:,} bytes)" if whole is None else "its end is altered")
    return Contents(path, header, whole, ends)


def read_end(path: Path, section: Section, lines: Iterator[bytes]) -> tuple[int, str]:
    """Read the rows of a section up to its last line; their number and digest."""
    digest = hashlib.sha256()
    for rows, line in enumerate(lines):
        if not line.startswith(b"["):
            value = parsed(path, line)
            if (value.get("end"), value.get("sha256")) != (rows, digest.hexdigest()):
                raise damaged(path, f"the {section.what} of {section.label} are not those that were written")
            return rows, digest.hexdigest()
        digest.update(line)
    raise damaged(path, f"it ends amid the {section.what} of {section.label}")


def read_rows(contents: Contents) -> Iterator[tuple[Section, list[object]]]:
    """Every row of a backup that read_contents found whole, with its section, in the order of the file."""
    section = None
    lines = read_lines(contents.path)
    next(lines)
    for line in lines:
        value = json.loads(line)
        if section is None:
            if "whole" in value:
                return
            section = section_of(contents.path, value)
        elif not line.startswith(b"["):
            section = None
        else:
            yield section, value


def read_lines(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") as file:
            yield from file
    except FileNotFoundError as error:
        raise DataError(f"{path} is not there; `summit db backup FILE` writes one") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged(path, str(error) or "it is cut off") from error
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from error


def read_header(path: Path, line: bytes | None) -> Record:
    header = parsed(path, line or b"")
    if header.get("format") != FORMAT:
        raise damaged(path, "its first line is not that of a backup of Summit Graph")
    for what, known in (("version", FORMAT_VERSION), ("schema", VERSION)):
        if type(header.get(what)) is not int or not 1 <= header[what] <= known:
            raise DataError(
                f"{path}: its {what} is {header.get(what)!r:.20} and this Summit Graph reads up to {known}; "
                "install a newer Summit Graph"
            )
    return header


def section_of(path: Path, value: Record) -> Section:
    what, label = value.get("section"), value.get("label")
    if what not in (NODES, EDGES) or not isinstance(label, str):
        raise damaged(path, f"a section was expected where it has {value!r:.60}")
    return Section(what, label)


def parsed(path: Path, line: bytes) -> Record:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise damaged(path, "a line is not JSON") from error
    if not isinstance(value, dict):
        raise damaged(path, f"an object was expected where it has {value!r:.60}")
    return value


def damaged(path: Path, why: str) -> DataError:
    return DataError(
        f"{path} is not a complete backup: {why}; use another copy or an older backup (nothing was changed)"
    )
