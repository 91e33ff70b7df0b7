"""The thorough form of the check: what is stored of every class, against its digests and against itself."""

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from itertools import pairwise
from math import isclose

from queries.errors import DataError, first_line
from queries.graphs.adjacency import adjacency_rows
from queries.graphs.output import seal_of_rows
from queries.graphs.ranking import LayerRanking, Ranked, rank_layers, seal_of_rankings
from queries.graphs.stored import CUT, EDGE, VERTEX, are_sealed, resampled, seal, squares, table
from queries.integrity.damage import CHANNEL_GRAPH, COUNTS, GRAPH, OUTPUT, RANKINGS, SCORED, Damage, Model
from queries.load.channel_graph import influence_columns, read_pairs
from queries.load.counts import Tables, seal_of_attributions, seal_of_counts
from queries.load.pairs import Sum
from queries.records import Columns, LayerSize, Record
from queries.store import Row, Store
from queries.values import counted

NO_VERTICES: Record = {column: [] for column in VERTEX.values()}
NO_EDGES: Record = {column: [] for column in EDGE.values()}
SIDES = {"in": ("in_starts", "in_sources", "in_weights"), "out": ("out_starts", "out_targets", "out_weights")}
SUMS = ("before_in_layer", "before_in_all")  # of a ranking, in percent
SUM_ERROR = 1e-9  # of these, relative: far above what the way of adding up makes
LEAST_MASS, MOST_MASS = 0.999, 1.001  # of PageRank over the whole network: 1, but for its tolerance


async def or_unreadable(model: Model, part: str, name: str, check: Awaitable[list[Damage]]) -> list[Damage]:
    """What a check of a class finds. That values are not even of the kind that is written is a flaw, too."""
    try:
        return await check
    except (TypeError, ValueError, OverflowError) as error:
        return [model.damage(part, name, f"values are not of the kind that is written ({first_line(error):.120})")]


async def check_graphs(store: Store, model: Model, rows: Sequence[Row]) -> list[Damage]:
    """The graphs of some classes that do not have the digest they were written with. `rows` are of class_records."""
    names = [row["class"] for row in rows]
    vertices = {row["class"]: row for row in await store.run("graph_vertices", classes=names)}
    edges = {row["class"]: row for row in await store.run("graph_edges", classes=names)}

    async def check(name: str, record: Record) -> list[Damage]:
        cut = {each: record.get(f"graph_{each}") for each in CUT}
        channels = table(dict(vertices.get(name, NO_VERTICES)), VERTEX)
        influences = table(dict(edges.get(name, NO_EDGES)), EDGE)
        if record.get("graph_seal") not in (None, seal(channels, influences, cut)):
            problem = "its channels, edges or thresholds are not those that were written"
        elif not are_sealed(resampled(record), channels, influences):
            problem = "its probabilities are not those that were written"
        elif record.get("graph_squares") is not None and by_name(record) != by_name(squares(channels)):
            problem = "its sums of squared counts are not those of its channels"
        else:
            return []
        return [model.damage(GRAPH, name, problem)]

    found = [await or_unreadable(model, GRAPH, row["class"], check(row["class"], row["record"])) for row in rows]
    return [damage for damages in found for damage in damages]


def by_name(kept: Record) -> list[tuple[str, int]]:
    """Sums of squared counts with their layers, whatever their order."""
    return sorted(zip(kept.get("graph_layers") or [], kept["graph_squares"], strict=False))


async def check_counts(store: Store, model: Model, row: Row, layers: Sequence[LayerSize], total: Sum) -> list[Damage]:
    """Flaws of one class's counts: A, I and R against their digests, the compact adjacency against I.

    total  I is added to it
    """
    name, record = row["class"], row["record"]
    if record.get("counts_digest") is None:
        return []
    activations = await store.run("class_activations", **{"class": name})
    attributions = await store.run("class_attributions", **{"class": name})
    rows = await store.run("class_influenced", **{"class": name})
    kept = await store.run("class_adjacency", **{"class": name})
    try:
        influences = influence_columns(rows)
        counts = by_layer(activations), influences, by_layer(attributions)
        problems = list(count_problems(name, record, layers, *counts, kept))
    except DataError as error:  # lists of unequal length, channels that do not exist
        return [model.damage(COUNTS, name, f"its influences cannot be read: {error}")]
    total.add(influences)
    return [model.damage(COUNTS, name, problem) for problem in problems]


def count_problems(
    name: str,
    record: Record,
    layers: Sequence[LayerSize],
    activations: Tables,
    influences: Mapping[str, Columns],
    attributions: Tables,
    kept: Sequence[Row],
) -> Iterable[str]:
    held, expected = sum(len(each.weights) for each in influences.values()), record.get("influence_count")
    if expected is not None and held != expected:
        yield f"they have {held:,} of {counted(expected, 'influence')}"
    elif record.get("counts_seal") not in (None, seal_of_counts(activations, tables(influences))):
        yield "activations or influences are not those that were written"
    if record.get("attribution_seal") not in (None, seal_of_attributions(attributions)):
        yield "attribution counts are not those that were written"
    if kept and any(adjacency_differs(*pair) for pair in aligned(adjacency_rows(name, layers, influences), kept)):
        yield "the compact adjacency is not that of the influences"


