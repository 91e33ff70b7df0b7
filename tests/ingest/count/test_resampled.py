"""Replicates: weights that follow from names, and counts that equal those of pictures that are there as often."""

import math
import shutil
import tracemalloc
from dataclasses import replace
from pathlib import Path

import networkx
import numpy
import pytest

from ingest.count.pipeline import count_pictures
from ingest.count.ranks import Ranks
from ingest.count.resampled.replicate import Hop
from ingest.count.resampled.weights import poisson_weights
from ingest.count.rules import Rules
from ingest.count.settings import Settings
from ingest.count.stored.means import as_tensors
from ingest.count.task import ClassWork, prepare
from ingest.estimate import count_sample
from ingest.run.files import class_folder, class_indexes, read_table
from ingest.run.means import LayerMeans
from ingest.run.merge import merge_run
from ingest.run.read import RunReader
from queries.errors import DataError
from queries.graphs.resampling.replicates import (
    FILE,
    REPLICATES,
    HopReplicates,
    Replicates,
    appearances,
    read_replicates,
    steps_of,
)
from queries.progress import ignore_progress
from queries.records import Score
from tests.ingest.count.test_pipeline import images, settings
from tests.queries.graphs.extraction import extraction

__all__ = ["images", "settings"]  # fixtures

SOME = (0, 21, 63)  # replicates that are counted again
CUTS = [(7.5, 0.5, True), (20.0, 2.5, False), (50.0, 0.5, True)]
Graph = tuple[list[set[int]], list[set[tuple[int, int]]]]  # channels by layer, (source, target) by hop


def replicates(run: Path, index: int) -> Replicates:
    return read_replicates(class_folder(run, index) / FILE)


def kept(run: Path) -> dict[int, bytes]:
    """The file of each class that has one."""
    files = {index: class_folder(run, index) / FILE for index in class_indexes(run)}
    return {index: file.read_bytes() for index, file in files.items() if file.is_file()}


def test_weights_are_poisson_and_follow_from_each_name_alone() -> None:
    names = [f"class/{at}.jpg" for at in range(5_000)]
    weights = poisson_weights(names)
    assert weights.shape == (len(names), REPLICATES)
    for count in range(6):
        share = float((weights == count).mean())
        assert share == pytest.approx(math.exp(-1) / math.factorial(count), abs=0.003)
    assert abs(numpy.corrcoef(weights[:, 0], weights[:, 1])[0, 1]) < 0.05  # seeded by the names: always the same
    assert abs(numpy.corrcoef(weights[:-1, 0], weights[1:, 0])[0, 1]) < 0.05
    assert (poisson_weights(names[::-1])[::-1] == weights).all()
    assert poisson_weights(["bear/ö.jpg"])[0, :12].tolist() == BEAR


BEAR = [3, 1, 1, 1, 3, 1, 2, 1, 1, 1, 0, 0]


def test_one_bit_an_edge_and_replicate_takes_no_table_of_numbers() -> None:
    edges, draw = 20_000, numpy.random.default_rng(3)
    weights = draw.integers(0, 2, (REPLICATES, edges), dtype=numpy.int16)
    hop = Hop(numpy.arange(edges), numpy.arange(edges)[::-1], weights)
    tracemalloc.start()
    held = hop.kept().by_replicate()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (held == (weights > 0)).all() and held.dtype == bool
    assert peak < 200 * edges  # 64 of them are the answer
    none = numpy.zeros(0, int)
    assert Hop(none, none, weights[:, :0]).kept().by_replicate().shape == (REPLICATES, 0)


def alone(found: Replicates, at: int) -> Replicates:
    """All replicates as the one at a place."""
    hops = [
        HopReplicates(hop.sources, hop.targets, numpy.where(hop.by_replicate()[at], ~numpy.uint64(0), numpy.uint64(0)))
        for hop in found.hops
    ]
    ranks = {score: ranks[[at] * REPLICATES] for score, ranks in found.ranks.items()}
    return Replicates(found.counts, found.sizes, ranks, tuple(hops))


def graph_of(found: Replicates, at: int, score: Score, cut: tuple[float, float, bool]) -> Graph:
    """Channels by layer and (source, target) by hop of one replicate's graph."""
    threshold, step, dead_ends = cut
    steps = steps_of(threshold), steps_of(step)
    assert steps[0] is not None and steps[1] is not None
    channels, edges = appearances(alone(found, at), score.value, steps[0], steps[1], dead_ends)
    assert {int(count) for counts in (*channels, *edges) for count in counts} <= {0, REPLICATES}
    return (
        [set(numpy.flatnonzero(counts).tolist()) for counts in channels],
        [
            {(int(hop.sources[edge]), int(hop.targets[edge])) for edge in numpy.flatnonzero(counts)}
            for hop, counts in zip(found.hops, edges, strict=True)
        ],
    )


