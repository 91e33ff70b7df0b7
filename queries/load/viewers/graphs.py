"""Attribution graphs of viewers' files into the database: one model of several files, one class for each."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from queries.errors import DataError
from queries.graphs.stored import write_scale
from queries.load.class_graphs import write_class_graphs
from queries.load.origin import model_record
from queries.load.steps import layer_rows, model_step
from queries.load.viewers.file import ViewerFile, parse_viewer_file
from queries.load.viewers.model import (
    class_graph,
    class_indexes,
    common_layers,
    common_skips,
    model_properties,
    model_unit,
)
from queries.progress import Progress
from queries.records import LayerSize, Record, Skips, channel_id, class_id, digest_of
from queries.store import Row, Step, Store
from queries.values import counted

# Of memory, reading a file of links needs about six times its size, and what is kept of it as much again.
MOST_BYTES = 256 * 2**20  # of one file
MOST_TOGETHER = 2**30  # of the files of one import


@dataclass(frozen=True, slots=True)
class ImportedGraphs:
    """What an import did.

    weight_unit   what 1 is in the database, in the weights of the files; None: weights are numbers of pictures
    left_out      kind of thing -> how many of it were not carried, over all files
    ranked        graphs whose files have no PageRank, which was computed
    """

    model: str
    classes: Mapping[int, str]
    written: int
    unchanged: int
    vertices: int
    edges: int
    weight_unit: float | None
    left_out: Mapping[str, int]
    ranked: int


def read_viewer_files(paths: Sequence[Path], progress: Progress) -> list[ViewerFile]:
    """Raises DataError with the file that is not whole or too large, and OSError."""
    require_room(paths)
    files = []
    for done, path in enumerate(paths, 1):
        try:
            files.append(replace(parse_viewer_file(path.read_bytes()), path=path))
        except DataError as error:
            raise DataError(f"{path}: {error}") from error
        progress("reading", done, len(paths))
    return files


def require_room(paths: Sequence[Path], most: int = MOST_BYTES, together: int = MOST_TOGETHER) -> None:
    """Raises DataError for more bytes than are read at once, and OSError."""
    sizes = [path.stat().st_size for path in paths]
    for path, size in zip(paths, sizes, strict=True):
        if size > most:
            raise DataError(
                f"{path} has {size:,} bytes; expected at most {most:,}; write the graph again with fewer nodes"
            )
    if sum(sizes) > together:
        raise DataError(
            f"{counted(len(sizes), 'file')} with {sum(sizes):,} bytes; expected at most {together:,} together; import "
            "some of them, then the others: each import adds its classes to the model"
        )


async def import_viewer_files(
    store: Store, files: Sequence[ViewerFile], model: str, progress: Progress
) -> ImportedGraphs:
    """Bring a model to what the files say; classes of other files stay. Safe to repeat and to interrupt.

    Raises DataError where the id belongs to a model of another origin, and for files that do not belong together.
    """
    record = await _record(store, model)
    held = {row["name"]: row["channels"] for row in await store.run("layers", model=model)}
    names = common_layers(files, held)
    there = {row["index"]: row["name"] for row in await store.run("find_classes", model=model, words=[], group=None)}
    indexes = class_indexes(files, there)
    has_edges = any(row["edges"] for row in await store.run("class_digests", model=model))
    unit = model_unit(files, record, has_edges)
    left: Counter[str] = sum((file.left_out for file in files), Counter())
    graphs = [class_graph(file, model, index, names, unit, left) for file, index in zip(files, indexes, strict=True)]
    skips = common_skips(files, record)
    layers = await _layers(store, model, names, files, {} if record.get("skips_digest") else skips or {})
    model_rows = model_step(model, model_properties(files, unit, record, skips))
    await store.write_together([model_rows, *layers, *_classes(model, files, indexes)])
    written = await write_class_graphs(store, model, graphs, progress)
    if written or record.get("largest_count") is None:  # an interrupted import leaves it unknown
        await write_scale(store, model)
    return ImportedGraphs(
        model,
        classes={index: file.name for index, file in zip(indexes, files, strict=True)},
        written=written,
        unchanged=len(graphs) - written,
        vertices=sum(len(graph.vertices) for graph in graphs),
        edges=sum(len(graph.edges) for graph in graphs),
        weight_unit=unit,
        left_out=dict(left),
        ranked=sum(file.pageranks is None for file in files),
    )


async def _record(store: Store, model: str) -> Record:
    """The properties of a model that is there, empty for a new one."""
    record = await model_record(store, model)
    if record and not record.get("graph_files"):
        raise DataError(
            f"the id {model} is taken by a model that was not imported from such files "
            f"({record.get('source') or 'of unknown source'}); give another id with --model"
        )
    return record


async def _layers(
    store: Store, model: str, names: Sequence[str], files: Sequence[ViewerFile], skips: Mapping[str, Skips]
) -> list[Step]:
    """The writes that create layers and channels: all where a file says how many, else those of the graphs.

    skips  by layer, where the channels do not keep them yet; else empty
    """
    held = {row["layer"]: row["held"] for row in await store.run("layer_totals", model=model)}
    said = next((file.sizes for file in files if file.sizes), None)
    sizes, steps = [], []
    for layer, name in enumerate(names):
        used = {channel for file in files for place, channel in file.counts if place == layer}
        used |= set(range(said[layer])) if said and layer < len(said) else set()
        ids = {channel_id(model, name, channel): channel for channel in sorted(used)}
        known = (
            {row["id"] for row in await store.run("channels_by_id", channels=list(ids))} if held.get(name) else set()
        )
        sizes.append(LayerSize(name, layer, held.get(name, 0) + len(ids.keys() - known)))
        rows = [
            {"id": id, "index": index, "excluded": False, "skips": skips[name].of(index) if skips else None}
            for id, index in ids.items()
            if skips or id not in known
        ]
        steps.append(("upsert_channels", {"model": model, "layer": name, "rows": rows}))
    return [("upsert_layers", {"model": model, "rows": layer_rows(model, sizes)}), *steps]


def _classes(model: str, files: Sequence[ViewerFile], indexes: Sequence[int]) -> list[Step]:
    """The writes that create the classes with their names: one is never there without the other."""
    rows = [{"id": class_id(model, index), "index": index} for index in indexes]
    described = [_described(model, file, index) for file, index in zip(files, indexes, strict=True)]
    return [("upsert_classes", {"model": model, "rows": rows}), ("describe_classes", {"rows": described})]


def _described(model: str, file: ViewerFile, index: int) -> Row:
    """What is known of the class, as describe_classes takes it."""
    origin = {"digest": file.digest, **({"info": file.info} if file.info else {})}
    properties = {"name": file.name, "wnid": file.about.get("wnid"), "images": file.about.get("images")}
    properties["graph_file"] = json.dumps(origin, ensure_ascii=False, sort_keys=True)
    return {"id": class_id(model, index), "digest": digest_of(properties), "properties": properties}
