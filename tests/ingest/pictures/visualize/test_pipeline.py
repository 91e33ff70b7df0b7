"""Pictures of a small run: what is made, kept, made again, and that it never depends on how."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings as CountSettings
from ingest.pictures.counted import preprocessing_of_run
from ingest.pictures.folder import write_measured, write_picture
from ingest.pictures.visualize.colours import colour_root
from ingest.pictures.visualize.pipeline import Visualized, estimate, visualize
from ingest.pictures.visualize.plan import AGAIN, Settings
from ingest.pictures.visualize.progress import line
from ingest.pictures.visualize.sheet import write_sheet
from ingest.run.read import RunReader
from queries.errors import DataError, QueryError
from queries.pictures import COLOURS, content_hash, list_pictures, read_measured, run_pictures, synthesised_folder
from tests.commands import wait_for
from tests.ingest.count.test_pipeline import images
from tests.ingest.count.test_pipeline import settings as counting

__all__ = ["counting", "images"]  # fixtures


@pytest.fixture
def settings(counting: CountSettings) -> Settings:
    """Three channels of each layer; random weights, so that many fail."""
    count_pictures(counting)
    run = RunReader(counting.run)
    return Settings(run.path, {layer.name: range(min(3, layer.channels)) for layer in run.layers}, steps=4)


def files(run: Path) -> dict[str, bytes]:
    """Every picture and record, byte for byte."""
    folder = run_pictures(run) / "synthesised"
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*.*"))}


def run_again(settings: Settings) -> Visualized:
    return visualize(settings, lambda _: None, lambda made, total: None)


def test_each_channel_gets_a_picture_and_what_was_measured_of_it(settings: Settings, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    made = visualize(settings, lambda _: None, lambda *numbers: heard.append(numbers))

    first_tries = sum(map(len, settings.channels.values()))
    second_tries = made.made - first_tries
    assert made.kept == 0 and len(made.failed) <= second_tries
    assert heard[-1] == (made.made, made.made)
    for layer, channels in settings.channels.items():
        folder = synthesised_folder(run_pictures(settings.run), layer)
        there = list_pictures(folder)
        for channel in channels:
            measured = read_measured(folder, channel)
            assert measured is not None
            row = measured["pictures"]["mean"]
            assert there[channel, "mean"] == row["file"]
            assert content_hash((folder / row["file"]).read_bytes()) == row["file"].split(".")[1]
            assert measured["passed"] is row["passed"] is (row["rank"] == 1)
            assert row["steps"] == settings.steps or row["steps"] == settings.steps * AGAIN
            assert (f"{layer}/{channel}" in made.failed) is not row["passed"]

    before = files(settings.run)
    again = run_again(settings)
    assert (again.made, again.kept) == (0, first_tries)
    assert files(settings.run) == before
    assert estimate(settings).pictures == 0
    write_sheet(settings, tmp_path / "sheet.jpg")
    assert (tmp_path / "sheet.jpg").stat().st_size > 1000


def test_a_picture_is_the_same_alone_on_two_processes_and_after_being_killed(settings: Settings) -> None:
    run_again(settings)
    whole = files(settings.run)
    layer, channels = next(iter(settings.channels.items()))
    folder = synthesised_folder(run_pictures(settings.run), layer)

    for file in folder.glob(f"{channels[1]}*"):  # one is missing
        file.unlink()
    run_again(replace(settings, channels={layer: [channels[1]]}))
    assert files(settings.run) == whole

    for name in whole:  # all are missing, and two processes make them
        (run_pictures(settings.run) / "synthesised" / name).unlink()
    assert estimate(settings).pictures == sum(map(len, settings.channels.values()))
    run_again(replace(settings, processes=2))
    assert files(settings.run) == whole

    for name in whole:
        (run_pictures(settings.run) / "synthesised" / name).unlink()
    words = [sys.executable, "-m", "tests.ingest.pictures.visualize.test_pipeline", str(settings.run)]
    process = subprocess.Popen(words, start_new_session=True)
    wait_for(lambda: len(list_pictures(folder)) >= 2)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    run_again(settings)
    assert files(settings.run) == whole


def test_diverse_pictures_come_on_top_and_other_settings_replace_all(settings: Settings) -> None:
    layer, channels = next(iter(settings.channels.items()))
    one = replace(settings, channels={layer: channels[:1]})
    run_again(one)
    folder = synthesised_folder(run_pictures(settings.run), layer)
    (mean,) = list_pictures(folder).values()

    more = run_again(replace(one, diversity=3))
    assert (more.made, more.kept) == (3, 1)
    there = list_pictures(folder)
    assert sorted(kind for _, kind in there) == ["diverse-0", "diverse-1", "diverse-2", "mean"]
    assert there[channels[0], "mean"] == mean and len(set(there.values())) == 4
    assert run_again(replace(one, diversity=2)).made == 2
    assert sorted(kind for _, kind in list_pictures(folder)) == ["diverse-0", "diverse-1", "mean"]

    run_again(replace(one, steps=5))
    ((_, kind),) = list_pictures(folder)
    assert kind == "mean" and list_pictures(folder)[channels[0], "mean"] != mean


@pytest.mark.parametrize("changes", [{"diversity": 1}, {"diversity": 5}, {"steps": 0}, {"size": 8}, {"processes": 0}])
def test_settings_that_make_no_sense_are_refused(changes: dict[str, int], tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=f"--{next(iter(changes))}"):
        Settings(tmp_path, **changes)  # type: ignore[arg-type]


def test_a_run_without_its_pictures_is_refused_unless_their_colours_were_kept(settings: Settings) -> None:
    manifest = settings.run / "manifest.json"
    whole = manifest.read_text()
    manifest.write_text(json.dumps(json.loads(whole) | {"sources": [{"images": "/gone", "limit": None}]}))
    with pytest.raises(
        DataError, match="no picture of the run run can be read as it was counted, and their colours are needed"
    ):
        run_again(settings)
    manifest.write_text(whole)
    run_again(settings)
    manifest.write_text(json.dumps(json.loads(whole) | {"sources": [{"images": "/gone", "limit": None}]}))
    assert run_again(settings).made == 0, "the colours were kept"


def test_colours_are_of_the_pictures_that_were_counted_and_measured_again_where_they_are_damaged(
    counting: CountSettings, tmp_path: Path
) -> None:
    images = shutil.copytree(counting.images, tmp_path / "images")
    count_pictures(replace(counting, images=images))
    run, file = RunReader(counting.run), run_pictures(counting.run) / COLOURS
    prepared = preprocessing_of_run(run.settings)
    root = colour_root(run, prepared)
    whole = file.read_text()
    assert json.loads(whole)["pictures"] == 26
    for damaged in ("{", "[]", "{}", '{"covariance": [1, 2]}', '{"covariance": null}', '{"covariance": [[1, "x"]]}'):
        file.write_text(damaged)
        assert torch.equal(colour_root(run, prepared), root) and file.read_text() == whole, damaged
    file.unlink()
    Image.new("RGB", (20, 20), "red").save(images / "cat" / "00.png")
    (images / "cat" / "01.png").unlink()
    colour_root(run, prepared)
    assert json.loads(file.read_text())["pictures"] == 24


def test_files_that_were_replaced_or_left_unfinished_go(tmp_path: Path) -> None:
    old = write_picture(tmp_path, 3, "mean", b"old")
    other = write_picture(tmp_path, 33, "mean", b"other")
    new = write_picture(tmp_path, 3, "mean", b"new")
    write_measured(tmp_path, 3, {"pictures": {"mean": {"file": new}}})
    assert not (tmp_path / old).exists()
    assert list_pictures(tmp_path) == {(3, "mean"): new, (33, "mean"): other}


def test_a_line_of_progress_has_speed_and_time_left() -> None:
    assert line(30, 120, 10.0) == "30 of 120 pictures, 3.0 a second, 30 s left"
    assert line(0, 120, 0.0) == "0 of 120 pictures, 0.0 a second"


if __name__ == "__main__":  # a process for the test that kills it
    torch.set_num_threads(1)
    found = RunReader(Path(sys.argv[1]))
    run_again(Settings(found.path, {each.name: range(min(3, each.channels)) for each in found.layers}, steps=4))
