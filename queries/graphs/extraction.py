"""Attribution graphs from A (or R) and I: personalized PageRank, kept, and the graph cut from it, class by class."""

import asyncio
import logging
from collections.abc import Awaitable, Collection, Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import pairwise

from queries.driver import in_turn
from queries.errors import NotFound, QueryError
from queries.graphs.adjacency import rebuild_steps
from queries.graphs.countable import counted_classes, require_whole_counts
from queries.graphs.ranking import Ranked, rank_layers, seal_of_rankings
from queries.graphs.resampling.replicates import REPLICATES
from queries.graphs.resampling.stability import Likely, Resamples, told
from queries.graphs.scored import graph_step, ranking_step, read_scored, scored_graphs, scored_state
from queries.graphs.stored import graph_steps, write_scale
from queries.graphs.totals import GraphTotals, KeptTotals, class_totals
from queries.progress import Progress
from queries.records import ClassGraph, GraphEdge, GraphVertex, Record, Score, digest_of
from queries.store import Row, Step, Store

logger = logging.getLogger(__name__)
PAGERANK = "personalized_pagerank"
CUT_GRAPH = "extract_attribution_graph"
LOWEST, HIGHEST = 1.0, 50.0  # thresholds, in percent


@dataclass(frozen=True, slots=True)
class Walk:
    """How personalized PageRank is computed: chance to walk on, summed error, most steps."""

    damping: float = 0.85
    tolerance: float = 1e-9
    steps: int = 100

    def __post_init__(self) -> None:
        if not 0 <= self.damping < 1:
            raise QueryError(f"damping {self.damping} is not in 0 to 1, without 1")


@dataclass(frozen=True, slots=True)
class Cut:
    """How an attribution graph is cut from PageRank.

    threshold  percent of a layer's PageRank to take, or where unified, of the whole network's
    step       percentage points it is raised by where a layer would have no edge to the one below
    dead_ends  keep edges from channels that have no edge from below themselves
    """

    threshold: float = 7.5
    unified: bool = False
    step: float = 0.5
    dead_ends: bool = True

    def __post_init__(self) -> None:
        if not LOWEST <= self.threshold <= HIGHEST:
            raise QueryError(f"threshold {self.threshold:g} is not in {LOWEST:g} to {HIGHEST:g} percent")
        if not 0 < self.step <= 100:
            raise QueryError(f"step {self.step:g} is not above 0 and at most 100 percentage points")


@dataclass(frozen=True, slots=True)
class Extracted:
    """What an extraction did, and what the database holds after it.

    written, unchanged  classes whose graph was cut anew, and whose was there already
    variant             of the PageRank statement: "procedure", "portable" or "gds"
    vertices, edges     of all graphs of the model by this score
    """

    model: str
    score: Score
    written: int
    unchanged: int
    variant: str
    vertices: int
    edges: int


