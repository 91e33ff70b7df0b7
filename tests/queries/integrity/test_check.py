"""A check finds what is not as it was written, names the command that mends it, and that command does."""

import math
from dataclasses import replace
from itertools import count
from typing import Any

import numpy
import pytest

from bench.testbed.counted import Counted, attributed, counted
from queries.errors import DataError, NotFound
from queries.graphs.extraction import extract_model
from queries.graphs.ranking import Ranked, rank_layers
from queries.graphs.stored import graph_steps
from queries.integrity.check import Checked, check_database, damages_by_totals, told
from queries.integrity.contents import ranks_follow
from queries.integrity.damage import CHANNEL_GRAPH, COUNTS, GRAPH, NETWORK, OUTPUT, RANKINGS, SCORED, SKIPS, Damage
from queries.load.counts import summarise
from queries.load.loading import load_run
from queries.load.published import LAYERS, PublishedData
from queries.load.steps import layer_steps, model_step
from queries.progress import ignore_progress
from queries.records import Address, LayerSize, Score, Skips, class_id
from tests.conftest import Database

names = (f"checked{number}" for number in count())
mended: dict[Address, Counted] = {}  # by database: what a test damaged, found and mended, for the next one to damage
SIZES, CLASSES = (5, 4, 6), 2


def made(database: Database, model: str) -> Counted:
    """A model with counts, PageRank and graphs."""
    run = attributed(counted(model, SIZES, CLASSES, 0.7))
    run = replace(run, layers=[replace(layer, skips=Skips({0: [1]}, {2: [2]})) for layer in run.layers])
    database.load(run)
    for score in Score:
        extract(database, model, score)
    return run


def load(database: Database, run: Counted) -> None:
    summaries = summarise(run, run.classes, ignore_progress)
    database.await_(load_run(database.store, run, summaries, model=run.name, progress=ignore_progress))


def extract(database: Database, model: str, score: Score = Score.ACTIVATION) -> int:
    return database.await_(extract_model(database.store, model, score=score, progress=ignore_progress)).written


def check(database: Database, model: str) -> Checked:
    return database.await_(check_database(database.store, model, ignore_progress))


def by_totals(database: Database, model: str) -> list[Damage]:
    return [one for one in database.await_(damages_by_totals(database.store)) if one.model == model]


