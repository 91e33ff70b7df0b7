"""Checking the classes of a run: pictures, means and graphs in, one result file per class out."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path

import torch
from torch import Tensor

from ingest.faithfulness.ablation import FORMAT, Ablation, Values
from ingest.faithfulness.check import Checked, LayerFaithfulness, check_class
from ingest.network.outputs import find_scores
from ingest.pictures.counted import CountedNetwork, LayerMaps, load_counted
from ingest.pictures.patches.choose import Key
from ingest.pictures.patches.squares import Squares
from ingest.run.means import LayerMeans, read_means
from ingest.run.read import RunReader
from ingest.run.write import write_json
from queries.errors import DataError
from queries.graphs.faithfulness import GraphChannels
from queries.progress import Progress
from queries.records import Record, Score, digest_of

GENERAL = 200  # pictures that means are taken over where the run has none


@dataclass(frozen=True, slots=True)
class Draw:
    """What is drawn: `sets` random ones per layer, and up to `pictures` of a class, classified correctly."""

    sets: int = 20
    pictures: int = 8
    seed: int = 0


@dataclass(frozen=True, slots=True)
class ClassFaithfulness:
    """The result of a class's graph by a score.

    pictures  names of counted pictures
    layers    lowest first
    overall   over these layers, see check_class
    """

    index: int
    name: str
    score: str
    pictures: tuple[str, ...]
    layers: tuple[LayerFaithfulness, ...]
    overall: LayerFaithfulness


@torch.no_grad()
def check_run(
    run: RunReader, graphs: Sequence[GraphChannels], draw: Draw, progress: Progress
) -> tuple[list[ClassFaithfulness], list[str]]:
    """The result of each graph, and a sentence for each class that cannot be checked.

    The run's folder keeps results, so that only what is new or has another graph costs time, or can be measured on
    more pictures now. Raises DataError where the network or the pictures are gone.
    """
    known = [_stored(run, graph, draw) for graph in graphs]
    if None in known:
        squares = found_squares(run)
        checked = prepare(run, squares)
    found, notes = list[ClassFaithfulness](), dict[str, None]()
    for number, (graph, stored) in enumerate(zip(graphs, known, strict=True)):
        progress("checking", number, len(graphs))
        result = stored or _check(run, squares, checked, graph, draw)
        if isinstance(result, str):
            notes[result] = None  # once, whatever the number of the class's graphs
        else:
            found.append(result)
    progress("checking", len(graphs), len(graphs))
    return found, list(notes)


def _check(
    run: RunReader, squares: Squares, checked: Checked, graph: GraphChannels, draw: Draw
) -> ClassFaithfulness | str:
    index = graph.index
    row = run.table(index, "statistics").to_pylist()[0]
    pictures = pictures_to_check(run, squares, index, row, draw)
    if isinstance(pictures, str):
        return pictures
    counts = {layer: dict(zip(*columns, strict=True)) for layer, columns in _activations(run, index).items()}
    seed = f"{draw.seed}/{row['folder']}"
    rows = check_class(checked, list(pictures.values()), row["output"], graph.channels, counts, draw.sets, seed)
    if not rows:
        return f"{row['name']} is not checked: its graph has no channel of the run's layers"
    *layers, overall = rows
    result = ClassFaithfulness(index, row["name"], graph.score.value, tuple(pictures), tuple(layers), overall)
    file = _file(run, graph)
    file.parent.mkdir(exist_ok=True)
    write_json(file, {"key": _key(run, graph, draw), "parameters": asdict(draw), **asdict(result)})
    return result


def _activations(run: RunReader, index: int) -> Mapping[str, tuple[Sequence[int], Sequence[int]]]:
    return {layer: (each.channels, each.counts) for layer, each in run.counts(index).activations.items()}


def pictures_to_check(run: RunReader, squares: Squares, index: int, row: Record, draw: Draw) -> dict[str, Tensor] | str:
    """The drawn pictures of a class, or why it cannot be checked.

    row  of its statistics
    """
    if row["output"] is None:
        return f"{row['name']} is not checked: it is not an output of the network, so it has no log-odds"
    if pictures := drawn_pictures(run, squares, index, row["output"], draw):
        return pictures
    return f"{row['name']} is not checked: none of its pictures is classified correctly and can still be read"


def drawn_pictures(run: RunReader, squares: Squares, index: int, output: int, draw: Draw) -> dict[str, Tensor]:
    """Name -> (1, 3, height, width) of pictures that are drawn from those that the network classifies correctly."""
    right = classified_correctly(run, index, output)
    order = sorted(right, key=lambda name: blake2b(f"{draw.seed}/{name}".encode(), digest_size=8).digest())
    found = dict[str, Tensor]()
    for name in order:
        square = squares.square(Key(index, right[name])) if len(found) < draw.pictures else None
        if square is not None:
            found[name] = squares.preprocessing.normalised(square)[None]
    return found


def classified_correctly(run: RunReader, index: int, output: int) -> dict[str, int]:
    """Name -> position in pictures.parquet of a class's pictures that the network takes for it."""
    rows = run.table(index, "pictures").to_pylist()
    return {row["path"]: at for at, row in enumerate(rows) if row["skipped"] is None and row["predicted"] == output}


