"""What is to be written to a file, asked of the database."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from queries.errors import QueryError, StoreBusy
from queries.export.record import (
    Export,
    Scale,
    of_class,
    of_comparison,
    of_motifs,
    provenance,
    with_attributions,
    with_kinds,
    with_names,
    with_output,
)
from queries.graphs.compare import Comparison, compare, read_cuts
from queries.graphs.cutting import cut_in_one_state
from queries.graphs.effects import EdgeAttributions
from queries.graphs.extraction import Cut
from queries.graphs.output import read_output
from queries.graphs.resampling.probable import Probable, read_probable
from queries.graphs.scored import read_scored
from queries.graphs.stored import graph_rows, read_graph
from queries.groups import chosen_classes
from queries.lookup import find_classes, find_model, skips_of
from queries.motifs.mining import CHAIN, DEFAULT_BUDGET, Question, mine
from queries.motifs.search import Budget
from queries.notes.record import id_of_channel, is_readable
from queries.notes.stored import rows_by_id
from queries.records import Score, class_id
from queries.store import Row, Store

MOST_MOTIFS = 1_000
TRIES = 5  # reads of a graph that is being replaced


@dataclass(frozen=True, slots=True)
class Request:
    """What to export: one of image_class, classes and group, the others None.

    image_class   the index of a class, for its attribution graph
    classes       indexes of two or more classes, for their comparison by `operation` (AT_LEAST: of `at_least` classes)
    group         of classes, or their indexes with commas, for the best `first` motifs that a share `min_support` has
    against       a group, or indexes, in which they should be rare
    length        of a chain, in channels; channel: only motifs with this one
    seconds       that the search may take; cursor: of an incomplete search, which goes on from there
    threshold     of a class alone: percent of each layer's PageRank to cut another graph at; None: the stored graph
    unified, dead_ends  how that is cut, see Cut
    min_count     of a class alone: channels with a lower count are left out, with their edges
    score         what the graphs of a class or a comparison are by
    """

    model: str
    image_class: int | None = None
    classes: Sequence[int] | None = None
    group: str | None = None
    threshold: float | None = None
    unified: bool = False
    dead_ends: bool = True
    min_count: int = 0
    score: Score = Score.ACTIVATION
    operation: str = "UNION"
    at_least: int | None = None
    shape: str = "CLOSED"
    min_support: float = 0.5
    first: int = 20
    against: str | None = None
    length: int = CHAIN
    channel: str | None = None
    seconds: float = DEFAULT_BUDGET.seconds
    cursor: str | None = None

    def __post_init__(self) -> None:
        asked = [each for each in (self.image_class, self.classes, self.group) if each is not None]
        if len(asked) != 1:
            raise QueryError(f"{len(asked) or 'none'} of class, compare and motifs given; expected exactly one of them")
        of_cut = {"unified": self.unified, "dead ends": not self.dead_ends}
        if self.threshold is None and (odd := [name for name, given in of_cut.items() if given]):
            raise QueryError(f"{odd[0]} is given without a threshold; give both, e.g. a threshold of 7.5, or neither")
        if self.image_class is None and (self.threshold is not None or self.min_count):
            raise QueryError("a threshold and a least count belong to one class's graph; give a class, or neither")
        if self.classes is None and (self.operation != "UNION" or self.at_least is not None):
            raise QueryError("an operation belongs to a comparison; give two or more classes to compare")
        if self.group is None and (name := self._of_motifs()):
            raise QueryError(f"{name} belongs to motifs; give a group, or leave it out")
        if self.group is not None and self.score is not Score.ACTIVATION:
            raise QueryError("motifs are of graphs by activation; leave the score out, or give a class or a comparison")
        if not 1 <= self.first <= MOST_MOTIFS:
            raise QueryError(f"{self.first:,} motifs asked for; expected 1 to {MOST_MOTIFS:,}")

    def _of_motifs(self) -> str | None:
        """The first thing that is asked of motifs."""
        names = ("shape", "min_support", "first", "against", "length", "channel", "seconds", "cursor")
        usual = Request.__dataclass_fields__
        return next((name.replace("_", " ") for name in names if getattr(self, name) != usual[name].default), None)


async def export(store: Store, request: Request, whole: bool = False) -> Export:
    """The answer to a request; `whole`: with the skips of the whole network, see Format.

    Raises QueryError and NotFound as the questions themselves do, and StoreBusy for a search that is not let in.
    """
    model = await find_model(store, request.model)
    layers = await store.run("layers", model=request.model)
    scale = model if model["largest_count"] is not None else (await store.run("model_scale", model=request.model))[0]
    largest = Scale(max(1, scale["largest_count"]), max(1, scale["largest_weight"]))
    if request.image_class is not None:
        found = await _class(store, request, request.image_class, model, layers, largest)
    elif request.classes is not None:
        found = await _comparison(store, request, request.classes, model, layers, largest)
    else:
        found = await _motifs(store, request, model, layers, largest)
    channels = sorted({vertex.channel for vertex in found.vertices})
    named = [row for row in await rows_by_id(store, list(map(id_of_channel, channels))) if is_readable(row)]
    found = with_names(found, {f"{row['model']}/{row['target']}": row["name"] for row in named if row["name"]})
    rows = await store.run("skips_into", channels=channels)
    every = await store.run("channel_skips", model=request.model) if whole and rows else []
    skips = skips_of(every, [row["name"] for row in layers]) if every else None
    return replace(with_kinds(found, {row["id"]: row for row in rows}), skips=skips)


async def _class(
    store: Store, request: Request, index: int, model: Row, layers: Sequence[Row], largest: Scale
) -> Export:
    (image_class,) = await find_classes(store, request.model, [index])
    id, outside = class_id(request.model, index), None
    if request.threshold is not None:
        how = Cut(request.threshold, request.unified, dead_ends=request.dead_ends)
        channels, edges, cut = graph_rows(request.model, await cut_in_one_state(store, id, how, request.score))
    else:
        channels, edges, cut, outside = await _stored(store, id, request.score)
        if cut["threshold"] is None and request.score is Score.ACTIVATION:
            cut = {**cut, "threshold": model["graph_threshold"]}
    kept = {row["channel"] for row in channels if row["count"] >= request.min_count}
    channels = [row for row in channels if row["channel"] in kept]
    edges = [row for row in edges if row["source"] in kept and row["target"] in kept]
    named = {"image_class": index, "class_name": image_class["name"]}
    named |= {"wnid": image_class["wnid"], "images": image_class["images"]}
    about = provenance(model, layers, **named, score=request.score.value, **cut, min_count=request.min_count or None)
    found = replace(of_class(about, layers, image_class, channels, edges, largest), outside=outside)
    counted = EdgeAttributions(await store.run("class_edge_attributions", **{"class": id}))
    found = with_attributions(found, counted)
    output = await read_output(store, id)
    return with_output(found, output) if output else found


async def _stored(store: Store, id: str, score: Score) -> tuple[list[Row], list[Row], Row, dict[str, float] | None]:
    """Channels, edges and cut of a stored graph, and the probabilities of channels that it lacks, by label.

    The latter are None where probabilities are not known. Raises StoreBusy where the graph is replaced at each try.
    """
    for _ in range(TRIES):
        read = read_graph(store, id) if score is Score.ACTIVATION else read_scored(store, id, score)
        channels, edges, cut = await read
        if not cut["replicates"]:
            return channels, edges, cut, None
        (likely,) = await read_probable(store, [(id, score)])
        inside = {row["channel"]: row["probability"] for row in channels}
        if all(likely.of_channel(name) == share for name, share in inside.items()):  # else of another graph
            outside = {name: share for name, share in likely.channels.items() if name not in inside}
            return channels, edges, cut, {name.partition("/")[2]: share for name, share in outside.items()}
    raise StoreBusy(f"the graph of {id} was replaced at each of {TRIES} reads; ask again in a moment")


async def _comparison(
    store: Store, request: Request, classes: Sequence[int], model: Row, layers: Sequence[Row], largest: Scale
) -> Export:
    found, likely = await _compared(store, request, classes)
    asked = {"operation": request.operation, "at_least": request.at_least, "score": request.score.value}
    usual = model["graph_threshold"] if request.score is Score.ACTIVATION else None
    cuts = [{"threshold": row["threshold"] or usual, "damping": row["damping"]} for row in found.cuts]
    names = [
        {**{name: row[name] for name in ("index", "name", "wnid", "images")}, **cut}
        for row, cut in zip(found.classes, cuts, strict=True)
    ]
    common = {name: value for name, value in cuts[0].items() if all(cut[name] == value for cut in cuts)}
    about = provenance(model, layers, classes=names, **asked, **common)
    return of_comparison(about, layers, found, largest, likely)


async def _compared(store: Store, request: Request, classes: Sequence[int]) -> tuple[Comparison, list[Probable]]:
    """A comparison, and the probabilities of the same graphs. Raises StoreBusy where one is replaced at each try."""
    for _ in range(TRIES):
        found = await compare(store, request.model, classes, request.operation, request.at_least, request.score)
        ids = [row["id"] for row in found.classes]
        likely = await read_probable(store, [(id, request.score) for id in ids])
        if await read_cuts(store, ids, request.score) == found.cuts:
            return found, likely
    raise StoreBusy(f"graphs that are compared were replaced at each of {TRIES} reads; ask again in a moment")


async def _motifs(store: Store, request: Request, model: Row, layers: Sequence[Row], largest: Scale) -> Export:
    among = await chosen_classes(store, request.model, request.group, None)
    other = None if request.against is None else await chosen_classes(store, request.model, request.against, None)
    question = Question(
        request.model,
        among,
        request.shape,
        request.min_support,
        other,
        length=request.length,
        channel=request.channel,
        cursor=request.cursor,
    )
    mined = await mine(store, question, Budget(request.seconds))
    asked = {"group": request.group, "classes": among, "shape": request.shape, "min_support": request.min_support}
    asked |= {"against": request.against, "against_classes": other, "channel": request.channel}
    asked |= {"length": request.length if request.shape == "CHAIN" else None, "cursor": request.cursor}
    about = provenance(model, layers, **asked, threshold=model["graph_threshold"])
    return of_motifs(about, layers, mined, request.first, largest)