LOST = {  # what the cheap form finds, too: part, class (None: of the model), statement
    "edges": (GRAPH, 0, "MATCH ()-[e:ATTRIBUTES]->() WHERE e.class_id = '{model}/0' WITH e LIMIT 1 DELETE e"),
    "channels of a graph": (
        GRAPH,
        0,
        "MATCH (:ImageClass {{id: '{model}/0'}})-[e:HAS_CHANNEL]->() WITH e LIMIT 1 DELETE e",
    ),
    "a ranking": (RANKINGS, 0, "MATCH (node:LayerRanking {{id: '{model}/0/layer1'}}) DETACH DELETE node"),
    "activations": (COUNTS, 0, "MATCH (:ImageClass {{id: '{model}/0'}})-[e:ACTIVATES]->() WITH e LIMIT 1 DELETE e"),
    "influences": (
        COUNTS,
        0,
        "MATCH (:ImageClass {{id: '{model}/0'}})-[e:INFLUENCED]->() WITH e LIMIT 1 DELETE e",
    ),
    "attribution counts": (
        COUNTS,
        0,
        "MATCH (:ImageClass {{id: '{model}/0'}})-[e:ATTRIBUTED_TO]->() WITH e LIMIT 1 DELETE e",
    ),
    "contributions": (
        OUTPUT,
        0,
        "MATCH (:ImageClass {{id: '{model}/0'}})<-[e:CONTRIBUTES_TO]-() WITH e LIMIT 1 DELETE e",
    ),
    "an adjacency": (COUNTS, 0, "MATCH (node:Adjacency {{id: '{model}/0/layer1'}}) DETACH DELETE node"),
    "edges by attribution": (
        SCORED,
        0,
        "MATCH (node:ScoredGraph {{id: '{model}/0/attribution'}}) "
        "SET node.sources = node.sources[1..], node.targets = node.targets[1..], node.weights = node.weights[1..]",
    ),
    "a ranking by attribution": (
        SCORED,
        0,
        "MATCH (node:ScoredRanking {{id: '{model}/0/attribution/layer1'}}) DETACH DELETE node",
    ),
    "a state": (CHANNEL_GRAPH, None, "MATCH (m:Model {{id: '{model}'}}) SET m.channel_graph_influences = null"),
    "a class": (NETWORK, None, "MATCH (node:ImageClass {{id: '{model}/0'}}) DETACH DELETE node"),
    "a layer": (NETWORK, None, "MATCH (node:Layer {{id: '{model}/layer2'}}) DETACH DELETE node"),
    "channels": (NETWORK, None, "MATCH (node:Channel {{model: '{model}', layer: 'layer1'}}) DETACH DELETE node"),
}
ALTERED = {  # what only the thorough form finds
    "an activation": (
        COUNTS,
        0,
        "MATCH (:ImageClass {{id: '{model}/0'}})-[e:ACTIVATES]->() WITH e LIMIT 1 SET e.count = 77",
    ),
    "an attribution count": (
        COUNTS,
        0,
        "MATCH (:ImageClass {{id: '{model}/0'}})-[e:ATTRIBUTED_TO]->() WITH e LIMIT 1 SET e.count = 77",
    ),
    "a contribution": (
        OUTPUT,
        0,
        "MATCH (:ImageClass {{id: '{model}/0'}})<-[e:CONTRIBUTES_TO]-() WITH e LIMIT 1 SET e.contribution = 7.5",
    ),
    "a bias": (OUTPUT, 0, "MATCH (node:ImageClass {{id: '{model}/0'}}) SET node.output_bias = 7.5"),
    "an influence": (
        COUNTS,
        0,
        "MATCH (:ImageClass {{id: '{model}/0'}})-[e:INFLUENCED]->() WITH e LIMIT 1 "
        "SET e.weights = [w IN e.weights | w + 1]",
    ),
    "a list": (
        COUNTS,
        0,
        "MATCH (:ImageClass {{id: '{model}/0'}})-[e:INFLUENCED]->() WITH e LIMIT 1 SET e.weights = e.weights + [1]",
    ),
    "a source": (
        COUNTS,
        0,
        "MATCH (:ImageClass {{id: '{model}/0'}})-[e:INFLUENCED]->() WITH e LIMIT 1 "
        "SET e.sources = [s IN e.sources | s + 1000]",
    ),
    "a sum of squares": (
        GRAPH,
        0,
        "MATCH (node:ImageClass {{id: '{model}/0'}}) SET node.graph_squares = [x IN node.graph_squares | x + 1]",
    ),
    "a pair": (
        CHANNEL_GRAPH,
        None,
        "MATCH (:Channel {{model: '{model}'}})-[e:INFLUENCES]->() WITH e LIMIT 1 DELETE e",
    ),
    "a pair's classes": (
        CHANNEL_GRAPH,
        None,
        "MATCH (:Channel {{model: '{model}'}})-[e:INFLUENCES]->() WITH e LIMIT 1 SET e.classes = 9",
    ),
    "an adjacency": (
        COUNTS,
        0,
        "MATCH (node:Adjacency {{id: '{model}/0/layer1'}}) SET node.in_weights = [x IN node.in_weights | x + 1]",
    ),
    "a PageRank": (
        RANKINGS,
        0,
        "MATCH (node:LayerRanking {{id: '{model}/0/layer1'}}) SET node.pageranks = [x IN node.pageranks | x * 1.0001]",
    ),
    "a place": (
        RANKINGS,
        0,
        "MATCH (node:LayerRanking {{id: '{model}/0/layer1'}}) SET node.places = [x IN node.places | x + 1]",
    ),
    "a weight": (
        GRAPH,
        0,
        "MATCH ()-[e:ATTRIBUTES]->() WHERE e.class_id = '{model}/0' WITH e LIMIT 1 SET e.weight = 77",
    ),
    "a weight by attribution": (
        SCORED,
        0,
        "MATCH (node:ScoredGraph {{id: '{model}/0/attribution'}}) SET node.weights = [w IN node.weights | w + 1]",
    ),
    "a PageRank by attribution": (
        SCORED,
        0,
        "MATCH (node:ScoredRanking {{id: '{model}/0/attribution/layer1'}}) "
        "SET node.pageranks = [x IN node.pageranks | x * 1.0001]",
    ),
    "a threshold by attribution": (
        SCORED,
        0,
        "MATCH (node:ScoredGraph {{id: '{model}/0/attribution'}}) SET node.graph_threshold = 9.5",
    ),
    "a skip": (SKIPS, None, "MATCH (node:Channel {{id: '{model}/layer1/2'}}) SET node.both_sources = [1]"),
    "a number of skips": (SKIPS, None, "MATCH (node:Channel {{id: '{model}/layer1/3'}}) SET node.skips = 1"),
    "all skips of a channel": (
        SKIPS,
        None,
        "MATCH (node:Channel {{id: '{model}/layer1/0'}}) SET node.skips = null, node.skip_sources = null",
    ),
    "an activation that is text": (
        COUNTS,
        0,
        "MATCH (:ImageClass {{id: '{model}/0'}})-[e:ACTIVATES]->() WITH e LIMIT 1 SET e.count = 'many'",
    ),
    "a contribution that is text": (
        OUTPUT,
        0,
        "MATCH (:ImageClass {{id: '{model}/0'}})<-[e:CONTRIBUTES_TO]-() WITH e LIMIT 1 SET e.contribution = 'much'",
    ),
    "PageRanks that are text": (
        RANKINGS,
        0,
        "MATCH (node:LayerRanking {{id: '{model}/0/layer1'}}) SET node.pageranks = ['high', 'low']",
    ),
    "a weight that is text": (
        GRAPH,
        0,
        "MATCH ()-[e:ATTRIBUTES]->() WHERE e.class_id = '{model}/0' WITH e LIMIT 1 SET e.weight = 'heavy'",
    ),
    "weights by attribution that are text": (
        SCORED,
        0,
        "MATCH (node:ScoredGraph {{id: '{model}/0/attribution'}}) SET node.weights = ['heavy']",
    ),
    "a threshold": (GRAPH, 0, "MATCH (node:ImageClass {{id: '{model}/0'}}) SET node.graph_threshold = 9.5"),
}


