"""Graphs of some of a class's pictures equal those of a run that counts these pictures alone."""

import shutil
from collections.abc import Collection, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import pytest

from ingest.count.pipeline import count_pictures
from ingest.count.rules import Rules
from ingest.count.settings import Settings
from ingest.run.read import RunReader
from ingest.subset.choose import FEWEST, Choice, random_splits
from ingest.subset.graphs import Asked
from ingest.subset.run import Chosen, Subsets
from queries.errors import DataError, QueryError
from queries.graphs.subset.difference import Likeness
from queries.graphs.subset.stored import Subset
from queries.records import ClassGraph, Score
from summit.truth.subset import listed_pictures
from tests.ingest.count.test_pipeline import images, settings
from tests.ingest.count.test_resampled import graph_by_definition

__all__ = ["images", "settings"]  # fixtures
SEVEN = 7  # of the 11 pictures of class 0


def chosen(run: RunReader, choice: Choice, splits: int = 2, index: int = 0) -> Chosen:
    found = Subsets(run).choose(index, choice, splits, 0)
    assert isinstance(found, Chosen)
    return found


def made(run: RunReader, choice: Choice, asked: Asked, splits: int = 2) -> list[tuple[ClassGraph, Subset]]:
    return Subsets(run).graphs(chosen(run, choice, splits), asked, "digest")


def names_of(run: RunReader, index: int = 0) -> list[str]:
    found: list[str] = run.table(index, "pictures")["path"].to_pylist()
    return found


