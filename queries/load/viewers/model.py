"""What several viewers' files are as one model: its id, layers, classes, unit of weights and provenance. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from queries.errors import DataError
from queries.graphs.resampling.stability import told
from queries.load.restart import graph_pagerank
from queries.load.viewers.file import CUT, ViewerFile
from queries.load.viewers.likely import UNKNOWN
from queries.records import (
    ClassGraph,
    GraphEdge,
    GraphVertex,
    Record,
    Skips,
    channel_id,
    digest_of,
    digest_of_skips,
    model_id,
)

SOURCE = "imported from attribution-graph JSON"
MOST_WEIGHT = 2**31 - 1  # what a whole number of GraphQL can hold
DIGITS = 6  # of a file's largest weight, where its weights are not whole multiples of the unit
SMALLEST_UNIT = 1e-300  # below, floats lose digits
PROVENANCE = ("architecture", "dataset", "weights")
ELSEWHERE = "import it as another model with --model"


def named_model(files: Sequence[ViewerFile], wanted: str | None) -> str:
    """The id of the model: as wanted, else what all files call their network. Raises DataError, QueryError."""
    scans = sorted({file.scan for file in files})
    if wanted is None and len(scans) > 1:
        raise DataError(f"the files are of {len(scans)} networks ({', '.join(scans)}); import each, or give --model")
    return model_id(scans[0].replace("/", "-") if wanted is None else wanted)


def common_layers(files: Sequence[ViewerFile], held: Mapping[str, int]) -> tuple[str, ...]:
    """Layers of all files, lowest first: the most, of which all others are the beginning.

    held  the model's layers, lowest first, with their numbers of channels; empty for a new model
    A file that says how many channels its layers have is of a whole network: all must say the same. Raises DataError.
    """
    every = [tuple(held), *(file.layers for file in files)]
    longest = max(every, key=len)
    if odd := next((names for names in every if longest[: len(names)] != names), None):
        raise DataError(
            f"the files are of different networks: layers {', '.join(odd[:4])}... and {', '.join(longest[:4])}...; "
            "import them as models of their own with --model"
        )
    networks = {(file.layers, file.sizes): file for file in files if file.sizes is not None}
    if networks and held:
        networks[tuple(held), tuple(held.values())] = next(iter(networks.values()))
    if len(networks) > 1:
        (_, one), (_, other), *_ = networks
        raise DataError(
            f"{list(networks.values())[-1].called} is of another network than the model or the other files: layers of "
            f"{shortened(one)} and of {shortened(other)} channels; {ELSEWHERE}"
        )
    return longest


def shortened(sizes: Sequence[int] | None) -> str:
    listed = list(sizes or ())
    return ", ".join(map(str, listed[:6])) + ("..." if len(listed) > 6 else "")


def class_indexes(files: Sequence[ViewerFile], there: Mapping[int, str]) -> list[int]:
    """Of our own files the class's; else that of the class of this name, or the next free one.

    there  the model's classes: index -> name
    Raises DataError for two files of one class, and where it is not certain which class a file is of.
    """
    told = [_told_index(file, there) for file in files]
    names = Counter(file.name for file in files)
    if twice := next((file for file in files if names[file.name] > 1 and "image_class" not in file.about), None):
        raise DataError(
            f"two files are of {twice.name!r:.60}, and {twice.called} does not say of which class of this name; import "
            "one of them, or the other as another model"
        )
    taken, indexes = {*there, *(index for index in told if index is not None)}, list[int]()
    for index in told:
        free = index if index is not None else next(each for each in range(len(taken) + 1) if each not in taken)
        taken.add(free)
        indexes.append(free)
    if same := [index for index, times in Counter(indexes).items() if times > 1]:
        both = " and ".join(file.called for file, index in zip(files, indexes, strict=True) if index == same[0])
        raise DataError(f"{both} are of one class, {same[0]}; import one of them, or the other as another model")
    return indexes


def _told_index(file: ViewerFile, there: Mapping[int, str]) -> int | None:
    """None where the class is new and has no index of its own."""
    index: int | None = file.about.get("image_class")
    if index is not None:
        if there.get(index, file.name) != file.name:
            raise DataError(
                f"{file.called} is of class {index}, {file.name!r:.60}, and the model's class {index} is "
                f"{there[index]!r:.60}; {ELSEWHERE}"
            )
        return index
    held = [each for each, name in there.items() if name == file.name]
    if len(held) > 1:
        raise DataError(
            f"{file.called} does not say which of the model's {len(held)} classes named {file.name!r:.60} it is of "
            f"({', '.join(map(str, held[:5]))}); {ELSEWHERE}"
        )
    return held[0] if held else None


def model_unit(files: Sequence[ViewerFile], record: Record, has_edges: bool) -> float | None:
    """What 1 is in the database, in the weights of the files; None for numbers of pictures.

    record     the model's properties, empty for a new one; has_edges: whether its unit is in use
    The model's unit, else that of our own files, else 1 where all weights are whole, else a power of ten by which the
    largest weight of each file has at least six digits. Raises DataError for a file that does not fit.
    """
    pictures = record.get("weight_unit") is None if record else files[0].in_pictures
    if odd := next((file for file in files if file.in_pictures != pictures), None):
        what = "are not numbers of pictures, as" if pictures else "are numbers of pictures, unlike"
        raise DataError(f"the weights of {odd.called} {what} those of the model; {ELSEWHERE}")
    own = [file for file in files if "weight_unit" in file.about]
    if pictures or has_edges:
        chosen: float | None = record.get("weight_unit")
    else:
        chosen = own[0].about["weight_unit"] if own else _fitting_unit(files)
    if strange := next((file for file in own if file.about["weight_unit"] != chosen), None):
        raise DataError(
            f"the weights of {strange.called} are in units of {strange.about['weight_unit']:g}, those of the model in "
            f"units of {chosen}; {ELSEWHERE}"
        )
    for file in files:
        _require_fit(file, chosen)
    return chosen


def _fitting_unit(files: Sequence[ViewerFile]) -> float:
    """Of files that are not our own: by the file whose largest weight is the least."""
    largest = [file.largest for file in files if file.edges]
    if all(file.whole for file in files) and max(largest, default=0) <= MOST_WEIGHT:
        return 1.0  # also where there is no edge yet; the first one may change it
    return float(f"1e{Decimal(min(largest)).adjusted() + 1 - DIGITS}")


def _require_fit(file: ViewerFile, unit: float | None) -> None:
    """Weights of our own file are exact in the unit; another's largest has enough digits, unless all are exact."""
    one = 1.0 if unit is None else unit
    if one < SMALLEST_UNIT:
        raise DataError(f"the largest weight of {file.called} is {file.largest:g}; write the graph with larger weights")
    if file.largest / one > MOST_WEIGHT:
        raise DataError(
            f"an edge of {file.called} weighs {file.largest:g}, more than {MOST_WEIGHT:,} units of {one:g}; {ELSEWHERE}"
        )
    if all(_is_exact(weight, one) for weight in file.edges.values()):
        return
    if file.about:
        kind = "numbers of pictures" if unit is None else f"whole multiples of its weight_unit, {unit:g}"
        raise DataError(f"the weights of {file.called} are not all {kind}; export it again")
    if round(file.largest / one) < 10 ** (DIGITS - 1):
        raise DataError(
            f"the largest weight of {file.called} is {file.largest:g}, too little to keep {DIGITS} digits in the "
            f"model's unit of weights, {one:g}; {ELSEWHERE}"
        )