async def extract_model(
    store: Store,
    model: str,
    *,
    classes: Collection[int] | None = None,
    walk: Walk = Walk(),
    cut: Cut = Cut(),
    score: Score = Score.ACTIVATION,
    at_once: int = 1,
    progress: Progress,
) -> Extracted:
    """Bring the attribution graphs of a model's classes (None: all that have counts) to what A, or R, and I say.

    score    which graphs; those by the other score stay as they are
    at_once  classes whose PageRank is computed side by side
    A class that has its graph already is left alone; each graph is replaced in one transaction.
    Raises NotFound, DataError where a class has no counts.
    """
    layers = await store.run("layers", model=model)
    rows = await counted_classes(store, model, classes, score)
    totals = await class_totals(store, [row["class"] for row in rows])
    held, kept = ({name: getattr(each, part) for name, each in totals.items()} for part in ("graph", "kept"))
    require_whole_counts(rows, totals, len(layers))
    if score is not Score.ACTIVATION:
        held, kept = await scored_state(store, model, rows, kept, score)
    for row in rows:
        if kept[row["class"]] != KeptTotals(len(layers), len(layers)):
            row["pagerank"] = None  # of lists that are not all there
    resamples = Resamples((await store.run("model_run", model=model))[0]["run"])
    names = [layer["name"] for layer in layers]
    unsure = await asyncio.to_thread(resamples.reasons, rows, names, score, walk.damping, asdict(cut))
    waiting = [row for row in rows if not is_finished(row, held, walk, cut, score, unsure[row["class"]])]
    if waiting:
        logger.info("%s runs in its %s form", PAGERANK, store.variant(PAGERANK))
    done, slots, writing = len(rows) - len(waiting), asyncio.Semaphore(at_once), asyncio.Lock()

    async def extract(row: Row) -> None:
        nonlocal done
        async with slots:
            ranked = row["pagerank"] == made_from(row["counts"], score, walk)
            ranking = [] if ranked else [await rank_class(store, layers, row, walk, score)]
            likely: Likely | str | None = unsure[row["class"]]
            if likely is None:
                likely = await asyncio.to_thread(resamples.read, row["index"], names, score, asdict(cut))

            digest = made_from(row["counts"], score, walk, cut)
            async with writing:
                await store.write_in_turn(
                    partial(new_graph, model, row["class"], cut, score, digest, likely, first=ranking)
                )
            done += 1
            progress("extracting", done, len(rows))

    progress("extracting", done, len(rows))
    await all_or_first_error([extract(row) for row in waiting])
    vertices, edges = await extracted_totals(store, model, score)
    return Extracted(model, score, len(waiting), len(rows) - len(waiting), store.variant(PAGERANK), vertices, edges)


def new_graph(
    model: str, class_id: str, cut: Cut, score: Score, digest: str, likely: Likely | str, *, first: Sequence[Step]
) -> Generator[Step, list[Row] | None, None]:
    """The steps that cut a class's graph from its PageRank and put it in the place of the old one, see write_in_turn.

    digest  of what the graph is made from
    likely  its probabilities, or why it has none
    first   what is to be written before: a new PageRank
    """
    yield from in_turn(first)
    found = yield CUT_GRAPH, cut_question(class_id, cut, score)
    graph = cut_answer(class_id, cut, found or [], digest)
    graph = likely.on(graph, model) if isinstance(likely, Likely) else without_probabilities(graph, likely)
    yield from in_turn(graph_steps(model, [graph]) if score is Score.ACTIVATION else [graph_step(model, graph, score)])


async def extracted_totals(store: Store, model: str, score: Score) -> tuple[int, int]:
    """Channels and edges of all graphs of a model by a score; those by activation are kept on the model, too."""
    if score is Score.ACTIVATION:
        scale = await write_scale(store, model)
        return scale["vertices"], scale["edges"]
    found = (await scored_graphs(store, model, score)).values()
    return sum(row["vertices"] or 0 for row in found), sum(row["edges"] or 0 for row in found)


def without_probabilities(graph: ClassGraph, why: str) -> ClassGraph:
    return replace(graph, properties={**graph.properties, **told(no_probability=why)})


def is_finished(
    row: Row, held: Mapping[str, GraphTotals], walk: Walk, cut: Cut, score: Score, unsure: str | None
) -> bool:
    """Whether a class has its PageRank and its graph, both of these counts and parameters, the graph with all edges.

    unsure  why the graph can have no probabilities now, which it is to say; those that it has stay. None where it can
    """
    totals, counts = held.get(row["class"], GraphTotals()), row["counts"]
    made = (row["pagerank"], row["graph"]) == (made_from(counts, score, walk), made_from(counts, score, walk, cut))
    whole = (row["vertices"], row["edges"]) == (totals.vertices, totals.edges)
    sure = row["replicates"] == REPLICATES or (unsure is not None and row["no_probability"] == unsure)
    return made and whole and sure