def test_what_is_whole_is_found_so_and_stays_as_it_is(scratch: Database) -> None:
    model = next(names)
    run = made(scratch, model)
    checked = check(scratch, model)

    assert (checked.models, checked.classes, checked.damages) == ((model,), CLASSES, ())
    assert by_totals(scratch, model) == []
    assert not scratch.load(run).changed
    assert [extract(scratch, model, score) for score in Score] == [0, 0]


@pytest.mark.parametrize("damage", [*LOST, *(f"altered: {name}" for name in ALTERED)])
def test_damage_is_found_with_its_place_and_mended_by_its_remedy(scratch: Database, damage: str) -> None:
    run = mended.pop(scratch.access.address, None) or made(scratch, next(names))
    model = run.name
    altered = damage.removeprefix("altered: ") if damage.startswith("altered: ") else None
    part, index, statement = ALTERED[altered] if altered else LOST[damage]
    scratch.administer(statement.format(model=model))

    cheap, first, again = by_totals(scratch, model), check(scratch, model).damages, check(scratch, model).damages

    place = None if index is None else class_id(model, index)
    assert bool(cheap) != bool(altered)
    assert (part, place) in {(one.part, one.class_id) for one in first}
    assert all(one.class_id in (place, class_id(model, 0)) for one in first), "the other class is whole"
    assert {(one.part, one.class_id) for one in again} == {(one.part, one.class_id) for one in first}

    (remedy,) = {one.remedy for one in first if one.part == part and one.class_id == place}
    if "summit load" in remedy:
        load(scratch, run)
    if "summit extract" in remedy or part == NETWORK:
        score = Score.ATTRIBUTION if part == SCORED else Score.ACTIVATION
        assert ("--score attribution" in remedy) is (part == SCORED)
        assert extract(scratch, model, score) == 1 or part == NETWORK
    assert check(scratch, model).damages == ()
    assert scratch.load(run).changed is False
    for score in Score:
        extract(scratch, model, score)  # where the remedy was of one graph, or of none
    mended[scratch.access.address] = run


def test_the_remedy_names_the_run_and_the_model(scratch: Database) -> None:
    model = next(names)
    made(scratch, model)
    scratch.administer(f"MATCH (node:Model {{id: '{model}'}}) SET node.run = '/data/runs/pets'")
    scratch.administer(ALTERED["an influence"][2].format(model=model))
    found = check(scratch, model).damages
    remedy = f"`summit load pets --model {model}`, then `summit extract {model}`"
    assert {each.remedy for each in found} == {remedy}
    problem = "activations or influences are not those that were written"
    assert f"counts of {model}/0: {problem}; mend it with {remedy}" in map(str, found)