def counted_alone(settings: Settings, folder: Path, names: Collection[str]) -> RunReader:
    """A run over these pictures alone."""
    for name in names:
        (folder / "images" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(settings.images / name, folder / "images" / name)
    alone = replace(settings, images=folder / "images", run=folder / "run", means=settings.run, resample=False)
    count_pictures(alone)
    return RunReader(alone.run)


def channels_and_edges(graph: ClassGraph) -> tuple[set[tuple[str, int]], set[tuple[str, int, int]]]:
    return (
        {(each.layer, each.channel) for each in graph.vertices},
        {(each.target_layer, each.source, each.target) for each in graph.edges},
    )


@pytest.mark.parametrize("join", ["all", "strongest"])
def test_a_subset_is_the_count_of_its_pictures_alone(settings: Settings, tmp_path: Path, join: str) -> None:
    settings = replace(settings, attribution=True, keep_votes=True, rules=Rules(join=join))
    count_pictures(settings)
    run = RunReader(settings.run)
    names = names_of(run)
    sides = names[:SEVEN], names[SEVEN:]
    choice = Choice.listed("some", sides[0])
    alone = [counted_alone(settings, tmp_path / str(at), side) for at, side in enumerate(sides)]
    layers = [layer.name for layer in run.layers]
    for asked in (Asked(Score.ACTIVATION, 7.5, 0.5, True), Asked(Score.ATTRIBUTION, 20.0, 2.5, False)):
        cut = asked.threshold, asked.step, asked.dead_ends
        found = made(run, choice, asked)
        assert [(subset.name, subset.pictures) for _, subset in found] == [("list:some", 7)]
        graph, counts = found[0][0], alone[0].counts(0)
        channels, edges = graph_by_definition(alone[0], 0, asked.score, cut)
        expected = {(layers[at], channel) for at, of_layer in enumerate(channels) for channel in of_layer}
        links = {(layers[at + 1], *edge) for at, of_hop in enumerate(edges) for edge in of_hop}
        assert channels_and_edges(graph) == (expected, links)
        table = counts.activations if asked.score is Score.ACTIVATION else counts.attributions
        for each in graph.vertices:
            kept = dict(zip(table[each.layer].channels, table[each.layer].counts, strict=True))
            assert each.count == kept.get(each.channel, 0)
        for edge in graph.edges:
            into = counts.influences[edge.target_layer]
            weights = {
                (source, target): weight
                for source, target, weight in zip(into.sources, into.targets, into.weights, strict=True)
            }
            assert edge.weight == weights[edge.source, edge.target]


def test_both_sides_have_a_graph_whose_likeness_is_plainly_that_of_two_sets(settings: Settings) -> None:
    count_pictures(replace(settings, keep_votes=True, limit=11))
    run, asked = RunReader(settings.run), Asked(Score.ACTIVATION, 20.0, 0.5, True)
    names = names_of(run)
    (one, about), (rest, others) = made(run, Choice.listed("some", names[:6]), asked, splits=40)
    assert (about.rest, others.name, others.rest) == ("not list:some", "not list:some", "list:some")
    assert (about.pictures, about.rest_pictures, others.pictures, others.rest_pictures) == (6, 5, 5, 6)
    assert about.difference is not None and about.difference == others.difference
    layers = [layer.name for layer in run.layers]
    pairs = [plainly(one, rest, layers)]
    splits = random_splits(names, 5, 40, 0)
    for split in splits.T:
        members = [name for name, member in zip(names, split, strict=True) if member]
        (this, _), (that, _) = made(run, Choice.listed("split", members), asked, splits=1)
        pairs.append(plainly(this, that, layers))
    for place, like in enumerate(about.difference):
        null = [pair[place] for pair in pairs[1:]]
        expected = (pairs[0][place], numpy.mean(null), numpy.percentile(null, 5), numpy.percentile(null, 95))
        assert (like.jaccard, like.mean, like.low, like.high) == pytest.approx(expected)
    places = [(like.layer, like.what) for like in about.difference]
    assert places == [(None, "channels"), (None, "edges"), *((layer, "channels") for layer in layers)] + [
        (layer, "edges") for layer in layers[1:]
    ]
    assert isinstance(about.difference[0], Likeness) and min(pair[0] for pair in pairs) < 1


def plainly(one: ClassGraph, other: ClassGraph, layers: list[str]) -> list[float]:
    """Jaccard indexes in the order of a difference."""
    (channels, edges), (others, other_edges) = channels_and_edges(one), channels_and_edges(other)

    def jaccard(a: Set[Any], b: Set[Any], layer: str | None = None) -> float:
        left, right = ({each for each in of if layer in (None, each[0])} for of in (a, b))
        return len(left & right) / len(left | right) if left | right else 1.0

    return [
        jaccard(channels, others),
        jaccard(edges, other_edges),
        *(jaccard(channels, others, layer) for layer in layers),
        *(jaccard(edges, other_edges, layer) for layer in layers[1:]),
    ]


def test_splits_follow_from_names_and_seed_alone() -> None:
    names = [f"cat/{at:02d}.png" for at in range(30)]
    splits = random_splits(names, 12, 50, 3)
    assert splits.sum(0).tolist() == [12] * 50
    assert (random_splits(names[::-1], 12, 50, 3)[::-1] == splits).all()
    assert (random_splits(names, 12, 20, 3) == splits[:, :20]).all()
    assert (random_splits(names, 12, 50, 4) != splits).any()
    assert splits.sum(1).min() > 12 and splits.sum(1).max() < 30  # 20 of 50 is usual


def test_pictures_are_chosen_by_what_the_network_takes_them_for() -> None:
    taken = numpy.array([0, 2, 0, 1, 0])
    pictures = [{"path": f"{at}", "predicted": output} for at, output in enumerate(taken)]

    def members(choice: Choice, own: int | None = 0) -> list[bool]:
        found = choice.members(pictures, own)
        assert not isinstance(found, str)
        return [bool(member) for member in found]

    assert members(Choice.right()) == [True, False, True, False, True]
    assert members(Choice.wrong()) == [False, True, False, True, False]
    assert members(Choice.predicted(2), None) == [False, True, False, False, False]
    assert members(Choice.listed("few", ["4", "1"]), None) == [False, True, False, False, True]
    for choice in (Choice.right(), Choice.wrong()):
        assert "not an output of the network" in str(choice.members(pictures, None))
    assert (Choice.wrong().rest, Choice.right().rest) == ("right", "wrong")


def test_what_is_too_few_or_was_not_kept_is_refused_in_words(settings: Settings, tmp_path: Path) -> None:
    count_pictures(replace(settings, keep_votes=True))
    run = RunReader(settings.run)
    names = names_of(run)
    few = Subsets(run).choose(0, Choice.listed("few", names[: FEWEST - 1]), 2, 0)
    assert few == f"cat is left out: the subset list:few has 4 of its 11 counted pictures, and a graph needs {FEWEST}"
    assert "stranger is left out: it is not an output" in str(Subsets(run).choose(3, Choice.wrong(), 2, 0))
    with pytest.raises(
        DataError, match="cat has no votes of attribution; count it with --attribution and --keep-votes"
    ):
        made(run, Choice.listed("some", names[:6]), Asked(Score.ATTRIBUTION, 7.5, 0.5, True))
    count_pictures(replace(settings, run=tmp_path / "plain", limit=6))
    with pytest.raises(
        DataError, match=r"peaks of single pictures and not their votes; .* `summit ingest --keep-votes`"
    ):
        chosen(RunReader(tmp_path / "plain"), Choice.listed("some", names[:6]))


def test_a_subset_does_not_depend_on_processes_and_either_side_names_the_same(
    settings: Settings, tmp_path: Path
) -> None:
    settings = replace(settings, keep_votes=True)
    asked = Asked(Score.ACTIVATION, 7.5, 0.5, True)
    count_pictures(settings)
    count_pictures(replace(settings, run=tmp_path / "two", batch=3, limit=5))
    count_pictures(replace(settings, run=tmp_path / "two", batch=3, processes=2))
    one, two = RunReader(settings.run), RunReader(tmp_path / "two")
    names = names_of(one)
    choice, other = Choice.listed("some", names[::2]), replace(Choice.listed("some", names[1::2]))
    assert made(one, choice, asked, 10) == made(two, choice, asked, 10)
    sides = replace(other, name=choice.rest, rest=choice.name)
    assert chosen(one, choice).digest("counts", asked) == chosen(one, sides).digest("counts", asked)
    assert chosen(one, choice).digest("counts", asked) != chosen(one, other).digest("counts", asked)
    first, second = made(one, choice, asked, 10), made(one, sides, asked, 10)
    assert [channels_and_edges(graph) for graph, _ in first] == [channels_and_edges(graph) for graph, _ in second[::-1]]
    assert first[0][1] == second[1][1] and first[1][1] == second[0][1]


def test_a_list_with_a_picture_that_could_not_be_counted_is_refused_for_its_reason(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "images" / "cat").mkdir(parents=True)
    shutil.copyfile(settings.images / "cat" / "00.png", tmp_path / "images" / "cat" / "good.png")
    (tmp_path / "images" / "cat" / "bad.png").write_text("no picture")
    count_pictures(replace(settings, images=tmp_path / "images"))
    run, file = RunReader(settings.run), tmp_path / "few.txt"
    file.write_text("cat/good.png\ncat/bad.png\n")
    with pytest.raises(
        QueryError, match=r"could not count 'cat/bad\.png': not a picture in a known format; leave it out"
    ):
        listed_pictures(run, file)
    file.write_text("cat/other.png\n")
    with pytest.raises(QueryError, match=r"did not count 'cat/other\.png'; expected names such as cat/good\.png"):
        listed_pictures(run, file)
    file.write_text("cat/good.png\n")
    assert listed_pictures(run, file) == ["cat/good.png"]