async def check_output(store: Store, model: Model, row: Row) -> list[Damage]:
    """Contributions to a class's score that are others. `row` is of class_records."""
    name, record = row["class"], row["record"]
    sealed, bias = record.get("contribution_seal"), record.get("output_bias")
    if record.get("counts_digest") is None or sealed is None:
        return []
    rows = await store.run("class_contributions", **{"class": name})
    if bias is not None and seal_of_rows(rows, bias) == sealed:
        return []
    return [model.damage(OUTPUT, name, "they are not those that were written")]


def tables(influences: Mapping[str, Columns]) -> Tables:
    """I as seal_of_counts takes it."""
    return {layer: (each.sources, each.targets, each.weights) for layer, each in influences.items()}


def by_layer(rows: Sequence[Row]) -> Tables:
    """A or R as their seals are made of, from rows of class_activations or class_attributions."""
    counted: dict[str, tuple[list[int], list[int]]] = {}
    for row in rows:
        _, layer, index = row["channel"].rsplit("/", 2)
        channels, counts = counted.setdefault(layer, ([], []))
        channels.append(int(index))
        counts.append(row["count"])
    return counted


def aligned(expected: Sequence[Row], kept: Sequence[Row]) -> list[tuple[Row, Row | None]]:
    """Each expected row with the kept one of its layer."""
    by_layer = {row["layer"]: row for row in kept}
    return [(row, by_layer.get(row["layer"])) for row in expected]


def adjacency_differs(expected: Row, kept: Row | None) -> bool:
    """Whether a layer's lists are others. Edges of one channel may stand in any order; an empty list may be missing."""
    return kept is None or any(edges_of(expected, side) != edges_of(kept, side) for side in SIDES)


def edges_of(row: Row, side: str) -> list[list[tuple[int, int]]]:
    """By channel, its (other end, weight), ascending."""
    starts, ends, weights = (row[name] or [] for name in SIDES[side])
    pairs = list(zip(ends, weights, strict=False))
    complete = [sorted(pairs[start:end]) for start, end in pairwise(starts)]
    return [*complete, pairs[starts[-1] :] if starts else pairs]


async def check_channel_graph(store: Store, model: Model, layers: Sequence[LayerSize], total: Sum) -> list[Damage]:
    """Whether a model's channel graph is `total`, what the influences of its classes add up to."""
    if model.record.get("parameters") is None or (await read_pairs(store, model.id, layers)).equals(total.total()):
        return []
    return [model.damage(CHANNEL_GRAPH, None, "its pairs are not the influences of all classes, summed")]


async def check_rankings(store: Store, model: Model, row: Row, layers: Sequence[LayerSize]) -> list[Damage]:
    """Flaws of one class's kept PageRank: against its digest, and whether order, shares and places follow from it."""
    name, record = row["class"], row["record"]
    if record.get("pagerank_digest") is None:
        return []
    kept = await store.run("class_rankings", **{"class": name})
    if record.get("pagerank_seal") not in (None, seal_of_rankings(kept)):
        problem = "channels, ranks or counts are not those that were written"
    elif not ranks_follow(kept, layers):
        problem = "the order of the channels does not follow from their ranks"
    else:
        return []
    return [model.damage(RANKINGS, name, problem)]


async def check_scored(store: Store, model: Model, row: Row, layers: Sequence[LayerSize]) -> list[Damage]:
    """Flaws of one class's graph by attribution and its PageRank, against their digests. `row` is of scored_graphs."""
    if row["graph"] is None:
        return []
    place = {"class": row["class"], "score": row["score"]}
    (graph,) = await store.run("scored_graph", **place)
    kept = await store.run("scored_rankings", **place)
    channels, edges = table(graph, VERTEX), table(graph, EDGE)
    if graph["seal"] != seal(channels, edges, graph):
        problem = "its channels, edges or thresholds are not those that were written"
    elif not are_sealed(graph, channels, edges):
        problem = "its probabilities are not those that were written"
    elif row["pagerank_seal"] != seal_of_rankings(kept) or not ranks_follow(kept, layers):
        problem = "its PageRank is not what was written"
    else:
        return []
    return [model.damage(SCORED, row["class"], problem)]


def ranks_follow(kept: Sequence[Row], layers: Sequence[LayerSize]) -> bool:
    """Whether rankings are what rank_layers makes of their own ranks, which add up to 1."""
    ranked = [
        Ranked(row["layer_index"], *each)
        for row in kept
        for each in zip(row["channels"], row["pageranks"], row["counts"], strict=False)
    ]
    if not LEAST_MASS < sum(each.pagerank for each in ranked) < MOST_MASS:
        return False
    again = rank_layers(ranked, [layer.channels for layer in layers])
    return len(again) == len(kept) and all(map(same_ranking, again, kept))


def same_ranking(ranking: LayerRanking, row: Row) -> bool:
    """Whether a ranking is the stored one; sums may differ in their last bits, by how numbers are added up."""
    expected = ranking.properties()
    return all(
        same_sums(expected[name], row[name]) if name in SUMS else expected[name] == row[name] for name in expected
    )


def same_sums(expected: Sequence[float], kept: Sequence[float] | None) -> bool:
    pairs = zip(expected, kept or (), strict=False)
    return len(expected) == len(kept or ()) and all(isclose(*pair, rel_tol=SUM_ERROR) for pair in pairs)
