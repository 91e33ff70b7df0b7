"""Excluded channels, as a list or a file of them: never counted, and part of what makes a run the same run."""

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings
from ingest.run.excluded import channels_to_exclude
from ingest.run.files import read_table
from ingest.run.read import RunReader
from queries.errors import DataError, QueryError
from tests.ingest.count.test_pipeline import images, settings

__all__ = ["images", "settings"]  # fixtures


def test_a_file_and_a_list_of_channels_are_the_same(tmp_path: Path) -> None:
    file = tmp_path / "out.txt"
    file.write_text("# of a run\nmixed/0  # 1.5 0.01 0.3\n\nfirst/3\nmixed/0\n")
    assert channels_to_exclude(str(file)) == ("mixed/0", "first/3")
    assert channels_to_exclude(f"stem/1, {file},mixed/0") == ("stem/1", "mixed/0", "first/3")
    assert channels_to_exclude("mixed/0, first/3") == ("mixed/0", "first/3") and channels_to_exclude("") == ()
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(QueryError, match=r"--exclude .*out\.txt cannot be read as a list of channels"):
        channels_to_exclude(str(file))


def test_excluded_channels_are_in_no_count_and_belong_to_the_run(settings: Settings) -> None:
    out = replace(settings, exclude=("mixed/0", "mixed/3", "first/3"), attribution=True)
    count_pictures(out)
    run = RunReader(out.run)
    assert {layer.name: layer.excluded for layer in run.layers} == {"stem": set(), "mixed": {0, 3}, "first": {3}}
    for index in run.classes:
        for table in ("activations", "attributions"):
            if table in ("activations",) or index in (0, 1):
                rows = read_table(out.run, index, table).to_pylist()
                assert rows
                assert not {(row["layer"], row["channel"]) for row in rows} & {("mixed", 0), ("mixed", 3), ("first", 3)}
        sources = {
            row["source"] for row in read_table(out.run, index, "influences").to_pylist() if row["layer"] == "first"
        }
        assert sources and not sources & {0, 3}
    with pytest.raises(DataError, match="was started with other settings \\(excluded: "):
        count_pictures(replace(out, exclude=("mixed/0",)))
    with pytest.raises(QueryError, match=r"--exclude nothing: no such channel; .*or a file with one per line"):
        count_pictures(replace(out, exclude=("nothing",)))


def test_a_layer_of_which_nothing_would_be_left_is_refused(settings: Settings) -> None:
    whole = tuple(f"stem/{channel}" for channel in range(6))
    with pytest.raises(QueryError, match=r"--exclude has every channel of stem; leave at least one of each layer"):
        count_pictures(replace(settings, exclude=whole))
    assert not settings.run.exists() or not (settings.run / "manifest.json").exists()
