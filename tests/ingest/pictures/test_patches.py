"""Patches of a real run: files, records, and what becomes of them when pictures or graphs change."""

import fcntl
import json
import shutil
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from pathlib import Path

import numpy
import pytest
from PIL import Image

from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings
from ingest.pictures import patching
from ingest.pictures.patches.choose import MOST, PER_CLASS
from ingest.pictures.patches.cut import SHOWN
from ingest.pictures.patches.make import Graphs, make_patches
from ingest.run.files import class_folder, class_indexes
from ingest.run.merge import merge_run
from ingest.run.read import RunReader
from queries.engines.files import only_one_waiting, turn
from queries.engines.settings import Settings as DatabaseSettings
from queries.errors import DataError
from queries.patches import (
    PATCHES,
    WHOLE,
    ChannelPatches,
    patch_folder,
    patches_record,
    read_members,
    read_patches,
    whole_file,
)
from queries.pictures import content_hash
from queries.progress import Console, ignore_progress
from queries.records import digest_of
from tests.ingest.count.test_pipeline import SIDE, images, settings

__all__ = ["images", "settings"]  # fixtures

Patches = dict[str, dict[int, ChannelPatches]]


def make(run: Path, graphs: dict[int, dict[str, list[int]]] | None = None, *, show_again: bool = False) -> Patches:
    reader = RunReader(run)
    make_patches(reader, graphs or {}, ignore_progress, show_again=show_again)
    return read(reader)


def read(run: RunReader) -> Patches:
    records = {layer.name: patches_record(run.pictures, layer.name) for layer in run.layers}
    return {layer: read_patches(json.loads(record.read_text())) for layer, record in records.items()}


def files(run: Path) -> dict[str, bytes]:
    """Every picture and record, byte for byte."""
    return {path.relative_to(run).as_posix(): path.read_bytes() for path in run.glob("pictures/**/*.j*")}


def test_every_channel_has_the_pictures_with_its_highest_peaks_cut_within_what_the_network_saw(
    settings: Settings,
) -> None:
    count_pictures(settings)
    run, patches = RunReader(settings.run), make(settings.run)
    pooled = {
        index: numpy.array(run.table(index, "votes")["peaks"].to_pylist(), numpy.float32) for index in run.classes
    }
    number = 0
    for layer in run.layers:
        for channel in range(layer.channels):
            found = patches[layer.name].get(channel, ChannelPatches((), ())).most
            of_class = {index: sorted(peaks[:, number], reverse=True)[:PER_CLASS] for index, peaks in pooled.items()}
            expected = sorted((peak for peaks in of_class.values() for peak in peaks if peak > 0), reverse=True)[:MOST]
            assert [each.peak for each in found] == pytest.approx(expected, rel=1e-5)
            number += 1
            for patch in found:
                assert 0 <= patch.x <= SIDE - patch.side and 0 <= patch.y <= SIDE - patch.side
                file = patch_folder(run.pictures, layer.name) / patch.file
                assert patch.file.split(".")[1] == content_hash(file.read_bytes())
                with Image.open(file) as cut, Image.open(whole_file(run.pictures, patch.whole)) as whole:
                    assert (cut.size, whole.size) == ((SHOWN, SHOWN), (SIDE, SIDE))
                assert (settings.images / patch.picture).is_file()


def test_however_a_run_was_counted_and_however_often_they_are_made_the_files_are_the_same(
    settings: Settings, tmp_path: Path
) -> None:
    graphs = {0: {"stem": [0, 1], "first": [2]}}
    count_pictures(settings)
    make(settings.run, graphs)
    truth = files(settings.run)
    shutil.rmtree(settings.run / "pictures")
    make(settings.run, graphs)
    assert files(settings.run) == truth

    count_pictures(replace(settings, run=tmp_path / "part", classes=("cat",), keep_votes=False, limit=4))
    count_pictures(replace(settings, run=tmp_path / "part", keep_votes=False))
    make(tmp_path / "part", graphs)
    assert files(tmp_path / "part") == truth

    for name in ("cat", "Big_Dog", "stranger"):
        count_pictures(replace(settings, run=tmp_path / name, classes=(name,)))
        merge_run(tmp_path / "merged", tmp_path / name, ignore_progress)
    make(tmp_path / "merged", graphs)
    assert files(tmp_path / "merged") == truth


def test_a_graph_adds_patches_of_its_class_and_what_no_record_names_is_removed(settings: Settings) -> None:
    count_pictures(settings)
    run = RunReader(settings.run)
    assert not any(found.others for layer in make(settings.run).values() for found in layer.values())
    again = make_patches(run, {}, ignore_progress, show_again=False)
    assert again.unchanged
    stray = run.pictures / WHOLE / "0123456789abcdef.jpg"
    stray.write_bytes(b"of a killed process")

    patches = make(settings.run, {0: {"stem": [1]}})
    others = {(layer, channel): found.others for layer, of in patches.items() for channel, found in of.items()}
    assert {each.image_class for each in others.pop(("stem", 1))} == {0}
    assert not any(others.values()) and not stray.exists()
    channel = patches["stem"][1]
    ordered = channel.of_class(0)
    assert [each.image_class for each in ordered[:5]] == [0] * 5 and len(ordered) == len(channel.most) + 3


