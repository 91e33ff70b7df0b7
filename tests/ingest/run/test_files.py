"""What is damaged in a run, or of a later form, is named with the remedy by whatever reads it."""

from collections.abc import Callable
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from ingest.run.describe import describe_run
from ingest.run.files import counted_pictures, read_class_row, read_table
from ingest.run.write import RunWriter
from queries.errors import DataError
from tests.runs import write_run

TORN = b"PAR1"
OTHER = pyarrow.table({"something": ["else"]})


def later(file: Path) -> None:
    pyarrow.parquet.write_table(OTHER, file)


def torn(file: Path) -> None:
    file.write_bytes(TORN)


@pytest.mark.parametrize("harm", [torn, later, Path.unlink])
@pytest.mark.parametrize(
    "read",
    [
        lambda run: read_class_row(run, 0),
        describe_run,
        lambda run: RunWriter(run).finish(1.0),
    ],
)
def test_damaged_statistics_are_named(
    tmp_path: Path, harm: Callable[[Path], None], read: Callable[[Path], None]
) -> None:
    run = write_run(tmp_path / "run", 1)
    harm(run / "classes" / "00000" / "statistics.parquet")
    with pytest.raises(DataError, match=r"classes/00000 is damaged \(.*\); delete that folder and repeat the run's"):
        read(run)


def test_a_damaged_part_of_a_class_is_named(tmp_path: Path) -> None:
    run = RunWriter(write_run(tmp_path / "run", 1))
    columns = {"path": "a.png", "digest": "1", "skipped": None, "predicted": 0, "probability": 0.5, "of_truth": 0.5}
    pictures = pyarrow.table({name: [value] for name, value in columns.items()})
    tables = {"pictures": pictures, "tally": pyarrow.table({"table": [0], "cell": [0], "count": [1]})}
    part = run.write_part(7, 0, tables)
    assert counted_pictures(run.path, 7) == {"a.png"}
    other = RunWriter(run.path)
    ((folder, found),) = other.earlier_parts(7)
    assert folder == part and found == tables
    named = rf"parts/{part.name} is damaged"
    (part / "tally.parquet").write_bytes(TORN)
    with pytest.raises(DataError, match=named):
        list(other.earlier_parts(7))
    (part / "tally.parquet").unlink()
    with pytest.raises(DataError, match=named):
        list(other.earlier_parts(7))
    later(part / "pictures.parquet")
    with pytest.raises(DataError, match=rf"{named} \(No match for .*path"):
        counted_pictures(run.path, 7)
    with pytest.raises(DataError, match=rf"{named} \(No match for .*path"):
        list(other.earlier_parts(7))


def test_a_run_without_its_classes_has_none(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", 1)
    (run / "classes").rename(tmp_path / "elsewhere")
    assert describe_run(run).classes == 0
    with pytest.raises(DataError, match="classes/00000 is damaged"):
        read_table(run, 0, "activations")
