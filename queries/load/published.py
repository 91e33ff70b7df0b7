"""The attribution graphs that SUMMIT's authors published: read, checked, and loaded as they are.

Layout of a clone of their data repository: `ag/ag-<class>.json` and `feature-vis/<kind>/<layer>-<channel>-<kind>.jpg`.
A file is an object of nine layers, each a list of channels with their `prev_channels` in the next lower layer.
`attr_channels` is ignored: for 3x3 and 5x5 channels its ids are those of bottleneck channels.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from queries.errors import DataError
from queries.graphs.stored import write_scale
from queries.groups import write_groups
from queries.load.class_graphs import write_class_graphs
from queries.load.origin import model_record
from queries.load.steps import has_layers, layer_steps, model_step
from queries.progress import Progress
from queries.records import ClassGraph, GraphEdge, GraphVertex, LayerSize, Record, class_id
from queries.store import Store

MODEL = "summit-inceptionv1"
LAYERS = tuple(  # InceptionV1's nine mixed layers; the authors left five channels out of every count
    LayerSize(name, index, channels, frozenset(excluded))
    for index, (name, channels, excluded) in enumerate(
        [
            ("mixed3a", 256, [67, 190]),
            ("mixed3b", 480, [390, 399, 412]),
            ("mixed4a", 508, []),
            ("mixed4b", 512, []),
            ("mixed4c", 512, []),
            ("mixed4d", 528, []),
            ("mixed4e", 832, []),
            ("mixed5a", 832, []),
            ("mixed5b", 1024, []),
        ]
    )
)
MOST_PICTURES = 2**31 - 1  # what a whole number of GraphQL can hold


@dataclass(frozen=True, slots=True)
class PublishedData:
    """What a folder holds.

    pictures  absolute path of its `feature-vis` folder; pictures are served from where they lie
    graphs    every class whose file is whole
    problems  one sentence for every file that is not, and every listed class that has none
    """

    pictures: Path
    graphs: tuple[ClassGraph, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, and what the database holds after it.

    written, unchanged  classes; unchanged ones are whole in the database
    absent              classes of the model that none of the files is of; they are left as they are
    named, grouped      classes given another name; groups created or changed
    """

    model: str
    written: int
    unchanged: int
    absent: int
    named: int
    grouped: int
    classes: int
    vertices: int
    edges: int


def read_published(folder: Path, progress: Progress, listed: Iterable[int] = ()) -> PublishedData:
    """Read and check every class's file.

    listed  class indexes that should be there (from a class list)
    Raises DataError where the folder is not laid out as expected.
    """
    root = data_folder(folder) or folder
    files = {int(match[1]): path for path in (root / "ag").glob("ag-*.json") if (match := named_as_class(path))}
    if not files:
        raise DataError(
            f"{folder} holds no ag/ag-<class>.json; expected a clone of SUMMIT's data repository (github fredhohman/"
            "summit-data) or its `data` folder"
        )
    graphs, problems = [], [f"{root}/ag: no file for class {index}" for index in sorted(set(listed) - files.keys())]
    for done, (index, path) in enumerate(sorted(files.items()), 1):
        try:
            graphs.append(parse_class(index, path.read_bytes()))
        except (OSError, DataError) as error:
            problems.append(f"{path}: {error}")
        progress("reading", done, len(files))
    return PublishedData((root / "feature-vis").resolve(), tuple(graphs), tuple(problems))


def data_folder(folder: Path) -> Path | None:
    """The folder that holds `ag/`: this one or its `data`; None if neither does."""
    return next((root for root in (folder, folder / "data") if (root / "ag").is_dir()), None)


def named_as_class(path: Path) -> re.Match[str] | None:
    """A match with the class index if a file is named as a class's graph is."""
    return re.fullmatch(r"ag-(0|[1-9][0-9]{0,8})\.json", path.name)


def parse_class(index: int, content: bytes) -> ClassGraph:
    """One file's content as a ClassGraph; raises DataError that says what is wrong with it."""
    try:
        layers = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DataError(f"not whole JSON ({error}); copy the file again") from error
    names = [layer.name for layer in LAYERS]
    if not isinstance(layers, dict) or set(layers) != set(names):
        raise DataError(f"expected an object of the layers {', '.join(names)}")
    vertices, edges = [], []
    try:
        for layer in LAYERS:
            rows = list_of(layers[layer.name])
            if not rows:
                raise DataError(f"{layer.name} has no channel, which no whole graph lacks; copy the file again")
            for row in rows:
                channel = in_layer(row["channel"], layer)
                vertices.append(GraphVertex(layer.name, channel, pictures(row["count"]), row["pagerank"]))
                if layer.index > 0:
                    below = LAYERS[layer.index - 1]
                    for edge in list_of(row["prev_channels"]):
                        source = in_layer(edge["prev_channel"], below)
                        edges.append(GraphEdge(below.name, source, layer.name, channel, pictures(edge["inf"])))
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(f"a channel of {layer.name} lacks or misshapes {error}; copy the file again") from error
    check_graph(vertices, edges)
    return ClassGraph(index, tuple(vertices), tuple(edges), hashlib.sha256(content).hexdigest()[:16])