def test_patches_are_made_for_the_graphs_that_there_are_when_it_is_their_turn(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    count_pictures(settings)
    run, graphs = RunReader(settings.run), {0: {"stem": [0]}}
    database = DatabaseSettings(None, tmp_path)

    async def now(*_: object) -> Graphs:
        return graphs

    monkeypatch.setattr(patching, "graphs_of", now)
    said = list[str]()

    def hear(line: str) -> None:
        """The other process ends once it is seen that it is waited for; meanwhile the graphs have changed."""
        said.append(line)
        graphs[0] = {"stem": [1]}
        other.close()

    console = Console(hear, lambda: nullcontext(ignore_progress), False)
    with ExitStack() as other:
        other.enter_context(turn(run.path, PATCHES, said.append))
        assert not patching.make(database, run, None, console, show_again=False).unchanged
    assert said[0].startswith("waiting for ") and members(run) == {0: {1}, 1: set(), 3: set()}

    with only_one_waiting(run.path, PATCHES) as ours:
        assert ours
        with (run.path / f"{PATCHES}.next.lock").open("w") as following:
            fcntl.flock(following, fcntl.LOCK_EX)
            assert patching.make_in_background(database, run, None, console, nice=0) is None, "another one waits"
    made = patching.make_in_background(database, run, None, console, nice=0)
    assert made is not None and made.unchanged


def members(run: RunReader) -> dict[int, set[int]] | None:
    """What the record of the layer `stem` says."""
    found = read_members(json.loads(patches_record(run.pictures, "stem").read_text()))
    return None if found is None else {index: set(channels) for index, channels in found.items()}


def test_records_of_an_earlier_version_which_do_not_say_what_was_looked_for_are_made_again(settings: Settings) -> None:
    count_pictures(settings)
    run, graphs = RunReader(settings.run), {0: {"stem": [0]}}
    make(settings.run, graphs)
    for layer in run.layers:
        record = patches_record(run.pictures, layer.name)
        earlier = {"made_from": digest_of([1, run.pictures_digest, {"0": {"stem": [0]}}])}
        kept = {name: value for name, value in json.loads(record.read_text()).items() if name != "members"}
        record.write_text(json.dumps({**kept, **earlier}) + "\n")
    assert members(run) is None
    make(settings.run, graphs)
    assert members(run) == {0: {0}, 1: set(), 3: set()}


def test_a_run_of_an_earlier_version_is_shown_its_pictures_again_and_then_is_like_any_other(
    settings: Settings,
) -> None:
    count_pictures(settings)
    make(settings.run)
    truth = files(settings.run)
    shutil.rmtree(settings.run / "pictures")
    kept = {index: class_folder(settings.run, index) / "strongest.parquet" for index in class_indexes(settings.run)}
    before = {index: file.read_bytes() for index, file in kept.items()}
    for file in kept.values():
        file.unlink()
    with pytest.raises(
        DataError, match=r"an earlier version, .* counted 3 of 3 classes; .* shown their pictures again"
    ):
        make(settings.run)
    assert not (settings.run / "pictures").exists()
    make(settings.run, show_again=True)
    assert {index: file.read_bytes() for index, file in kept.items()} == before
    assert files(settings.run) == truth


def test_pictures_that_cannot_be_shown_again_leave_room_until_they_can(settings: Settings, tmp_path: Path) -> None:
    images = shutil.copytree(settings.images, tmp_path / "images")
    count_pictures(replace(settings, images=images))
    graphs = {index: {"stem": [0]} for index in (0, 3)}
    make(settings.run, graphs)
    truth = files(settings.run)
    shutil.rmtree(settings.run / "pictures")
    kept = {index: class_folder(settings.run, index) / "strongest.parquet" for index in class_indexes(settings.run)}
    for file in kept.values():
        file.unlink()
    (images / "stranger").rename(tmp_path / "stranger")
    (images / "cat" / "00.png").rename(tmp_path / "00.png")
    run = RunReader(settings.run)
    for _ in range(2):
        made = make_patches(run, graphs, ignore_progress, show_again=True)
        assert (made.unread, made.left_out, made.unchanged) == (7, ("stranger",), False)
        assert (
            "; 7 pictures could not be read; without patches of their own, since none of theirs could be: stranger"
            in (str(made))
        )
        assert [index for index, file in kept.items() if file.is_file()] == [1]
        shown = {each.picture for layer in read(run).values() for found in layer.values() for each in found.most}
        assert {name.partition("/")[0] for name in shown} == {"cat", "Big_Dog"} and "cat/00.png" not in shown
        assert members(run) == {0: {0}, 1: set(), 3: set()}
    assert make_patches(run, graphs, ignore_progress, show_again=False).unchanged, "nothing is shown again unasked"

    (tmp_path / "stranger").rename(images / "stranger")
    (tmp_path / "00.png").rename(images / "cat" / "00.png")
    assert make_patches(run, graphs, ignore_progress, show_again=True).left_out == ()
    assert files(settings.run) == truth


def test_a_picture_that_is_gone_or_another_one_makes_room_and_without_any_there_are_no_patches(
    settings: Settings, tmp_path: Path
) -> None:
    copy = shutil.copytree(settings.images, tmp_path / "copy")
    settings = replace(settings, images=copy)
    count_pictures(settings)
    shown = make(settings.run)["stem"][0].most
    (copy / shown[0].picture).unlink()
    Image.new("RGB", (30, 30), "blue").save(copy / shown[1].picture)
    shutil.rmtree(settings.run / "pictures" / PATCHES)
    now = [each.picture for each in make(settings.run)["stem"][0].most]
    assert not {shown[0].picture, shown[1].picture} & set(now) and now

    shutil.rmtree(copy)
    shutil.rmtree(settings.run / "pictures")
    with pytest.raises(DataError, match="are gone"):
        make(settings.run)


def test_a_network_with_other_weights_than_were_counted_is_refused(settings: Settings) -> None:
    count_pictures(settings)
    manifest = settings.run / "manifest.json"
    content = json.loads(manifest.read_text())
    content["identity"]["weights_sha256"] = "0" * 64
    manifest.write_text(json.dumps(content))
    with pytest.raises(DataError, match=r"cannot be loaded again: its weights are others now"):
        make(settings.run)
