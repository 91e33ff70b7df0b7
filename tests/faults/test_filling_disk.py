"""A disk that fills while a file is written: an error names the file, no half of it counts, and a second try succeeds.

A limit on the size of files stands for the disk: the system refuses to write on, as it does when a disk is full.
"""

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from queries.errors import DataError
from queries.files import whole_file
from queries.integrity.archive import NODES, Section, read_contents, writing
from queries.progress import ignore_progress

BYTES = 16_384  # that fit on the disk
LONG = [[{"id": f"node {number}", "text": f"{number:x}" * 50}] for number in range(20_000)]


@contextmanager
def filled() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def write_export(file: Path) -> None:
    with whole_file(file) as opened:
        opened.write(b"x" * 10 * BYTES)


def write_backup(file: Path) -> None:
    with writing(file, "arcadedb", "today", force=False) as writer:
        section = Section(NODES, "Model")
        opened = writer.section(section)
        opened.add(LONG)
        writer.end_section(section, opened)
        writer.end()


@pytest.mark.parametrize("write", [write_export, write_backup])
def test_a_file_that_a_user_named_is_whole_or_not_there(tmp_path: Path, write: Callable[[Path], None]) -> None:
    file = tmp_path / "named"
    with filled(), pytest.raises(DataError, match=f"cannot write {file}: File too large; name another file"):
        write(file)
    assert list(tmp_path.iterdir()) == []
    write(file)
    assert list(tmp_path.iterdir()) == [file]
    if write is write_backup:
        assert read_contents(file, ignore_progress).rows(NODES) == len(LONG)


def test_a_picture_is_whole_or_not_there(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the extra `ingest` is not installed")
    from ingest.pictures.folder import write_picture

    with filled(), pytest.raises(OSError, match="File too large"):
        write_picture(tmp_path, 3, "channel", b"x" * 10 * BYTES)
    assert list(tmp_path.iterdir()) == []
    name = write_picture(tmp_path, 3, "channel", b"x" * 10 * BYTES)
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_class_that_is_counted_is_whole_or_not_there(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="the extra `ingest` is not installed")
    from queries.records import LayerSize
    from tests.runs import count_rows, write_run

    layers = (LayerSize("low", 0, 300), LayerSize("top", 1, 300))
    with filled(), pytest.raises(OSError, match="File too large"):
        write_run(tmp_path / "pets", 2, layers=layers)
    assert list((tmp_path / "pets" / "classes").glob("[!.]*")) == []
    whole = write_run(tmp_path / "whole", 2, layers=layers)
    assert count_rows(write_run(tmp_path / "pets", 2, layers=layers), 2) == count_rows(whole, 2)
    assert [each.name for each in (tmp_path / "pets" / "classes").glob(".*")] == []
