"""Probabilities of channels and edges: of made-up replicates, from a run's folder into the database and out of it."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy
import pytest

from bench.testbed.counted import Kept, attributed, counted
from queries.errors import DataError, StoreBusy
from queries.graphs.compare import compare
from queries.graphs.extraction import Cut, Extracted, Walk, cut_graph, extract_model
from queries.graphs.resampling import probable, stability
from queries.graphs.resampling.probable import READ_AT_ONCE, read_probable
from queries.graphs.resampling.replicates import (
    FILE,
    LEFT_OUT,
    REPLICATES,
    STEP,
    HopReplicates,
    Replicates,
    appearances,
    ranks_before,
    read_about,
    read_replicates,
)
from queries.graphs.resampling.stability import ABSENT, EARLIER, IMPORTED, LIVE, NO_RUN, UNREADABLE, told_of
from queries.graphs.scored import read_scored
from queries.graphs.stored import graph_rows, read_graph
from queries.integrity.check import check_database, told
from queries.load.counts import ClassCounts
from queries.progress import ignore_progress
from queries.records import Score, channel_id, class_id
from queries.store import Row
from tests.conftest import Database

SIZES = (8, 9, 10)
LAYERS = ("layer0", "layer1", "layer2")
names = (f"stable{number}" for number in count())


def made_up(counts: ClassCounts, seed: int, scores: tuple[str, ...] = ("activation", "attribution")) -> Replicates:
    """Replicates of a class at random: ranks that a PageRank could have, half of the class's edges in each."""
    draw = numpy.random.default_rng(seed)
    ranks = {
        score: numpy.stack(
            [numpy.concatenate([ranks_before(draw.random(size)) for size in SIZES]) for _ in range(REPLICATES)]
        )
        for score in scores
    }
    hops = []
    for layer in LAYERS[1:]:
        table = counts.influences[layer]
        held = draw.integers(0, 2**63, len(table.sources), dtype=numpy.uint64)
        hops.append(HopReplicates(numpy.array(table.sources, "i4"), numpy.array(table.targets, "i4"), held))
    return Replicates(counts.digest, SIZES, ranks, tuple(hops))


def keep(folder: Path, index: int, content: bytes) -> None:
    (folder / "classes" / f"{index:05d}").mkdir(parents=True, exist_ok=True)
    (folder / "classes" / f"{index:05d}" / FILE).write_bytes(content)


@pytest.fixture
def run(scratch: Database, tmp_path: Path) -> Iterator[Kept]:
    """A loaded run of two classes with replicates by both scores."""
    kept = kept_run(next(names), tmp_path / "run")
    for index, counts in kept.held.items():
        keep(kept.folder, index, made_up(counts, index).to_bytes())
    scratch.load(kept)
    yield kept
    scratch.remove(kept.name)


def kept_run(name: str, folder: Path, seed: int = 0) -> Kept:
    made = attributed(counted(name, SIZES, 2, 0.4, seed))
    return Kept(made.name, made.layers, made.held, made.other, folder)


def extract(database: Database, model: str, score: Score = Score.ACTIVATION, **options: Any) -> Extracted:
    return database.await_(extract_model(database.store, model, score=score, progress=ignore_progress, **options))


def stored(database: Database, model: str, score: Score, index: int = 0) -> tuple[list[Row], list[Row], Row]:
    name = class_id(model, index)
    if score is Score.ACTIVATION:
        return database.await_(read_graph(database.store, name))
    return database.await_(read_scored(database.store, name, score))


