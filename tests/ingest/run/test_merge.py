"""Merging gives what one command over all pictures would have given, byte for byte, or changes nothing."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings
from ingest.run.files import read_class_row, read_manifest, read_table
from ingest.run.merge import merge_run
from ingest.run.read import RunReader
from queries.errors import DataError
from queries.graphs.resampling.replicates import FILE
from queries.progress import ignore_progress
from tests.ingest.count.test_pipeline import files, images, settings

__all__ = ["images", "settings"]  # fixtures


def part(settings: Settings, path: Path, pictures: Sequence[str]) -> Settings:
    """Settings of a run over copies of some pictures, as on another machine."""
    for name in pictures:
        (path / "images" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(settings.images / name, path / "images" / name)
    return replace(settings, images=path / "images", run=path / "run")


def named(images: Path, folder: str) -> list[str]:
    return [f"{folder}/{path.name}" for path in sorted((images / folder).iterdir())]


def test_classes_counted_on_two_machines_make_one_run(settings: Settings, tmp_path: Path) -> None:
    count_pictures(settings)
    one = part(settings, tmp_path / "one", named(settings.images, "cat"))
    two = part(settings, tmp_path / "two", named(settings.images, "Big_Dog") + named(settings.images, "stranger"))
    for each in (one, two):
        count_pictures(each)
    whole = tmp_path / "whole"
    first = merge_run(whole, one.run, ignore_progress)
    second = merge_run(whole, two.run, ignore_progress)
    assert (first.added, second.added, second.waiting) == (1, 2, 0)
    assert files(whole) == files(settings.run)
    ours, usual = read_manifest(whole), read_manifest(settings.run)
    assert [ours[name] for name in ("classes", "images", "outputs", "coverage")] == [
        usual[name] for name in ("classes", "images", "outputs", "coverage")
    ]
    assert [source["images"] for source in ours["sources"]] == [str(one.images), str(two.images)]
    assert len(RunReader(whole).classes) == 3
    again = merge_run(whole, two.run, ignore_progress)
    assert (again.added, again.unchanged) == (0, 2) and files(whole) == files(settings.run)


def test_pictures_of_one_class_are_joined_by_the_next_ingest(settings: Settings, tmp_path: Path) -> None:
    usual = replace(settings, classes=("cat",), keep_votes=True)  # without votes, replicates end here
    count_pictures(usual)
    cats = named(settings.images, "cat")
    one, two = part(usual, tmp_path / "one", cats[1::2]), part(usual, tmp_path / "two", cats[::2])
    for each in (one, two):
        count_pictures(each)
    merged = merge_run(one.run, two.run, ignore_progress)
    assert (merged.added, merged.waiting) == (0, 1)
    assert "repeat the run's `summit ingest` command" in str(merged)
    with pytest.raises(DataError, match="is not finished"):
        RunReader(one.run)
    assert read_manifest(one.run)["identity"]["votes"] is True
    assert count_pictures(one).pictures == 0
    assert files(one.run) == files(usual.run)


def test_a_class_without_an_output_gets_a_free_index(settings: Settings, tmp_path: Path) -> None:
    strangers = [f"{at:02d}.png" for at in range(3)]
    runs = []
    for folder in ("aardvark", "zebra"):
        images = tmp_path / folder / "images"
        (images / folder).mkdir(parents=True)
        for name in strangers:
            shutil.copy2(settings.images / "stranger" / name, images / folder / name)
        runs.append(replace(settings, images=images, run=tmp_path / folder / "run"))
        count_pictures(runs[-1])
    merge_run(runs[1].run, runs[0].run, ignore_progress)
    assert [read_class_row(runs[1].run, index)["folder"] for index in (3, 4)] == ["zebra", "aardvark"]
    assert read_class_row(runs[1].run, 4)["index"] == 4


def test_what_would_be_counted_twice_or_differently_is_refused(settings: Settings, tmp_path: Path) -> None:
    cats = named(settings.images, "cat")
    one, two = part(settings, tmp_path / "one", cats[:6]), part(settings, tmp_path / "two", cats[5:])
    for each in (one, two):
        count_pictures(each)
    before = files(one.run)
    with pytest.raises(DataError, match=r"has 1 of 6 pictures of class 0 in .* already, such as cat/05\.png"):
        merge_run(one.run, two.run, ignore_progress)
    changed = part(settings, tmp_path / "changed", cats[:6])
    Image.new("RGB", (8, 8)).save(changed.images / cats[0])
    count_pictures(changed)
    with pytest.raises(DataError, match=r"cat/00\.png has one content in"):
        merge_run(one.run, changed.run, ignore_progress)
    other = replace(one, run=tmp_path / "other", exclude=("stem/1",))
    count_pictures(other)
    with pytest.raises(DataError, match="was started with other settings"):
        merge_run(one.run, other.run, ignore_progress)
    assert files(one.run) == before and read_manifest(one.run)["finished"]


def test_a_class_that_has_an_output_in_one_run_only_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "map.tsv").write_text("folder\tclass\nstranger\t2\n")
    strangers = named(settings.images, "stranger")
    with_output = replace(part(settings, tmp_path / "with", strangers[:3]), mapping=tmp_path / "map.tsv")
    without = part(settings, tmp_path / "without", strangers[3:])
    for each in (with_output, without):
        count_pictures(each)
    before = files(with_output.run), files(without.run)
    with pytest.raises(
        DataError,
        match=r"stranger is class 3 \(no output of the network\) in .*without/run, but class 2 \(an output of the "
        r"network\) in .*with/run; count both with the same class list and mapping",
    ):
        merge_run(with_output.run, without.run, ignore_progress)
    with pytest.raises(
        DataError, match=r"stranger is class 2 \(an output .*, but class 3 \(no output of the network\) in"
    ):
        merge_run(without.run, with_output.run, ignore_progress)
    assert (files(with_output.run), files(without.run)) == before


def test_a_merged_run_names_the_data_of_all_its_pictures(settings: Settings, tmp_path: Path) -> None:
    one = part(settings, tmp_path / "one", named(settings.images, "cat"))
    two = part(settings, tmp_path / "two", named(settings.images, "stranger"))
    for each, name in ((one, "cats"), (two, "others")):
        count_pictures(replace(each, images=each.images.rename(each.images.with_name(name))))
        merge_run(tmp_path / "whole", each.run, ignore_progress)
    assert RunReader(tmp_path / "whole").properties["dataset"] == "cats, others"


def test_an_interrupted_merge_is_finished_by_the_same_merge(settings: Settings, tmp_path: Path) -> None:
    count_pictures(settings)
    one = part(settings, tmp_path / "one", named(settings.images, "cat"))
    two = part(settings, tmp_path / "two", named(settings.images, "Big_Dog") + named(settings.images, "stranger"))
    for each in (one, two):
        count_pictures(each)

    cats = shutil.copytree(one.run, tmp_path / "cats")

    def interrupted(what: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    whole = tmp_path / "whole"
    for target in (one.run, whole):
        with pytest.raises(KeyboardInterrupt):
            merge_run(target, two.run, interrupted)
        with pytest.raises(
            DataError, match=r"is not finished .* repeat the `summit merge` command that was interrupted"
        ):
            RunReader(target)
    merge_run(whole, cats, ignore_progress)
    assert not read_manifest(whole)["finished"], "a class of the other run is still to come"
    for target in (one.run, whole):
        again = merge_run(target, two.run, ignore_progress)
        assert (again.added, again.unchanged) == (1, 1)
        assert len(RunReader(target).classes) == 3 and files(target) == files(settings.run)
        assert "merging" not in read_manifest(target)


def test_merging_does_not_finish_a_run_that_has_pictures_to_join(settings: Settings, tmp_path: Path) -> None:
    cats, dogs = named(settings.images, "cat"), named(settings.images, "Big_Dog")
    one, more = part(settings, tmp_path / "one", cats[:6]), part(settings, tmp_path / "more", cats[6:])
    other = part(settings, tmp_path / "other", dogs)
    for each in (one, more, other):
        count_pictures(each)
    assert merge_run(one.run, more.run, ignore_progress).waiting == 1
    assert merge_run(one.run, other.run, ignore_progress).added == 1
    with pytest.raises(DataError, match="repeat its `summit ingest` command"):
        RunReader(one.run)


@pytest.mark.parametrize("votes", [False, True])
def test_runs_with_and_without_votes_make_one_without(settings: Settings, tmp_path: Path, votes: bool) -> None:
    """Runs of earlier versions kept votes unless they were told not to."""
    usual = replace(settings, classes=("cat",))
    count_pictures(usual)
    cats = named(settings.images, "cat")
    one = replace(part(settings, tmp_path / "one", cats[1::2]), keep_votes=votes)
    two = replace(part(settings, tmp_path / "two", cats[::2]), keep_votes=not votes)
    for each in (one, two):
        count_pictures(each)
    whole = tmp_path / "whole"
    merge_run(whole, one.run, ignore_progress)
    assert read_manifest(whole)["identity"]["votes"] is votes
    assert merge_run(whole, two.run, ignore_progress).waiting == 1
    assert read_manifest(whole)["identity"]["votes"] is False
    assert count_pictures(replace(settings, images=one.images, run=whole)).pictures == 0
    assert "winners" not in read_table(whole, 0, "votes").column_names
    assert files(whole) == {name: content for name, content in files(usual.run).items() if not name.endswith(FILE)}
