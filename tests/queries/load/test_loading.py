"""Counts of a run into the database: exact, whole, left alone where equal, and never into another network."""

import random
from collections import Counter
from dataclasses import replace
from itertools import count, pairwise
from typing import Any

import pytest

from bench.testbed.counted import IMAGES, Counted, class_counts, counted
from queries.errors import DataError, GraphError
from queries.graphs.effects import edge_attribution_steps, effect_steps
from queries.load import channel_graph, loading
from queries.load import influences as influence_writes
from queries.load.counts import ChannelCounts, ClassCounts, summarise
from queries.load.loading import Loaded, load_run
from queries.load.steps import SOURCE
from queries.progress import ignore_progress
from queries.records import Columns, LayerSize, Skips
from queries.store import Row
from tests.conftest import Database

LAYERS = (LayerSize("low", 0, 5), LayerSize("mid", 1, 4, frozenset({3})), LayerSize("top", 2, 6))
RULES = {"rules": {"influence_top": 5}}
names = (f"net{number}" for number in count())


def made_up(index: int, seed: int) -> ClassCounts:
    """Random counts of one class, with all that is told of a class."""
    about = {"name": f"kind {index}", "wnid": None, "images": IMAGES, "top1_accuracy": 0.5, "histogram": [1, 2]}
    return replace(class_counts(index, LAYERS, 0.7, random.Random(seed)), properties=about)


def run_of(*seeds: int, **other: Any) -> Counted:
    """A run whose class i has the counts of seed i; `other` are settings."""
    return Counted("a run", LAYERS, {index: made_up(index, seed) for index, seed in enumerate(seeds)}, RULES | other)


def load(database: Database, run: Counted, model: str, *indexes: int, replace: bool = False) -> Loaded:
    summaries = summarise(run, indexes or run.classes, ignore_progress)
    work = load_run(database.store, run, summaries, model=model, replace=replace, progress=ignore_progress)
    return database.await_(work)


def activations(database: Database, name: str) -> set[tuple[str, int]]:
    return {(row["channel"], row["count"]) for row in database.run("class_activations", **{"class": name})}


def influences(database: Database, name: str) -> list[tuple[str, int, int, int]]:
    return [
        (row["layer"], row["target"], source, weight)
        for row in database.run("class_influences", **{"class": name})
        for source, weight in zip(row["sources"], row["weights"], strict=True)
    ]


def expected_influences(counts: ClassCounts) -> list[tuple[str, int, int, int]]:
    return [
        (layer.name, target, source, weight)
        for layer in LAYERS[1:]
        for target, source, weight in sorted(
            zip(
                *(getattr(counts.influences[layer.name], key) for key in ("targets", "sources", "weights")), strict=True
            )
        )
    ]


def assert_holds(database: Database, model: str, run: Counted, *indexes: int) -> None:
    """Every count of these classes is in the database, once, and nothing else, in both forms."""
    for index in indexes or run.classes:
        counts, name = run.counts(index), f"{model}/{index}"
        assert activations(database, name) == {
            (f"{model}/{layer}/{channel}", number)
            for layer, columns in counts.activations.items()
            for channel, number in zip(columns.channels, columns.counts, strict=True)
        }
        assert influences(database, name) == expected_influences(counts)
        rebuilt = database.administer(
            f"MATCH (:ImageClass {{id: '{name}'}})-[:HAS_ADJACENCY]->(a) RETURN a.layer, a.in_starts, a.in_sources,"
            " a.in_weights ORDER BY a.layer_index"
        )
        compact = [
            (layer, target, source, weight)
            for layer, starts, sources, weights in rebuilt
            for target, (start, end) in enumerate(pairwise(starts))
            for source, weight in zip(sources[start:end], weights[start:end], strict=True)
        ]
        excluded = {layer.name: layer.excluded for layer in LAYERS}
        assert compact == [
            edge
            for edge in expected_influences(counts)
            if edge[1] not in excluded[edge[0]] and not (edge[0] == "top" and edge[2] in excluded["mid"])
        ]


def digests(database: Database, model: str) -> dict[int, str | None]:
    return {row["index"]: row["counts"] for row in database.run("class_digests", model=model)}


def test_every_count_is_in_the_database_and_a_second_load_changes_nothing(scratch: Database) -> None:
    model, run = next(names), run_of(1, 2, 3)
    first, second = load(scratch, run, model), load(scratch, run, model)

    assert (first.written, first.unchanged, first.described, first.changed) == (3, 0, 3, True)
    assert (second.written, second.unchanged, second.described, second.changed) == (0, 3, 0, False)
    assert first.influences == sum(len(expected_influences(run.counts(index))) for index in run.classes)
    assert_holds(scratch, model, run)


