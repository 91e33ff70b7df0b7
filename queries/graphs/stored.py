"""Whole attribution graphs into the database and out of it, and what is kept of all of them on their model.

Each is replaced in one transaction, but neither engine hides a transaction from readers while its changes are put in
place. So a graph has a seal, a digest of all of it, and who finds another digest asks again.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from itertools import repeat
from uuid import uuid4

from queries.errors import NotFound, StoreBusy
from queries.graphs.resampling.stability import LIVE, OUTSIDE, STABILITY, told_of
from queries.records import ClassGraph, Record, channel_id, class_id, digest_of
from queries.store import Row, Step, Store
from queries.values import utc_now

# How a graph was cut, and the PageRank it was cut from; of a class with the prefix `graph_`.
CUT = ("threshold", "unified", "step", "dead_ends", "thresholds", "damping", "variant")
SIGNED = (
    *("graph_digest", "graph_seal", "graph_probability_seal", "graph_outside_seal"),
    *("vertex_count", "edge_count", "graph_layers", "graph_squares", "least_images"),
)
VERTEX = {"channel": "channels", "count": "counts", "pagerank": "pageranks", "probability": "probabilities"}
PROBABILITY_SEALS = ("probability_seal", "outside_seal")
EDGE = {"source": "sources", "target": "targets", "weight": "weights", "probability": "edge_probabilities"}
SealedGraph = tuple[list[Row], list[Row], Row, str | None]  # channels, edges, cut, seal
ROWS_A_STEP = 20_000
READ_TRIES, READ_PAUSE = 50, 0.05  # seconds; putting a graph in place takes some milliseconds


async def write_scale(store: Store, model: str) -> Row:
    """Keep the row of model_scale on the model, where a page finds it at once.

    Every change of a graph clears the row and its token. If a graph changes while the row is being read, the token is
    gone and nothing is kept. Whoever changed the graph then writes the row; until then it is read on demand.
    """
    token = uuid4().hex
    await store.write("upsert_model", model=model, properties={"scale_token": token}, now=utc_now())
    (scale,) = await store.run("model_scale", model=model)
    await store.write("keep_scale", model=model, token=token, properties=scale)
    return scale


def forget_scale(model: str) -> Step:
    """The write that goes with a change of a model's graphs, as the last of its transaction: it holds up all others."""
    return "forget_scale", {"model": model}


def graph_rows(model: str, graph: ClassGraph) -> tuple[list[Row], list[Row], Row]:
    """A graph's channels and edges with ids, and how it was cut, as read_graph gives them of a stored one."""
    channels = [
        {
            "channel": channel_id(model, each.layer, each.channel),
            "count": each.count,
            "pagerank": each.pagerank,
            "probability": each.probability,
        }
        for each in graph.vertices
    ]
    edges = [
        {
            "source": channel_id(model, each.source_layer, each.source),
            "target": channel_id(model, each.target_layer, each.target),
            "weight": each.weight,
            "probability": each.probability,
        }
        for each in graph.edges
    ]
    found = {name: graph.properties.get(f"graph_{name}") for name in (*CUT, *STABILITY)}
    found["no_probability"] = found["no_probability"] or (None if found["replicates"] else LIVE)
    return channels, edges, found


def graph_steps(model: str, graphs: Sequence[ClassGraph]) -> list[Step]:
    """The writes that put whole graphs in place of what was there.

    Signing comes first: it takes hold of the classes, so that of two imports at once the later sees what it replaces.
    """
    ids, vertices, edges, signatures = [], [], [], []
    for graph in graphs:
        id, (channels, influences, cut) = class_id(model, graph.index), graph_rows(model, graph)
        totals = {"vertex_count": len(channels), "edge_count": len(influences)}
        kept = {
            "graph_digest": graph.digest,
            "graph_seal": seal(channels, influences, cut),
            **probability_seals(graph, channels, influences),
            **totals,
            **squares(channels),
        }
        ids.append(id)
        signatures.append({"id": id, "properties": {**kept, "least_images": graph.least_images, **graph.properties}})
        vertices += [{"class": id, **row} for row in channels]
        edges += [{"class": id, **row} for row in influences]
    return [
        ("sign_attribution_graphs", {"rows": signatures}),
        ("remove_attribution_vertices", {"classes": ids}),
        ("remove_attribution_edges", {"classes": ids}),
        *_in_parts("add_attribution_vertices", vertices),
        *_in_parts("add_attribution_edges", edges),
        forget_scale(model),
    ]


def removal_steps(classes: Sequence[str]) -> list[Step]:
    """The writes that take the graphs of some classes (ids) out, with all that was kept of them on their classes.

    A transaction with them ends with forget_scale.
    """
    nothing = dict.fromkeys((*SIGNED, *(f"graph_{name}" for name in (*CUT, *STABILITY, *OUTSIDE))))
    return [
        ("sign_attribution_graphs", {"rows": [{"id": name, "properties": nothing} for name in classes]}),
        ("remove_attribution_vertices", {"classes": classes}),
        ("remove_attribution_edges", {"classes": classes}),
    ]