def counted_again(settings: Settings, folder: Path, at: int) -> Path:
    """A run over the pictures as often as a replicate has them, in files of their own."""
    for picture in sorted(settings.images.glob("*/*")):
        name = picture.relative_to(settings.images).as_posix()
        (folder / "images" / picture.parent.name).mkdir(parents=True, exist_ok=True)
        for copy in range(poisson_weights([name])[0, at]):
            shutil.copyfile(picture, folder / "images" / f"{name[:-4]}-{copy}.png")
    again = replace(settings, images=folder / "images", run=folder / "run", means=settings.run, resample=False)
    count_pictures(again)
    return again.run


def graph_by_definition(run: RunReader, index: int, score: Score, cut: tuple[float, float, bool]) -> Graph:
    """The graph of a class by networkx and plain Python."""
    counts = run.counts(index)
    table = counts.activations if score is Score.ACTIVATION else counts.attributions
    shares, graph = dict[tuple[int, int], float](), networkx.Graph()
    for layer in run.layers:
        graph.add_nodes_from((layer.index, channel) for channel in range(layer.channels))
        found = table.get(layer.name)
        most = max(found.counts) if found else 1
        pairs = zip(found.channels, found.counts, strict=True) if found else []
        shares |= {(layer.index, channel): count / most for channel, count in pairs}
    influences = [dict[tuple[int, int], int]() for _ in run.layers]
    for layer in run.layers[1:]:
        into = counts.influences.get(layer.name)
        rows = zip(into.sources, into.targets, into.weights, strict=True) if into else []
        influences[layer.index] = {(source, target): weight for source, target, weight in rows}
        for (source, target), weight in influences[layer.index].items():
            graph.add_edge((layer.index - 1, source), (layer.index, target), weight=weight)
    ranks = networkx.pagerank(graph, personalization=shares, dangling=shares, tol=1e-14, max_iter=2_000)
    by_layer = [{channel: ranks[layer.index, channel] for channel in range(layer.channels)} for layer in run.layers]
    threshold, step, dead_ends = cut
    _, channels, edges = extraction(by_layer, influences, threshold, step=step, dead_ends=dead_ends)
    return channels, [{(source, target) for source, target, _ in of_layer} for of_layer in edges[1:]]


@pytest.mark.parametrize("join", ["all", "strongest"])
def test_each_replicate_is_the_count_of_pictures_that_are_there_as_often(
    settings: Settings, tmp_path: Path, join: str
) -> None:
    settings = replace(settings, attribution=True, rules=Rules(join=join))
    count_pictures(settings)
    for at in SOME:
        again = RunReader(counted_again(settings, tmp_path / str(at), at))
        for index in again.classes:
            found = replicates(settings.run, index)
            for score in found.ranks:
                for cut in CUTS:
                    expected = graph_by_definition(again, index, Score(score), cut)
                    assert graph_of(found, at, Score(score), cut) == expected, (at, index, score, cut)
    assert set(replicates(settings.run, 0).ranks) == {"activation", "attribution"}
    assert set(replicates(settings.run, 3).ranks) == {"activation"}  # no output of the network


def test_a_class_that_gets_pictures_keeps_replicates_only_with_all_votes(settings: Settings, tmp_path: Path) -> None:
    count_pictures(settings)
    whole = kept(settings.run)
    assert sorted(whole) == class_indexes(settings.run)
    for name, votes in (("votes", True), ("none", False)):
        growing = replace(settings, run=tmp_path / name, keep_votes=votes, attribution=False)
        count_pictures(replace(growing, limit=4))
        assert sorted(kept(growing.run)) == class_indexes(growing.run)
        count_pictures(growing)
        assert kept(growing.run) == (whole if votes else {})
    tables = [set(read_table(tmp_path / name, 0, "votes").column_names) for name in ("votes", "none")]
    assert tables == [{"picture", "peaks", "winners"}, {"picture", "peaks"}]
    assert read_table(tmp_path / "none", 0, "votes").num_rows == 11