def by_definition(found: Replicates, score: Score, cut: Cut) -> tuple[dict[Any, float], dict[Any, float]]:
    """Shares of the replicates whose graph has a channel (layer, index) or an edge (upper layer, source, target)."""
    channels, edges = Counter[Any](), Counter[Any]()
    for at in range(REPLICATES):
        before = [[int(rank) * STEP for rank in ranks[at]] for ranks in found.layers(score.value)]
        joined: list[set[tuple[int, int]]] = []
        chosen = [{channel for channel, percent in enumerate(before[0]) if percent < cut.threshold}]
        for layer, hop in enumerate(found.hops, 1):
            rows = zip(hop.sources.tolist(), hop.targets.tolist(), hop.held.tolist(), strict=True)
            pairs = {(source, target) for source, target, held in rows if held >> at & 1 and source in chosen[-1]}
            threshold, here = cut.threshold, set[int]()
            while not any(target in here for _, target in pairs):
                here = {channel for channel, percent in enumerate(before[layer]) if percent < threshold}
                if threshold >= 100 and not any(target in here for _, target in pairs):
                    here = {channel for channel, percent in enumerate(before[layer]) if percent < cut.threshold}
                    break
                threshold = min(100.0, threshold + cut.step)
            chosen.append(here)
            joined.append({(source, target) for source, target in pairs if target in here})
        reached = [{target for _, target in pairs} for pairs in joined]
        for hop_at, pairs in enumerate(joined):
            kept = pairs if cut.dead_ends or not hop_at else {one for one in pairs if one[0] in reached[hop_at - 1]}
            edges.update((hop_at + 1, *pair) for pair in kept)
        channels.update((layer, channel) for layer, of_layer in enumerate(chosen) for channel in of_layer)
    return tuple({key: count / REPLICATES for key, count in each.items()} for each in (channels, edges))  # type: ignore[return-value]


CUTS = [Cut(), Cut(20.0), Cut(40.0, step=2.5, dead_ends=False), Cut(1.0, step=10.0)]


@pytest.mark.parametrize("cut", CUTS, ids=str)
def test_appearances_are_those_of_each_replicates_graph_by_definition(cut: Cut) -> None:
    found = made_up(counted("x", SIZES, 1, 0.4).held[0], 3)
    steps = int(cut.threshold * 2), int(cut.step * 2)
    channels, edges = appearances(found, "activation", *steps, cut.dead_ends)
    expected = by_definition(found, Score.ACTIVATION, cut)
    held = {
        (layer, channel): int(count) / REPLICATES
        for layer, counts in enumerate(channels)
        for channel, count in enumerate(counts)
        if count
    }
    joined = {
        (layer, int(source), int(target)): int(count) / REPLICATES
        for layer, (hop, counts) in enumerate(zip(found.hops, edges, strict=True), 1)
        for source, target, count in zip(hop.sources, hop.targets, counts, strict=True)
        if count
    }
    assert held == pytest.approx(expected[0]) and joined == pytest.approx(expected[1])
    assert any(0 < value < 1 for value in held.values()) and any(0 < value < 1 for value in joined.values())


def test_ranks_are_the_pagerank_before_each_channel_in_half_percents() -> None:
    ranks = ranks_before(numpy.array([0.0, 0.25, 0.5, 0.25]))
    assert ranks.tolist() == [LEFT_OUT, 100, 0, 150]
    assert ranks_before(numpy.zeros(3)).tolist() == [LEFT_OUT] * 3


def test_the_last_digits_of_pagerank_decide_nothing() -> None:
    """Sums that lie just at a step, and equal channels, come out alike whatever is computed first."""
    exact = numpy.array([0.245, 0.245, 0.01, 0.25, 0.25])
    noise = numpy.random.default_rng(3).uniform(-1, 1, (100, 5)) * 1e-15
    assert {tuple(ranks_before(exact + each)) for each in noise} == {(100, 149, 198, 0, 50)}


def flipped(whole: bytes, at: int, bits: int) -> bytes:
    return whole[:at] + bytes([whole[at] ^ bits]) + whole[at + 1 :]


def test_a_file_of_replicates_comes_back_and_equal_ones_are_equal_bytes(tmp_path: Path) -> None:
    found = made_up(counted("x", SIZES, 1, 0.4).held[0], 5)
    keep(tmp_path, 0, found.to_bytes())
    back = read_replicates(tmp_path / "classes" / "00000" / FILE)
    assert (back.counts, back.sizes) == (found.counts, found.sizes)
    assert back.to_bytes() == found.to_bytes()
    whole, middle = found.to_bytes(), len(found.to_bytes()) // 2
    for content in (b"", whole[:200], whole[:-100], flipped(whole, middle, 255)):
        keep(tmp_path, 0, content)
        with pytest.raises(DataError, match="is damaged"):
            read_replicates(tmp_path / "classes" / "00000" / FILE)