def in_layer(channel: object, layer: LayerSize) -> int:
    """The channel's index, if the layer has it; raises DataError."""
    if type(channel) is not int or not 0 <= channel < layer.channels:
        raise DataError(f"{layer.name} has no channel {channel!r}; it has {layer.channels}")
    return channel


def list_of(value: object) -> list[Any]:
    """The value, if it is a list; raises DataError."""
    if not isinstance(value, list):
        raise DataError(f"expected a list, found {value!r:.60}; copy the file again")
    return value


def pictures(value: object) -> int:
    """The value, if it can be a number of pictures; raises DataError."""
    if type(value) is not int or not 0 <= value <= MOST_PICTURES:
        raise DataError(f"{value!r:.60} is not a number of pictures; copy the file again")
    return value


def check_graph(vertices: Sequence[GraphVertex], edges: Sequence[GraphEdge]) -> None:
    """Each channel once, each edge once, and every edge between channels of the graph; raises DataError."""
    ends = {(vertex.layer, vertex.channel) for vertex in vertices}
    pairs = {((edge.source_layer, edge.source), (edge.target_layer, edge.target)) for edge in edges}
    if len(ends) != len(vertices) or len(pairs) != len(edges):
        raise DataError("a channel or an edge is listed twice; copy the file again")
    if loose := {source for source, _ in pairs} - ends:
        raise DataError(f"an edge starts at {min(loose)}, which is not a channel of the graph; copy the file again")


async def import_graphs(
    store: Store,
    data: PublishedData,
    *,
    model: str,
    names: Sequence[Record],
    groups: Sequence[Record],
    progress: Progress,
) -> Imported:
    """Bring the database to what the files say, class by class: whole graphs in one transaction, equal ones left alone.

    names     rows {index, wnid, name} of a class list, groups rows {wnid, name, classes} of a group list
    Raises DataError where the id belongs to a model of another origin: viewers' files, or a run.
    """
    record = await model_record(store, model)
    if record.get("graph_files") or record.get("parameters") is not None:
        raise DataError(
            f"the id {model} is taken by a model of another origin ({record.get('source') or 'unknown'}); give another "
            "id with --model"
        )
    graphs = data.graphs
    await write_network(store, model, data.pictures)
    classes = [{"id": class_id(model, graph.index), "index": graph.index} for graph in graphs]
    await store.write("upsert_classes", model=model, rows=classes)
    written = await write_class_graphs(store, model, graphs, progress)
    named = await name_classes(store, model, names)
    grouped = (await write_groups(store, model, groups)).written
    scale = await write_scale(store, model)
    loaded = [row for row in await store.run("class_digests", model=model) if row["graph"] is not None]
    return Imported(
        model,
        written=written,
        unchanged=len(graphs) - written,
        absent=len({row["index"] for row in loaded} - {graph.index for graph in graphs}),
        named=named,
        grouped=grouped,
        classes=len(loaded),
        vertices=scale["vertices"],
        edges=scale["edges"],
    )


async def write_network(store: Store, model: str, pictures: Path) -> None:
    """The model, its layers and all its channels, whether or not a graph uses them."""
    properties = {
        "architecture": "InceptionV1",
        "dataset": "ImageNet",
        "weights": "TensorFlow InceptionV1, as visualised in Distill's Feature Visualization",
        "source": "published by SUMMIT's authors (Hohman, Park, Robinson, Chau 2019)",
        "pictures": str(pictures),
        "graph_threshold": 7.5,
    }
    steps = [] if await has_layers(store, model, LAYERS) else layer_steps(model, LAYERS)
    await store.write_together([model_step(model, properties), *steps])


async def name_classes(store: Store, model: str, names: Sequence[Record]) -> int:
    """Names and WordNet ids from a class list; how many classes changed theirs."""
    rows = [{"id": class_id(model, row["index"]), "wnid": row["wnid"], "name": row["name"]} for row in names]
    return int((await store.write("name_classes", rows=rows))["changed"]) if rows else 0