async def all_or_first_error(work: Sequence[Awaitable[None]]) -> None:
    """Wait for all; at the first that fails cancel the others and raise its error as it is."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def rank_class(store: Store, layers: Sequence[Row], row: Row, walk: Walk, score: Score) -> Step:
    """A class's personalized PageRank by a score, computed in the database: the write that keeps it, in order."""
    name = {"class": row["class"]}
    asked = {**name, **asdict(walk), "score": score.value}
    pageranks = await store.run_packed(PAGERANK, **asked)
    if not pageranks:  # the influences came by other means than `summit load`
        await store.write_together(rebuild_steps(row["class"]))
        pageranks = await store.run_packed(PAGERANK, **asked)
    height = {layer["name"]: layer["index"] for layer in layers}
    found = []
    for each in pageranks:
        _, layer, index = each["channel"].rsplit("/", 2)
        found.append(Ranked(height[layer], int(index), each["pagerank"], each["count"]))
    rankings = [
        {
            "id": f"{row['class']}/{layer['name']}",
            "class_id": row["class"],
            "layer": layer["name"],
            "layer_index": layer["index"],
            **ranking.properties(),
        }
        for layer, ranking in zip(layers, rank_layers(found, [layer["channels"] for layer in layers]), strict=True)
    ]
    properties = {
        "pagerank_digest": made_from(row["counts"], score, walk),
        "pagerank_seal": seal_of_rankings(rankings),
        "pagerank_variant": store.variant(PAGERANK),
        "pagerank_damping": walk.damping,
        "pagerank_tolerance": walk.tolerance,
    }
    if score is not Score.ACTIVATION:
        return ranking_step(row["class"], score, properties, rankings)
    return "store_rankings", {**name, "properties": properties, "rows": rankings}


async def cut_graph(
    store: Store, class_id: str, cut: Cut, digest: str = "", score: Score = Score.ACTIVATION
) -> ClassGraph:
    """The graph of a class whose PageRank is kept, at any threshold; highest layer and strongest edges first.

    Raises NotFound where no PageRank by the score is kept.
    """
    found = await store.run_packed(CUT_GRAPH, **cut_question(class_id, cut, score))
    if not found and score is not Score.ACTIVATION:
        await read_scored(store, class_id, score)
    return cut_answer(class_id, cut, found, digest)


def cut_question(class_id: str, cut: Cut, score: Score) -> Record:
    """Parameters of the stored query."""
    return {"class": class_id, **asdict(cut), "score": score.value}


def cut_answer(class_id: str, cut: Cut, found: Sequence[Row], digest: str = "") -> ClassGraph:
    """The graph from the rows of the stored query. Raises NotFound where there are none."""
    if not found:
        raise NotFound(
            f"class {class_id} has no PageRank to cut other graphs from; ask without a threshold for the graph it has "
            "(`summit extract` computes PageRank for classes with counts)"
        )
    vertices, edges = [], []
    for below, here in pairwise([{}, *found]):
        for channel, pagerank, count in zip(here["channels"], here["pageranks"], here["counts"], strict=True):
            vertices.append(GraphVertex(here["layer"], channel, count, pagerank))
        for source, target, weight in zip(here["sources"], here["targets"], here["weights"], strict=True):
            edges.append(GraphEdge(below["layer"], source, here["layer"], target, weight))
    height = {here["layer"]: index for index, here in enumerate(found)}
    vertices.sort(key=lambda vertex: -height[vertex.layer])
    edges.sort(key=lambda edge: -edge.weight)
    walk = {name: found[0][name] for name in ("damping", "variant")}
    properties = {**asdict(cut), "thresholds": [each["threshold"] for each in found], **walk}
    index = int(class_id.rpartition("/")[2])
    return ClassGraph(
        index, tuple(vertices), tuple(edges), digest, {f"graph_{name}": value for name, value in properties.items()}
    )


def made_from(counts: str | None, score: Score, *parameters: Walk | Cut) -> str:
    """Digest of a class's counts and what is made of them: equal where a repetition would give the same."""
    other = [] if score is Score.ACTIVATION else [score.value]
    return digest_of([counts, *(asdict(each) for each in parameters), *other])