def test_a_file_with_any_other_byte_is_refused_in_words_or_reads_the_same(tmp_path: Path) -> None:
    whole, draw = made_up(counted("x", SIZES, 1, 0.4).held[0], 5).to_bytes(), random.Random(5)
    directory, file = whole.index(b"PK\x01\x02"), tmp_path / "classes" / "00000" / FILE
    places = [*draw.sample(range(directory), 300), *range(directory, len(whole))]
    refused = 0
    for at in places:
        keep(tmp_path, 0, flipped(whole, at, 1 << draw.randrange(8)))
        try:
            back = read_replicates(file)
        except DataError as error:
            assert "is damaged" in str(error)
            refused += 1
        else:
            assert back.to_bytes() == whole or len(back.ranks) == 1  # the name of a score does not begin as it should
    assert refused > len(places) / 4


def is_refused(read: Callable[[Path], Any], file: Path) -> bool:
    try:
        read(file)
    except DataError:
        return True
    return False


def damage_inside(kept: Kept, index: int) -> None:
    """Change a byte of the file of a class, one that only who reads all of it finds."""
    whole, draw = made_up(kept.held[index], index).to_bytes(), random.Random(7)
    file = kept.folder / "classes" / f"{index:05d}" / FILE
    for at in draw.sample(range(len(whole)), len(whole)):
        keep(kept.folder, index, flipped(whole, at, 255))
        if is_refused(read_replicates, file) and not is_refused(read_about, file):
            assert len(read_about(file).scores) == 2
            return
    raise AssertionError("all damage is found at once")


@pytest.mark.parametrize("score", Score)
@pytest.mark.parametrize("cut", CUTS[:3], ids=str)
def test_extraction_stores_the_probability_of_each_channel_and_edge(
    scratch: Database, run: Kept, score: Score, cut: Cut
) -> None:
    assert extract(scratch, run.name, score, cut=cut).written == 2
    assert extract(scratch, run.name, score, cut=cut).written == 0
    for index in run.classes:
        channels, edges, how = stored(scratch, run.name, score, index)
        assert (how["replicates"], how["no_probability"]) == (REPLICATES, None)
        likely, joined = by_definition(made_up(run.held[index], index), score, cut)
        ids = {channel_id(run.name, LAYERS[layer], channel): share for (layer, channel), share in likely.items()}
        assert {row["channel"]: row["probability"] for row in channels} == pytest.approx(
            {row["channel"]: ids.get(row["channel"], 0.0) for row in channels}
        )
        pairs = {
            (channel_id(run.name, LAYERS[at - 1], source), channel_id(run.name, LAYERS[at], target)): share
            for (at, source, target), share in joined.items()
        }
        assert {(row["source"], row["target"]): row["probability"] for row in edges} == pytest.approx(
            {(row["source"], row["target"]): pairs.get((row["source"], row["target"]), 0.0) for row in edges}
        )
        (found,) = scratch.await_(read_probable(scratch.store, [(class_id(run.name, index), score)]))
        everything = {**ids, **dict.fromkeys((row["channel"] for row in channels if row["channel"] not in ids), 0.0)}
        assert found.channels == pytest.approx(everything)
        assert found.of_channel(f"{run.name}/layer0/99") == 0.0
        assert ids.keys() - {row["channel"] for row in channels}, "no channel outside the graph"


def test_stored_queries_and_statements_tell_probabilities(scratch: Database, run: Kept) -> None:
    extract(scratch, run.name, cut=Cut(20.0))
    channels, edges, _ = stored(scratch, run.name, Score.ACTIVATION)
    name = class_id(run.name, 0)
    rows = scratch.run("class_channels", **{"class": name}, min_count=0)
    assert {row["channel"]: row["probability"] for row in rows} == {
        row["channel"]: row["probability"] for row in channels
    }
    rows = scratch.run("class_edges", **{"class": name})
    assert [row["probability"] for row in rows] == [row["probability"] for row in edges]
    assert edges