def test_a_run_that_keeps_votes_goes_on_keeping_them_and_one_that_does_not_is_not_made_to(
    settings: Settings, tmp_path: Path
) -> None:
    count_pictures(replace(settings, limit=4, keep_votes=True, attribution=True))
    count_pictures(replace(settings, attribution=True))
    assert set(read_table(settings.run, 1, "votes").column_names) == {"picture", "peaks", "winners", "attributed"}
    assert set(replicates(settings.run, 0).ranks) == {"activation", "attribution"}
    other = replace(settings, run=tmp_path / "other", limit=4)
    count_pictures(other)
    with pytest.raises(DataError, match="votes: false then, true now"):
        count_pictures(replace(other, keep_votes=True))


@pytest.mark.parametrize("votes, resample", [(False, False), (True, False), (False, True)])
def test_votes_are_held_in_memory_only_where_they_are_kept_or_resampled(
    settings: Settings, votes: bool, resample: bool
) -> None:
    task = prepare(replace(settings, keep_votes=votes, resample=resample, attribution=True), Ranks())
    task = replace(
        task, means=as_tensors(task, LayerMeans(1, {each.name: [0.0] * each.channels for each in task.wiring.layers}))
    )
    work = ClassWork(task.classes[0])
    (log,) = count_sample(task, work, task.missing(work)[:2])[1].votes
    assert log.peaks.shape[0] == 2
    assert [part is not None for part in (log.winners, log.attributed)] == [votes or resample] * 2


def test_votes_are_kept_where_the_run_does_whatever_the_command_says(settings: Settings) -> None:
    count_pictures(replace(settings, limit=4, keep_votes=True, resample=False))
    count_pictures(replace(settings, resample=False))
    assert "winners" in read_table(settings.run, 0, "votes").column_names


def class_files(run: Path) -> dict[str, bytes]:
    """All files of classes but replicates."""
    files = (file for index in class_indexes(run) for file in class_folder(run, index).iterdir())
    return {str(file.relative_to(run)): file.read_bytes() for file in files if file.name != FILE}


def test_a_complete_class_is_resampled_later_where_all_its_votes_were_kept(settings: Settings, tmp_path: Path) -> None:
    whole = replace(settings, run=tmp_path / "whole", keep_votes=True, attribution=True)
    count_pictures(whole)
    for name, votes in (("votes", True), ("none", False)):
        again = replace(whole, run=tmp_path / name, means=whole.run, keep_votes=votes)
        count_pictures(replace(again, resample=False))
        before, classes = class_files(again.run), len(class_indexes(again.run))
        assert kept(again.run) == {}
        done = count_pictures(again)
        assert (done.counted, done.kept, done.pictures) == ((classes, 0, 0) if votes else (0, classes, 0))
        assert kept(again.run) == (kept(whole.run) if votes else {}) and class_files(again.run) == before
        assert count_pictures(again).kept == classes


def test_a_method_without_votes_and_a_run_without_resampling_have_no_replicates(
    settings: Settings, tmp_path: Path
) -> None:
    count_pictures(replace(settings, rules=Rules(influence_method=2), limit=3, keep_votes=True))
    assert kept(settings.run) == {}
    assert set(read_table(settings.run, 0, "votes").column_names) == {"picture", "peaks"}
    count_pictures(replace(settings, run=tmp_path / "plain", resample=False, limit=3))
    assert kept(tmp_path / "plain") == {}


def test_merged_classes_bring_their_replicates(settings: Settings, tmp_path: Path) -> None:
    count_pictures(settings)
    for folder in ("cat", "Big_Dog"):
        count_pictures(replace(settings, run=tmp_path / folder, classes=(folder,)))
        merge_run(tmp_path / "both", tmp_path / folder, ignore_progress)
    assert kept(tmp_path / "both") == {index: kept(settings.run)[index] for index in (0, 1)}


def test_replicates_belong_to_the_counts_that_are_loaded(settings: Settings) -> None:
    count_pictures(replace(settings, attribution=True))
    run = RunReader(settings.run)
    for index in run.classes:
        assert replicates(run.path, index).counts == run.counts(index).digest


def test_a_replicate_without_a_picture_has_an_empty_graph(settings: Settings, tmp_path: Path) -> None:
    count_pictures(replace(settings, limit=1, classes=("cat",)))
    (name,) = (row["path"] for row in read_table(settings.run, 0, "pictures").to_pylist())
    weights = poisson_weights([name])[0]
    assert (weights == 0).any() and (weights > 0).any()
    found = replicates(settings.run, 0)
    assert ((found.ranks["activation"] == 200).all(1) == (weights == 0)).all()
    channels, _ = appearances(found, "activation", 15, 1, True)
    assert max(int(counts.max()) for counts in channels) == int((weights > 0).sum())