def _is_exact(weight: float, unit: float) -> bool:
    """Whether an export gives the weight back as it is."""
    return float(f"{round(weight / unit) * unit:.15g}") == weight


def class_graph(
    file: ViewerFile, id: str, index: int, names: Sequence[str], unit: float | None, left: Counter[str]
) -> ClassGraph:
    """What is kept of a file in the model of this id; edges too light for the unit are counted in `left`."""
    ranks = file.pageranks if file.pageranks is not None else graph_pagerank(file.counts, file.edges)
    likely = file.likely or UNKNOWN
    vertices = [
        GraphVertex(names[layer], channel, count, ranks[layer, channel], likely.channels.get((layer, channel)))
        for (layer, channel), count in file.counts.items()
    ]
    edges = []
    for ((low, source), (high, target)), weight in file.edges.items():
        if kept := round(weight if unit is None else weight / unit):
            share = likely.edges.get(((low, source), (high, target)))
            edges.append(GraphEdge(names[low], source, names[high], target, kept, share))
        else:
            left["edges that weigh less than half of the unit of weights"] += 1
    outside = {channel_id(id, names[layer], channel): share for (layer, channel), share in likely.outside.items()}
    known = {"outside": [*outside], "outside_probabilities": [*outside.values()]} if file.likely else {}
    # None takes what an earlier file said away
    properties = {f"graph_{name}": file.about.get(name) for name in CUT} | told(replicates=likely.replicates, **known)
    if unit is not None:  # counts and weights are different things, and neither are pictures
        properties["largest_count"] = max((each.count for each in vertices), default=0) or None
        properties["largest_weight"] = max((each.weight for each in edges), default=0) or None
    # A graph of an earlier version lacks its largest count and weight, or its probabilities: with another digest it is
    # written again
    kept_since = [*([] if unit is None else ["largest"]), *(["likely"] if file.likely else [])]
    digest = digest_of([file.digest, unit, *kept_since])
    return ClassGraph(index, tuple(vertices), tuple(edges), digest, properties)