def test_the_model_its_channels_and_its_classes_are_described(scratch: Database) -> None:
    model = next(names)
    load(scratch, run_of(1), model)

    (row,) = [row for row in scratch.run("models") if row["id"] == model]
    assert (row["architecture"], row["source"], row["channel_count"]) == ("made up", SOURCE, 15)
    assert [row["channels"] for row in scratch.run("layers", model=model)] == [5, 4, 6]
    assert scratch.administer(f"MATCH (c:Channel {{model: '{model}'}}) WHERE c.excluded RETURN c.id ORDER BY c.id") == [
        [f"{model}/mid/3"]
    ]
    (kind,) = scratch.run("find_classes", model=model, words=[], group=None)
    assert (kind["name"], kind["images"], kind["accuracy"]) == ("kind 0", IMAGES, 0.5)


def test_classes_can_be_loaded_a_few_at_a_time(scratch: Database) -> None:
    model, run = next(names), run_of(1, 2, 3)
    load(scratch, run, model, 2)
    assert set(digests(scratch, model)) == {2}
    rest = load(scratch, run, model)
    assert (rest.written, rest.unchanged) == (2, 1)
    assert_holds(scratch, model, run)


def test_totals_of_a_run_that_grew_are_those_of_the_model(scratch: Database) -> None:
    model, run = next(names), run_of(1, 2)
    load(scratch, run, model)
    load(scratch, run_of(1, 2, 3), model)
    assert scratch.administer(f"MATCH (m:Model {{id: '{model}'}}) RETURN m.images") == [[3 * IMAGES]]