def test_several_classes_tell_their_resamples_as_each_graph_does(scratch: Database, run: Kept) -> None:
    extract(scratch, run.name, cut=Cut(20.0))
    ids = [class_id(run.name, index) for index in run.classes]
    assert [row["replicates"] for row in scratch.run("graph_resamples", classes=ids, score="attribution")] == [None] * 2
    extract(scratch, run.name, Score.ATTRIBUTION, cut=Cut(20.0))
    for score in Score:
        rows = scratch.run("graph_resamples", classes=ids[::-1], score=score.value)
        assert [row["class"] for row in rows] == ids
        for row in rows:
            of_one = {"class": row["class"]}
            if score is Score.ACTIVATION:
                (whole,) = scratch.run("attribution_graph", **of_one)
                inside = dict.fromkeys(("channels", "probabilities", "sources", "targets", "edge_probabilities"))
            else:
                (whole,) = scratch.run("scored_graph", **of_one, score=score.value)
                inside = {}
            expected = {**whole, **inside}
            seals = {"class", "probability_seal", "outside_seal"}
            assert {name: row[name] for name in row.keys() - seals} == {
                name: expected[name] for name in row.keys() - seals
            }
            assert row["outside"] and row["probability_seal"] and row["outside_seal"]


def test_what_has_no_probabilities_says_why(scratch: Database, run: Kept) -> None:
    def reason(cut: Cut, **options: Any) -> str:
        extract(scratch, run.name, cut=cut, **options)
        channels, edges, how = stored(scratch, run.name, Score.ACTIVATION)
        assert how["replicates"] is None and {row["probability"] for row in (*channels, *edges)} == {None}
        assert not scratch.await_(read_probable(scratch.store, [(class_id(run.name, 0), Score.ACTIVATION)]))[0].known
        return str(how["no_probability"])

    extract(scratch, run.name)
    assert "a damping of 0.85" in reason(CUTS[0], walk=Walk(0.5))
    assert "of the whole network" in reason(Cut(unified=True))
    assert "multiples of 0.5" in reason(Cut(7.25)) and "multiples of 0.5" in reason(Cut(7.5, step=0.3))
    keep(run.folder, 0, made_up(run.held[0], 0, ("attribution",)).to_bytes())
    assert "no replicates by activation" in reason(Cut(9.0))
    keep(run.folder, 0, replace(made_up(run.held[0], 0), counts="others").to_bytes())
    assert "other counts of the class" in reason(Cut(10.0)) and extract(scratch, run.name, cut=Cut(10.0)).written == 0
    keep(run.folder, 0, b"nothing")
    assert "cannot be read" in reason(Cut(11.0))
    (run.folder / "classes" / "00000" / FILE).unlink()
    assert "keeps no replicates of the class" in reason(Cut(12.0))
    run.folder.rename(run.folder.with_name("elsewhere"))
    assert "is not where it was loaded from" in reason(Cut(13.0))
    cut_now = scratch.await_(cut_graph(scratch.store, class_id(run.name, 0), Cut(7.5)))
    assert graph_rows(run.name, cut_now)[2]["no_probability"] == LIVE
    scratch.administer(f"MATCH (model:Model {{id: '{run.name}'}}) SET model.run = null")
    assert reason(Cut(14.0)) == NO_RUN
    scratch.administer(f"MATCH (class:ImageClass {{model: '{run.name}'}}) SET class.graph_no_probability = null")
    assert stored(scratch, run.name, Score.ACTIVATION)[2]["no_probability"] == EARLIER
    scratch.administer(f"MATCH (class:ImageClass {{model: '{run.name}'}}) SET class.counts_digest = null")
    assert stored(scratch, run.name, Score.ACTIVATION)[2]["no_probability"] == IMPORTED


def test_a_graph_gets_its_probabilities_later_and_keeps_them_while_the_run_is_away(
    scratch: Database, run: Kept
) -> None:
    away = run.folder.with_name("away")
    run.folder.rename(away)
    extract(scratch, run.name)
    away.rename(run.folder)
    assert extract(scratch, run.name).written == 2
    before = stored(scratch, run.name, Score.ACTIVATION)
    run.folder.rename(away)
    assert extract(scratch, run.name).written == 0
    assert stored(scratch, run.name, Score.ACTIVATION) == before and before[2]["replicates"] == REPLICATES