def common_skips(files: Sequence[ViewerFile], record: Record) -> Mapping[str, Skips] | None:
    """The skips of the network, None where no file says them. Raises DataError where files or the model differ."""
    told = {digest_of_skips(file.skips): file for file in files if file.skips is not None}
    known = {*told, *filter(None, [record.get("skips_digest")])}
    if len(known) > 1:
        raise DataError(f"{[*told.values()][-1].called} is of another network: its skips differ; {ELSEWHERE}")
    return next((file.skips for file in told.values()), None)


def model_properties(
    files: Sequence[ViewerFile], unit: float | None, record: Record, skips: Mapping[str, Skips] | None = None
) -> Record:
    """What the model says of itself: what is known stays, what is not is filled in by the first file that says it.

    Raises DataError where our own files are of networks that say different things of themselves.
    """
    known = {name: _known(name, files, unit, record) for name in PROVENANCE}
    if unit is not None:
        known["architecture"] = known["architecture"] or files[0].scan
    makers = sorted({*(record.get("graph_makers") or ()), *map(_maker, files)} - {""})
    of = f" of {', '.join(makers)}" if makers else ""
    units = "" if unit is None else f"; counts are positions, weights are in units of {unit:g}"
    source = f"{SOURCE}{of}{units}"
    digest = record.get("skips_digest") if skips is None else digest_of_skips(skips)
    told = {"source": source, "graph_makers": makers, "weight_unit": unit, "skips_digest": digest, "graph_files": True}
    return {**known, **told}


def _known(name: str, files: Sequence[ViewerFile], unit: float | None, record: Record) -> str | None:
    told = [(record.get(name), "the model")] + [(file.about.get(name), file.called) for file in files]
    values: dict[str, str] = {}
    for value, where in told:
        if value:
            values.setdefault(value, where)
    if unit is None and len(values) > 1:  # pictures were counted in one network
        (one, first), (other, second), *_ = values.items()
        raise DataError(
            f"{first} has {name} {one!r:.60}, and {second} has {name} {other!r:.60}; import them as models of their "
            "own with --model"
        )
    return next(iter(values), None)


def _maker(file: ViewerFile) -> str:
    generator = file.info.get("generator") or {}
    return " ".join(str(generator[name]) for name in ("name", "version") if generator.get(name))