def _in_parts(query: str, rows: Sequence[Row]) -> Iterator[Step]:
    """Steps of one transaction, so that each statement is bounded."""
    for start in range(0, len(rows), ROWS_A_STEP):
        yield query, {"rows": rows[start : start + ROWS_A_STEP]}


def squares(channels: Sequence[Row]) -> Row:
    """A graph's layers and, by layer, its channels' squared counts summed: kept on the class, for similarities."""
    sums: Counter[str] = Counter()
    for row in channels:
        sums[row["channel"].rsplit("/", 2)[1]] += row["count"] ** 2
    return {"graph_layers": list(sums), "graph_squares": list(sums.values())}


def seal(channels: Sequence[Row], edges: Sequence[Row], cut: Row) -> str:
    """Digest of a whole graph, whatever the order of its rows; a database may give a whole number back as a float."""
    told = [value if isinstance(value, list) else [value] for value in (cut[name] for name in CUT)]
    return digest_of(
        [
            sorted((row["channel"], row["count"], float(row["pagerank"])) for row in channels),
            sorted((row["source"], row["target"], row["weight"]) for row in edges),
            [[float(value) if isinstance(value, int) else value for value in each] for each in told],
        ]
    )


def probability_seals(graph: ClassGraph, channels: Sequence[Row], edges: Sequence[Row]) -> Row:
    """What is kept with a graph, `channels` and `edges` of which are those of graph_rows."""
    return {
        "graph_probability_seal": probability_seal(channels, edges),
        "graph_outside_seal": outside_seal(resampled(graph.properties)),
    }


def resampled(kept: Record) -> Row:
    """What is kept of probabilities with a graph, named as in a row of graph_resamples."""
    return {name: kept.get(f"graph_{name}") for name in (*STABILITY, *OUTSIDE, *PROBABILITY_SEALS)}


def are_sealed(row: Row, channels: Sequence[Row], edges: Sequence[Row]) -> bool:
    """Whether probabilities of a whole graph, and of channels outside, are those that were written.

    row  of graph_resamples, or what `resampled` gives; without a seal what is there is taken as it is
    """
    inside = row["probability_seal"] in (None, probability_seal(channels, edges))
    return inside and row["outside_seal"] in (None, outside_seal(row))


def outside_seal(row: Row) -> str | None:
    """Digest of the channels that only graphs of resamples have, and of how many resamples those are; None without any.

    A channel that is not among them has a probability of 0.
    """
    if row["replicates"] is None:
        return None
    shares = [float(each) for each in row["outside_probabilities"] or ()]
    return digest_of([int(row["replicates"]), list(row["outside"] or ()), shares])


def probability_seal(channels: Sequence[Row], edges: Sequence[Row]) -> str | None:
    """Digest of a whole graph's probabilities; None where one of them is not known."""
    if any(row["probability"] is None for row in (*channels, *edges)):
        return None
    return digest_of(
        [
            sorted((row["channel"], float(row["probability"])) for row in channels),
            sorted((row["source"], row["target"], float(row["probability"])) for row in edges),
        ]
    )


async def read_graph(store: Store, class_id: str) -> tuple[list[Row], list[Row], Row]:
    """A class's stored graph as graph_rows tells it: one that was written, however often it is replaced meanwhile.

    A graph without a seal, which something else than graph_steps wrote, is taken as it is.
    Raises NotFound for a class that is not there, StoreBusy where no whole graph is found in some seconds.
    """

    async def read() -> SealedGraph:
        rows = await store.run("attribution_graph", **{"class": class_id})
        if not rows:
            raise NotFound(f"no class {class_id!r} in the database")
        (row,) = rows
        return sealed_graph(row)

    return await whole_graph(class_id, read)


def sealed_graph(row: Row) -> SealedGraph:
    """A graph as a row of attribution_graph or scored_graph has it."""
    channels, edges = table(row, VERTEX), table(row, EDGE)
    return channels, edges, {**{name: row[name] for name in CUT}, **told_of(row, channels, edges)}, row["seal"]


async def whole_graph(class_id: str, read: Callable[[], Awaitable[SealedGraph]]) -> tuple[list[Row], list[Row], Row]:
    """Channels, edges and cut of what `read` gives, once its seal is theirs. Raises StoreBusy where it never is."""
    for _ in range(READ_TRIES):
        channels, edges, cut, sealed = await read()
        if sealed in (None, seal(channels, edges, cut)):
            return channels, edges, cut
        await asyncio.sleep(READ_PAUSE)
    raise StoreBusy(
        f"the attribution graph of {class_id} was not whole in {READ_TRIES} reads; was it changed by "
        "something else than Summit Graph? Extract or import it again"
    )


def table(row: Row, columns: Mapping[str, str]) -> list[Row]:
    """Rows out of columns: {name of a row's value: name of its column}.

    What goes while it is read may leave a gap in one column; the seal tells. A column that is None is unknown.
    """
    known = (repeat(None) if row[column] is None else row[column] for column in columns.values())
    values = zip(*known, strict=False)
    return [dict(zip(columns, each, strict=True)) for each in values]