def test_published_graphs_are_mended_by_importing_them(scratch: Database, published_data: PublishedData) -> None:
    model, graphs = next(names), published_data.graphs[:3]
    rows = [{"id": class_id(model, graph.index), "index": graph.index} for graph in graphs]
    network = [model_step(model, {"source": "published"}), *layer_steps(model, LAYERS)]
    scratch.await_(
        scratch.store.write_together(
            [*network, ("upsert_classes", {"model": model, "rows": rows}), *graph_steps(model, graphs)]
        )
    )
    assert check(scratch, model).damages == ()
    scratch.administer(f"MATCH ()-[e:ATTRIBUTES]->() WHERE e.class_id IN ['{model}/0', '{model}/2'] DELETE e")

    damages = check(scratch, model).damages

    edges = len(graphs[0].edges)
    assert [one.class_id for one in damages] == [f"{model}/0", f"{model}/2"]
    assert f"0 of {edges} edges" in damages[0].problem
    (line,) = told(damages)
    assert line.startswith(f"damaged: graph of {model}/0 (and 1 more)")
    assert line.endswith(f"mend with `summit import-summit DIR --model {model}`")


def test_extraction_refuses_counts_that_are_lost(scratch: Database) -> None:
    model = next(names)
    made(scratch, model)
    scratch.administer(LOST["activations"][2].format(model=model))
    with pytest.raises(DataError, match=rf"counts of {model}/0 are lost: .*`summit load RUN` writes them again"):
        extract(scratch, model)


def test_a_bad_contribution_costs_no_graph(scratch: Database) -> None:
    model = next(names)
    run = made(scratch, model)
    scratch.administer(ALTERED["a contribution"][2].format(model=model))
    (damage,) = check(scratch, model).damages
    assert (damage.part, damage.class_id, damage.remedy) == (OUTPUT, f"{model}/0", f"`summit load RUN --model {model}`")
    assert [extract(scratch, model, score) for score in Score] == [0, 0], "extraction is not refused, nor repeated"
    done = scratch.load(run)
    assert (done.written, done.unchanged, done.graphs_removed) == (1, CLASSES - 1, 0)
    assert check(scratch, model).damages == ()
    assert [extract(scratch, model, score) for score in Score] == [0, 0]


@pytest.mark.parametrize("part", ["edges", "a ranking"])
def test_extraction_writes_again_what_was_lost_of_its_own(scratch: Database, part: str) -> None:
    model = next(names)
    made(scratch, model)
    scratch.administer(LOST[part][2].format(model=model))
    assert extract(scratch, model) == 1
    assert extract(scratch, model) == 0
    assert check(scratch, model).damages == ()


def test_a_model_that_is_not_there_is_told(scratch: Database) -> None:
    with pytest.raises(NotFound, match="no model 'nowhere' in the database"):
        check(scratch, "nowhere")


@pytest.mark.parametrize("sums", ["before_in_layer", "before_in_all"])
def test_sums_that_differ_in_the_last_bit_follow_and_others_do_not(sums: str) -> None:
    """Python 3.12 and numpy add up in their own ways, and a database may come from either."""
    layers = [LayerSize("low", 0, 30), LayerSize("high", 1, 20)]
    found = numpy.random.default_rng(5).dirichlet(numpy.ones(50)).tolist()
    ranked = [Ranked(*divmod(place, 30), rank, 3) for place, rank in enumerate(found)]
    rankings = rank_layers(ranked, [layer.channels for layer in layers])
    rows: list[dict[str, Any]] = [
        {"layer_index": index, **ranking.properties()} for index, ranking in enumerate(rankings)
    ]
    assert ranks_follow(rows, layers)

    high = rows[1]
    assert ranks_follow(
        [rows[0], {**high, sums: [math.nextafter(each, 200.0) if each else each for each in high[sums]]}], layers
    )
    for other in ([each * (1 + 1e-6) for each in high[sums]], high[sums][:-1], None):
        assert not ranks_follow([rows[0], {**high, sums: other}], layers)
    assert not ranks_follow([rows[0], {**high, "places": high["places"][::-1]}], layers)
    assert not ranks_follow(rows[:1], layers)