@pytest.mark.parametrize("score", Score)
def test_a_class_whose_replicates_are_damaged_inside_does_not_keep_others_from_theirs(
    scratch: Database, run: Kept, score: Score
) -> None:
    damage_inside(run, 0)
    assert extract(scratch, run.name, score).written == 2
    channels, _, how = stored(scratch, run.name, score, 0)
    assert channels and how["no_probability"].startswith(UNREADABLE) and how["replicates"] is None
    assert stored(scratch, run.name, score, 1)[2]["replicates"] == REPLICATES
    assert extract(scratch, run.name, score).written == 0
    keep(run.folder, 0, made_up(run.held[0], 0).to_bytes())
    assert extract(scratch, run.name, score).written == 1
    assert stored(scratch, run.name, score, 0)[2]["replicates"] == REPLICATES


def test_a_reason_that_is_no_longer_true_is_replaced(scratch: Database, run: Kept) -> None:
    away = run.folder.with_name("away")
    run.folder.rename(away)
    for score in Score:
        extract(scratch, run.name, score)
        assert "is not where it was loaded from" in stored(scratch, run.name, score)[2]["no_probability"]
    away.rename(run.folder)
    for index in run.classes:
        (run.folder / "classes" / f"{index:05d}" / FILE).unlink()
    for score in Score:
        assert extract(scratch, run.name, score).written == 2
        reason = stored(scratch, run.name, score)[2]["no_probability"]
        assert "keeps no replicates of the class" in reason and "count it again as another run" in reason
        assert extract(scratch, run.name, score).written == 0