def can_be_extended(run: RunReader, index: int, measured_on: Collection[str], draw: Draw) -> bool:
    """Whether pictures of a class that something could not be measured on can be read now.

    Pictures are read only where fewer than asked for, and than there are, were measured.
    """
    output: int = run.table(index, "statistics")["output"][0].as_py()
    if len(measured_on) >= min(draw.pictures, len(classified_correctly(run, index, output))):
        return False
    try:
        squares = Squares(run)
    except FileNotFoundError:
        return False
    return len(drawn_pictures(run, squares, index, output, draw)) > len(measured_on)


def prepare(run: RunReader, squares: Squares) -> Checked:
    counted = load_counted(run)
    counted.traced.module.to(memory_format=FORMAT)
    side = run.settings["preprocessing"]["crop"]
    probe = torch.zeros(1, 3, side, side)
    scores = find_scores(counted.network.name, counted.traced.module, probe, run.settings.get("output"))
    ablations = [Ablation(counted.traced, layer, scores) for layer in counted.layers]
    means = read_means(run.path) or _measured(run, counted, squares)
    allowed = [torch.ones(layer.channels, dtype=torch.bool) for layer in run.layers]
    for channels, layer in zip(allowed, run.layers, strict=True):
        channels[sorted(layer.excluded)] = False
    return Checked(
        layers=[layer.name for layer in run.layers],
        ablations=ablations,
        values=Values(counted.traced, counted.layers, ablations),
        means=[torch.tensor(means.layers[layer.name], dtype=torch.float64) for layer in run.layers],
        allowed=allowed,
    )


def _measured(run: RunReader, counted: CountedNetwork, squares: Squares) -> LayerMeans:
    """Over a sample of the run's pictures, always the same; one forward pass each."""
    maps, total, pictures = LayerMaps(counted.traced, counted.layers), list[Tensor](), 0
    for key in squares.sample(GENERAL):
        square = squares.square(key)
        if square is not None:
            values = maps(squares.preprocessing.normalised(square)[None])
            means = [value.double().mean((0, 2, 3)) for value in values]
            total = [one + other for one, other in zip(total, means, strict=True)] if total else means
            pictures += 1
    if not pictures:
        raise DataError(f"none of the pictures that {run.path} was counted over can be read; restore them")
    layers = zip(run.layers, total, strict=True)
    return LayerMeans(pictures, {layer.name: (each / pictures).tolist() for layer, each in layers})


def found_squares(run: RunReader) -> Squares:
    try:
        return Squares(run)
    except FileNotFoundError as error:
        raise DataError(f"{run.path} cannot be checked: {error}; restore them") from error


def _file(run: RunReader, graph: GraphChannels) -> Path:
    by = "" if graph.score is Score.ACTIVATION else f"-{graph.score.value}"
    return run.path / "faithfulness" / f"{graph.index:05d}{by}.json"


def _key(run: RunReader, graph: GraphChannels, draw: Draw) -> str:
    """Equal for equal results: the graph's channels, what is drawn, the counts and the network."""
    means = read_means(run.path)
    row = run.table(graph.index, "statistics").to_pylist()[0]
    of_run = [run.settings["weights_sha256"], means.digest if means else run.pictures_digest, row["pictures_digest"]]
    channels = {layer: sorted(indexes) for layer, indexes in graph.channels.items()}
    return digest_of([channels, asdict(draw), *of_run])


def _stored(run: RunReader, graph: GraphChannels, draw: Draw) -> ClassFaithfulness | None:
    """The result that the run has of a graph; None where it has none, one of other channels or fewer pictures than can
    be read now, or a damaged one.
    """
    try:
        content: Record = json.loads(_file(run, graph).read_text(encoding="utf-8"))
        if content["key"] != _key(run, graph, draw):
            return None
        layers = tuple(LayerFaithfulness(**layer) for layer in content["layers"])
        pictures, overall = tuple(content["pictures"]), LayerFaithfulness(**content["overall"])
        if can_be_extended(run, graph.index, pictures, draw):
            return None
        return ClassFaithfulness(content["index"], content["name"], graph.score.value, pictures, layers, overall)
    except (OSError, ValueError, KeyError, TypeError):
        return None