def test_a_load_that_stops_as_classes_are_joined_leaves_no_old_totals(
    scratch: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, more = next(names), run_of(1, 2, 3)
    load(scratch, run_of(1, 2), model)
    scale = f"MATCH (m:Model {{id: '{model}'}}) RETURN m.class_count, m.largest_count, m.vertices"
    assert scratch.administer(scale)[0][0] == 2

    async def stop(*anything: Any) -> int:
        raise GraphError("stopped")

    with monkeypatch.context() as patch:
        patch.setattr(loading, "bring_up_to_date", stop)
        with pytest.raises(GraphError, match="stopped"):
            load(scratch, more, model)
    assert scratch.administer(scale) == [[None, None, None]]
    assert load(scratch, more, model).written == 0
    assert scratch.administer(scale) == [[3, 0, 0]]


def test_a_class_is_described_with_its_counts(scratch: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    model, grown = next(names), made_up(1, 5)
    load(scratch, run_of(1, 2), model)
    more = Counted("a run", LAYERS, {0: made_up(0, 1), 1: replace(grown, properties={"images": 70})}, RULES)

    with monkeypatch.context() as patch:
        patch.setattr(loading, "activation_steps", lambda *anything: [("NO SUCH STEP", {})])
        with pytest.raises(GraphError):
            load(scratch, more, model)
    images = [row["images"] for row in scratch.run("find_classes", model=model, words=[], group=None)]
    assert images == [IMAGES, IMAGES]
    assert load(scratch, more, model).described == 1


def test_a_large_group_is_replaced_whole_and_names_without_an_id_are_new_once(scratch: Database) -> None:
    model = next(names)
    load(scratch, run_of(1), model)
    classes = [{"id": f"{model}/{index}", "index": index} for index in range(1, 1_200)]
    scratch.write("upsert_classes", model=model, rows=classes)
    group = {"id": f"{model}/g", "wnid": "g", "name": "a group"}
    for members in (range(1_200), range(5, 800), range(3)):
        ids = [f"{model}/{index}" for index in members]
        scratch.write("replace_groups", model=model, rows=[{**group, "classes": ids}])
        (row,) = scratch.run("groups", model=model)
        assert sorted(row["classes"]) == list(members)
    rows = [{"id": f"{model}/0", "wnid": None, "name": "a name"}]
    assert [scratch.write("name_classes", rows=rows)["changed"] for _ in range(2)] == [1, 0]
    everyone = [f"{model}/{index}" for index in range(1, 1_200)]
    scratch.write("remove_classes", classes=everyone)
    assert [row["index"] for row in scratch.run("find_classes", model=model, words=[], group=None)] == [0]


def test_changed_counts_take_the_place_of_the_old_ones(scratch: Database) -> None:
    model, before, after = next(names), run_of(1, 2), run_of(1, 5)
    load(scratch, before, model)
    old = digests(scratch, model)
    done = load(scratch, after, model)

    assert (done.written, done.unchanged) == (1, 1)
    assert_holds(scratch, model, after)
    new = digests(scratch, model)
    assert new[0] == old[0] and new[1] != old[1]


def test_effects_and_edges_by_attribution_go_with_the_counts_of_the_pictures_they_are_of(scratch: Database) -> None:
    model = next(names)
    load(scratch, run_of(1, 2), model)
    row = {"layer": "low", "channel": 1, "drop": 1.5, "low": 1.0, "high": 2.0, "pictures": 8, "seed": 0}
    sources = {"layer": "mid", "channel": 1, "sources": [0], "counts": [3], "pictures": 8, "seed": 0}
    for index in (0, 1):
        scratch.await_(scratch.store.write_together(effect_steps(model, index, [row])))
        scratch.await_(scratch.store.write_together(edge_attribution_steps(model, index, [sources])))
    scratch.administer(LOSSES["activations"].format(model=model))

    def effects(index: int) -> int:
        return len(scratch.run("class_effects", **{"class": f"{model}/{index}"}, limit=9))

    def edges(index: int) -> int:
        return len(scratch.run("class_edge_attributions", **{"class": f"{model}/{index}"}))

    assert load(scratch, run_of(1, 2), model).written == 1
    assert (effects(0), effects(1), edges(0), edges(1)) == (1, 1, 1, 1), "the same counts again"
    load(scratch, run_of(1, 5), model)
    assert (effects(0), effects(1), edges(0), edges(1)) == (1, 0, 1, 0)


LOSSES = {  # {model}: of the damaged model
    "activations": "MATCH (:ImageClass {{id: '{model}/1'}})-[edge:ACTIVATES]->() WITH edge LIMIT 2 DELETE edge",
    "influences": "MATCH (:ImageClass {{id: '{model}/1'}})-[edge:INFLUENCED]->() WITH edge LIMIT 2 DELETE edge",
    "one too many": "MATCH (a:ImageClass {{id: '{model}/1'}})-[edge:INFLUENCED]->(b) WITH a, b, edge LIMIT 1 "
    "CREATE (a)-[:INFLUENCED {{sources: edge.sources, weights: edge.weights}}]->(b)",
    "adjacency": "MATCH (node:Adjacency {{id: '{model}/1/mid'}}) DETACH DELETE node",
    "a class": "MATCH (node:ImageClass {{id: '{model}/1'}}) DETACH DELETE node",
    "channels": "MATCH (node:Channel {{model: '{model}', layer: 'mid'}}) DETACH DELETE node",
    "a layer": "MATCH (node:Layer {{id: '{model}/top'}}) DETACH DELETE node",
}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_the_database_lost_is_written_again_and_not_called_unchanged(scratch: Database, loss: str) -> None:
    model, run = next(names), run_of(1, 2)
    load(scratch, run, model)
    scratch.administer(LOSSES[loss].format(model=model))
    done, again = load(scratch, run, model), load(scratch, run, model)

    assert (done.changed or loss == "a layer") and done.written + done.unchanged == 2
    assert not again.changed
    assert_holds(scratch, model, run)


TOTALS = {"activation_count", "influence_count", "influenced_count", "attribution_count", "counts_seal"}


def test_totals_are_kept_of_classes_that_an_earlier_version_loaded(scratch: Database) -> None:
    model, run = next(names), run_of(1)
    load(scratch, run, model)
    (whole,) = scratch.run("class_records", model=model)
    assert whole["record"]["counts_seal"] == run.counts(0).seal
    for left_out in (whole["record"].keys() & TOTALS, {"influenced_count"}):
        unknown = ", ".join(f"class.{name} = null" for name in sorted(left_out))
        scratch.administer(f"MATCH (class:ImageClass {{id: '{model}/0'}}) SET {unknown}")
        assert scratch.run("class_records", model=model) != [whole]
        done = load(scratch, run, model)
        assert (done.written, done.unchanged) == (0, 1)
        assert scratch.run("class_records", model=model) == [whole]


def test_what_is_known_of_a_class_can_change_without_its_counts(scratch: Database) -> None:
    model, run = next(names), run_of(1, 2)
    load(scratch, run, model)
    told = replace(run.counts(1), properties={**run.counts(1).properties, "name": "newt"})
    done = load(scratch, replace(run, held={0: run.counts(0), 1: told}), model)

    assert (done.written, done.described) == (0, 1)
    rows = scratch.run("find_classes", model=model, words=[], group=None)
    assert [row["name"] for row in rows] == ["kind 0", "newt"]


def pairs(database: Database, model: str) -> dict[tuple[str, int, int], tuple[int, int]]:
    """The channel graph that the database holds, by layer, target and source."""
    rows = database.administer(
        f"MATCH (s:Channel {{model: '{model}'}})-[e:INFLUENCES]->(t:Channel) "
        "RETURN t.layer, t.index, s.index, e.classes, e.weight"
    )
    found = {tuple(row[:3]): tuple(row[3:]) for row in rows}
    assert len(found) == len(rows), "a pair is there twice"
    return found


def expected_pairs(run: Counted) -> dict[tuple[str, int, int], tuple[int, int]]:
    total: dict[tuple[str, int, int], tuple[int, int]] = {}
    for index in run.classes:
        for layer, target, source, weight in expected_influences(run.counts(index)):
            classes, sum_ = total.get((layer, target, source), (0, 0))
            total[layer, target, source] = classes + 1, sum_ + weight
    return total


def test_the_channel_graph_sums_all_classes_however_they_came(scratch: Database) -> None:
    model, run = next(names), run_of(1, 2, 3)
    first = load(scratch, run, model, 0)
    assert pairs(scratch, model) == expected_pairs(run_of(1))
    load(scratch, run, model)
    assert pairs(scratch, model) == expected_pairs(run)
    again = load(scratch, run, model)
    replaced = load(scratch, run_of(1, 5), model, 1)

    assert (first.pairs, again.pairs) == (len(expected_pairs(run_of(1))), 0)
    assert replaced.pairs > 0
    assert pairs(scratch, model) == expected_pairs(run_of(1, 5, 3))
    load(scratch, run_of(1), model, replace=True)
    assert pairs(scratch, model) == expected_pairs(run_of(1))


def test_a_class_whose_influences_were_all_lost_is_summed_once(scratch: Database) -> None:
    model, run = next(names), run_of(1, 2)
    load(scratch, run, model)
    scratch.administer(f"MATCH (:ImageClass {{id: '{model}/1'}})-[edge:INFLUENCED]->() DELETE edge")
    load(scratch, run, model)
    assert pairs(scratch, model) == expected_pairs(run)


def test_a_pair_that_was_lost_is_made_again_when_another_class_has_it(scratch: Database) -> None:
    model, run = next(names), run_of(1, 2, 3)
    for index in (0, 1):
        load(scratch, run, model, index)
    before = expected_pairs(run_of(1, 2))
    after = expected_pairs(run)
    layer, target, source = next(pair for pair in before if after[pair] != before[pair])  # class 2 has it, too
    scratch.administer(
        f"MATCH (:Channel {{model: '{model}', index: {source}}})-[e:INFLUENCES]->"
        f"(:Channel {{model: '{model}', layer: '{layer}', index: {target}}}) DELETE e"
    )
    load(scratch, run, model, 2)
    assert pairs(scratch, model) == expected_pairs(run)


@pytest.mark.parametrize("all_alike", [False, True])
def test_the_channel_graph_is_known_from_the_classes_where_those_are_read_sooner(
    scratch: Database, monkeypatch: pytest.MonkeyPatch, all_alike: bool
) -> None:
    """Classes that share few pairs are read for it; where many share the same ones, those pairs are."""
    model, asked = next(names), Counter[str]()
    run, density = scratch.store.run, 1.0 if all_alike else 0.3

    async def noted(name: str, /, **parameters: Any) -> list[Row]:
        asked[name] += 1
        return await run(name, **parameters)

    held = {index: class_counts(index, LAYERS, density, random.Random(index)) for index in range(7)}
    everything = Counted("shared", LAYERS, held, RULES)
    load(scratch, replace(everything, held={k: everything.counts(k) for k in range(6)}), model)
    monkeypatch.setattr(scratch.store, "run", noted)
    load(scratch, everything, model)

    assert bool(asked["layer_influences"]) == all_alike
    assert bool(asked["class_influenced"]) != all_alike
    monkeypatch.undo()
    assert pairs(scratch, model) == expected_pairs(everything)


def kinds(database: Database, name: str) -> dict[tuple[str, int, int], str] | None:
    """(layer, target, source) -> kind of a class's influences; None where none is known."""
    rows = database.run("class_influences", **{"class": name})
    if all(row["kinds"] is None for row in rows):
        return None
    ends = [(row["layer"], row["target"], source) for row in rows for source in row["sources"]]
    return dict(zip(ends, [kind for row in rows for kind in row["kinds"]], strict=True))


def test_kinds_of_edges_come_with_a_run_that_knows_them_and_go_with_one_that_does_not(scratch: Database) -> None:
    model, before = next(names), run_of(0, 1)
    skips = (Skips(), Skips({1: [1, 4]}, {0: [0]}), Skips({5: [0]}))
    sizes = [replace(layer, skips=known) for layer, known in zip(LAYERS, skips, strict=True)]
    knowing = replace(before, layers=sizes)
    load(scratch, before, model)
    assert kinds(scratch, f"{model}/0") is None

    again = load(scratch, knowing, model)
    assert (again.written, again.pairs) == (0, 0)
    for index in (0, 1):
        found = kinds(scratch, f"{model}/{index}")
        assert found is not None
        assert found == {
            (layer, target, source): "SKIP"
            if (layer, target, source) in {("mid", 1, 1), ("mid", 1, 4), ("top", 5, 0)}
            else "BOTH"
            if (layer, target, source) == ("mid", 0, 0)
            else "CONVOLUTION"
            for layer, target, source, _ in influences(scratch, f"{model}/{index}")
        }
    load(scratch, knowing, model)
    assert [row["skips"] for row in scratch.run("channel_skips", model=model)] == [0] * 5 + [1, 2, 0, 0] + [0] * 5 + [1]

    load(scratch, before, model)
    assert kinds(scratch, f"{model}/0") is None and scratch.run("channel_skips", model=model) == []


ALTERED = {
    "pairs lost": "MATCH (:Channel {{model: '{model}'}})-[e:INFLUENCES]->() WITH e LIMIT 3 DELETE e",
    "a weight": "MATCH (:Channel {{model: '{model}'}})-[e:INFLUENCES]->() WITH e LIMIT 1 SET e.weight = 7777",
    "a pair twice": "MATCH (a:Channel {{model: '{model}'}})-[e:INFLUENCES]->(b) WITH a, b, e LIMIT 1 "
    "CREATE (a)-[:INFLUENCES {{classes: e.classes, weight: e.weight}}]->(b)",
}


@pytest.mark.parametrize("what", ALTERED)
def test_a_channel_graph_that_is_behind_is_brought_up_to_date(scratch: Database, what: str) -> None:
    model, run = next(names), run_of(1, 2)
    load(scratch, run, model)
    scratch.administer(ALTERED[what].format(model=model))
    scratch.administer(f"MATCH (m:Model {{id: '{model}'}}) SET m.channel_graph_influences = null")
    done, again = load(scratch, run, model), load(scratch, run, model)

    assert (done.written, done.pairs > 0, again.changed) == (0, True, False)
    assert pairs(scratch, model) == expected_pairs(run)


@pytest.mark.parametrize("stop_at", range(6))
def test_a_load_that_is_cut_off_leaves_a_model_that_is_known_to_be_behind(
    scratch: Database, monkeypatch: pytest.MonkeyPatch, stop_at: int
) -> None:
    model, before, after, store = next(names), run_of(1, 2), run_of(1, 5, 3), scratch.store
    load(scratch, before, model)
    together, calls = store.write_together, count()

    async def until_one(steps: Any) -> Any:
        if next(calls) == stop_at:
            raise GraphError("interrupted")
        return await together(steps)

    monkeypatch.setattr(channel_graph, "PAIRS_A_STATEMENT", 5)
    with monkeypatch.context() as patch:
        patch.setattr(store, "write_together", until_one)
        with pytest.raises(GraphError, match="interrupted"):
            load(scratch, after, model)
    known = scratch.run("channel_graph_state", model=model)[0]
    exact = pairs(scratch, model) == expected_pairs(before) and digests(scratch, model)[1] == before.counts(1).digest
    assert exact or known["summed"] != known["written"]

    load(scratch, after, model)
    assert_holds(scratch, model, after)
    assert pairs(scratch, model) == expected_pairs(after)
    assert not load(scratch, after, model).changed


def test_a_class_with_many_targets_is_replaced_whole_again_and_again(scratch: Database) -> None:
    for seed in range(1, 4):
        run = counted("many-targets", (100, 120, 100), 1, 0.05, seed)
        scratch.load(run)
        found = influences(scratch, "many-targets/0")
        assert (len(found), len(set(found))) == (run.counts(0).influence_count,) * 2
        assert len(activations(scratch, "many-targets/0")) == run.counts(0).activation_count


def test_a_class_larger_than_a_message_comes_in_several_statements_of_one_transaction(
    scratch: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(influence_writes, "INFLUENCES_A_STATEMENT", 4)
    model, run = next(names), run_of(1)
    load(scratch, run, model)
    assert_holds(scratch, model, run)


def test_other_settings_are_refused_unless_they_are_to_take_the_place(scratch: Database) -> None:
    model, before = next(names), run_of(1, 2, 3)
    load(scratch, before, model)
    after = run_of(1, 7, rules={"influence_top": 3})
    with pytest.raises(DataError, match=r'other settings.*rules: \{"influence_top": 5\} there.*--replace'):
        load(scratch, after, model)
    assert_holds(scratch, model, before)

    load(scratch, after, model, 1, replace=True)
    assert digests(scratch, model) == {0: None, 1: after.counts(1).digest}
    done = load(scratch, after, model)

    assert done.written == 1
    assert_holds(scratch, model, after)
    assert scratch.administer(f"MATCH (c:ImageClass {{id: '{model}/2'}}) RETURN count(c)") == [[0]]
    assert pairs(scratch, model) == expected_pairs(after)


@pytest.mark.parametrize(
    "key, other, complaint",
    [
        ("network", "large", 'the network "a run" there, "large" in a run'),
        ("weights_sha256", "cd", 'weights "ab" there, "cd" in a run'),
        ("layers", ["low"], r'layers \[\{"channels": 5, "name": "low"\}, .* there, \["low"\] in a run'),
    ],
)
def test_another_network_is_never_loaded_under_a_taken_id(
    scratch: Database, key: str, other: Any, complaint: str
) -> None:
    model = next(names)
    load(scratch, run_of(1), model)
    with pytest.raises(DataError, match=f"the id {model} is taken by another network: {complaint}"):
        load(scratch, run_of(1, **{key: other}), model, replace=True)


def test_a_run_is_never_loaded_over_graphs_that_were_imported(scratch: Database) -> None:
    model = next(names)
    scratch.write("upsert_model", model=model, properties={"source": "some paper"}, now="today")
    with pytest.raises(DataError, match=rf"the id {model} is taken .*not counted here \(some paper\).*--model"):
        load(scratch, run_of(1), model)


def run_with(counts: ClassCounts) -> Counted:
    return Counted("a run", LAYERS, {0: counts})


def with_influence(columns: Columns) -> Counted:
    counts = made_up(0, 1)
    return run_with(replace(counts, influences={**counts.influences, "mid": columns}))


@pytest.mark.parametrize(
    "run, complaint",
    [
        (with_influence(Columns([5], [0], [1])), "a channel that mid or the layer below it does not have"),
        (with_influence(Columns([0], [-1], [1])), "a channel that mid or the layer below it does not have"),
        (with_influence(Columns([0], [0], [IMAGES + 1])), "a count in mid that is not in 1 to its 50 pictures"),
        (with_influence(Columns([0], [0], [0])), "a count in mid that is not in 1 to its 50 pictures"),
        (with_influence(Columns([0, 0], [1, 1], [1, 2])), "a channel of mid, or an influence on one, twice"),
        (run_with(replace(made_up(0, 1), activations={"sky": ChannelCounts([], [])})), r"counts in layers \['sky'\]"),
    ],
)
def test_counts_that_cannot_be_are_refused_before_anything_is_written(run: Counted, complaint: str) -> None:
    with pytest.raises(DataError, match=f"class 0 .*{complaint}"):
        summarise(run, run.classes, ignore_progress)


def test_a_digest_tells_equal_counts_from_different_ones() -> None:
    assert made_up(0, 1).digest == made_up(1, 1).digest != made_up(0, 2).digest
    moved = made_up(0, 1).influences["mid"]
    swapped = Columns(moved.sources, moved.targets, [moved.weights[0] % IMAGES + 1, *moved.weights[1:]])
    assert with_influence(swapped).counts(0).digest != made_up(0, 1).digest


def test_columns_have_one_length() -> None:
    with pytest.raises(DataError, match="columns of 2 and 1 values are not of one length"):
        ChannelCounts([1, 2], [3])