def test_files_of_replicates_are_not_read_on_the_event_loop(
    scratch: Database, run: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = list[Path]()

    def off_the_loop(path: Path) -> Any:
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()
        looked.append(path)
        return read_about(path)

    monkeypatch.setattr(stability, "read_about", off_the_loop)
    extract(scratch, run.name)
    assert len(looked) == 2


def test_other_counts_take_probabilities_away(scratch: Database, run: Kept) -> None:
    extract(scratch, run.name)
    scratch.load(kept_run(run.name, run.folder, seed=9))
    (row,) = scratch.run("attribution_graph", **{"class": class_id(run.name, 0)})
    assert row["replicates"] is None and row["outside"] is None and row["channels"] == []


def test_a_comparison_knows_probabilities_in_both_classes(scratch: Database, run: Kept) -> None:
    extract(scratch, run.name)
    found = scratch.await_(compare(scratch.store, run.name, [0, 1], "SYMMETRIC_DIFFERENCE"))
    both = scratch.await_(
        read_probable(scratch.store, [(class_id(run.name, index), Score.ACTIVATION) for index in (0, 1)])
    )
    pairs = [[each.of_channel(row["channel"]) for each in both] for row in found.channels]
    assert pairs and all(value is not None for pair in pairs for value in pair)
    assert any(0 < value < 1 for pair in pairs for value in pair if value is not None)


def test_probabilities_are_read_of_some_classes_at_once_and_only_where_there_are_any(
    scratch: Database, run: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = counted(next(names), SIZES, READ_AT_ONCE + 3, 0.2)
    scratch.load(bare)
    extract(scratch, bare.name)
    for score in Score:
        extract(scratch, run.name, score)
    asked = list[tuple[str, int]]()
    ask = scratch.store.run

    async def noted(name: str, **parameters: Any) -> list[Row]:
        asked.append((name, len(parameters["classes"])))
        return await ask(name, **parameters)

    monkeypatch.setattr(scratch.store, "run", noted)
    wanted = [(class_id(bare.name, index), score) for index in bare.classes for score in Score]
    assert {each.known for each in scratch.await_(read_probable(scratch.store, wanted))} == {False}
    assert sorted(asked) == [*[("graph_resamples", 3)] * 2, *[("graph_resamples", READ_AT_ONCE)] * 2]
    asked.clear()
    wanted = [(class_id(run.name, index), score) for score in Score for index in run.classes]
    assert all(each.known and each.edges for each in scratch.await_(read_probable(scratch.store, wanted)))
    assert sorted(asked) == [("graph_edges", 2), ("graph_resamples", 2), ("graph_resamples", 2), ("graph_vertices", 2)]
    monkeypatch.undo()
    scratch.remove(bare.name)


@pytest.mark.parametrize("score", Score)
def test_probabilities_are_those_of_one_graph_while_it_is_replaced(scratch: Database, run: Kept, score: Score) -> None:
    wanted, written = [(class_id(run.name, 0), score)], list[Any]()
    for cut in CUTS[1:3]:
        extract(scratch, run.name, score, cut=cut)
        written += scratch.await_(read_probable(scratch.store, wanted))
    assert written[0] != written[1] and all(each.known for each in written)

    async def replace_and_read() -> list[Any]:
        seen, going = list[Any](), True

        async def read() -> None:
            while going:
                seen.extend(await read_probable(scratch.store, wanted))

        reading = asyncio.ensure_future(read())
        for cut in CUTS[1:3] * 4:
            await extract_model(scratch.store, run.name, classes=[0], score=score, cut=cut, progress=ignore_progress)
        going = False
        await reading
        return seen

    seen = scratch.await_(replace_and_read())
    assert len(seen) > 8 and all(each in written for each in seen)


def test_changed_probabilities_are_not_read(scratch: Database, run: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probable, "READ_PAUSE", 0)
    for statement in CHANGED.values():
        for score in Score:
            extract(scratch, run.name, score, cut=Cut(20.0))
        wanted = [(class_id(run.name, 0), score) for score in Score]
        assert all(each.known for each in scratch.await_(read_probable(scratch.store, wanted)))
        scratch.administer(statement.format(class_id(run.name, 0)))
        with pytest.raises(StoreBusy, match=r"were not whole .* `summit db check`"):
            scratch.await_(read_probable(scratch.store, wanted))
        scratch.await_(check_database(scratch.store, run.name, ignore_progress))


def test_a_graph_without_a_seal_of_what_is_outside_is_read_and_checked_without_it(scratch: Database, run: Kept) -> None:
    extract(scratch, run.name)
    wanted = [(class_id(run.name, 0), Score.ACTIVATION)]
    before = scratch.await_(read_probable(scratch.store, wanted))
    scratch.administer(f"MATCH (class:ImageClass {{model: '{run.name}'}}) SET class.graph_outside_seal = null")
    assert scratch.await_(read_probable(scratch.store, wanted)) == before and before[0].known
    assert not scratch.await_(check_database(scratch.store, run.name, ignore_progress)).damages


CHANGED = {  # {0} is the id of a class
    "of a channel": "MATCH (:ImageClass {{id: '{0}'}})-[v:HAS_CHANNEL]->() WITH v LIMIT 1 SET v.probability = 2.0",
    "of an edge": "MATCH ()-[e:ATTRIBUTES {{class_id: '{0}'}}]->() WITH e LIMIT 1 SET e.probability = null",
    "outside": "MATCH (c:ImageClass {{id: '{0}'}}) SET c.graph_outside = c.graph_outside[1..]",
    "outside by attribution": "MATCH (g:ScoredGraph {{id: '{0}/attribution'}}) SET g.graph_outside_probabilities = []",
    "by attribution": "MATCH (g:ScoredGraph {{id: '{0}/attribution'}}) SET g.edge_probabilities = null",
}


@pytest.mark.parametrize("statement", CHANGED.values(), ids=CHANGED)
def test_the_check_finds_a_probability_that_was_changed_and_extraction_mends_it(
    scratch: Database, run: Kept, statement: str
) -> None:
    for score in Score:
        extract(scratch, run.name, score, cut=Cut(20.0))

    def check() -> list[str]:
        return told(scratch.await_(check_database(scratch.store, run.name, ignore_progress)).damages)

    assert not check()
    scratch.administer(statement.format(class_id(run.name, 0)))
    (line,) = check()
    assert "its probabilities are not those that were written" in line
    assert sum(extract(scratch, run.name, score, cut=Cut(20.0)).written for score in Score) == 1
    assert not check()


@pytest.mark.parametrize("counted", [True, False])
def test_a_class_without_a_graph_is_not_said_to_have_an_early_one(counted: bool) -> None:
    row = {"replicates": None, "no_probability": None, "counted": counted, "seal": None}
    assert told_of(row, [], [])["no_probability"] == ABSENT
    empty = told_of({**row, "seal": "of a graph without channels"}, [], [])
    assert empty["no_probability"] == (EARLIER if counted else IMPORTED)
