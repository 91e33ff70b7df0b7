"""One attribution graph as the viewers of Anthropic and Neuronpedia read it, taken apart and checked. Pure.

Features become channels of their layers; the same feature at several positions becomes one channel. Everything that a
network's channels have no place for (tokens, error nodes, outputs) is counted in `left_out`, never lost without a word.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from queries.errors import DataError
from queries.load.viewers.likely import Feature, Likely, read_likely
from queries.load.viewers.skips import read_skips
from queries.load.viewers.values import LARGEST, MOST_CHANNELS, is_count, is_number, is_text, text
from queries.records import Record, Score, Skips
from queries.values import counted

OURS = "Summit Graph"  # the program that files of `summit export` name
OUTPUT, OF_OUTPUT = "logit", "output_"  # its type; how the names of its values begin
PLACED = re.compile(r"([0-9]{1,9})_([0-9]{1,9})_[0-9]{1,9}")  # layer, feature, position
LAYER = re.compile(r"[0-9]{1,9}")
MOST_LAYERS = 10_000
MOST_OF_NETWORK = 2**20  # channels that are created because a file names their number
TEXTS = ("class_name", "wnid", "architecture", "dataset", "weights", "variant")
COUNTS = ("image_class", "images", "min_count", "replicates")
NUMBERS = ("threshold", "step", "damping", "weight_unit")
FLAGS = ("unified", "dead_ends")
CUT = ("threshold", "unified", "step", "dead_ends", "thresholds", "damping", "variant")

Edges = Mapping[tuple[Feature, Feature], int | float]


@dataclass(frozen=True, slots=True)
class ViewerFile:
    """What a file holds of a network.

    layers    names, lowest first; sizes: their numbers of channels, None where the file does not say
    counts    pictures of each feature in our own files, else the positions at which it stands
    pageranks None where the file has none
    likely    probabilities, of our own files that have them
    skips     layer -> skips into its channels, of our own files of a whole network that say so
    edges     weights summed over positions, only those above 0 that lead upwards
    about     of our own files, the provenance, of which None is left out; else nothing
    info      who made the file, as it says itself
    left_out  kind of thing -> how many of it were not carried
    path      where it was read, None where it was not read from a file
    """

    scan: str
    name: str
    layers: tuple[str, ...]
    sizes: tuple[int, ...] | None
    counts: Mapping[Feature, int]
    pageranks: Mapping[Feature, float] | None
    edges: Edges
    likely: Likely | None
    skips: Mapping[str, Skips] | None
    about: Record
    info: Record
    digest: str
    left_out: Counter[str] = field(default_factory=Counter)
    path: Path | None = None

    @property
    def called(self) -> str:
        """What errors call it."""
        return f"{self.name!r:.60}" if self.path is None else str(self.path)

    @property
    def in_pictures(self) -> bool:
        """Whether counts and weights are numbers of pictures, as in our own files of a measured network."""
        return bool(self.about) and "weight_unit" not in self.about

    @property
    def whole(self) -> bool:
        """Whether every weight is a whole number, as numbers of pictures are."""
        return all(float(weight).is_integer() for weight in self.edges.values())

    @property
    def largest(self) -> float:
        """The largest weight; 0 without edges."""
        return float(max(self.edges.values(), default=0))


def parse_viewer_file(content: bytes) -> ViewerFile:
    """Raises DataError that says what is wrong with the file."""
    try:
        document = json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise DataError(f"not whole JSON ({error}); copy the file again") from error
    try:
        return _read(document, hashlib.sha256(content).hexdigest()[:16])
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else f"it is malformed ({error})"
        raise DataError(
            f"{what}; expected an attribution graph as Anthropic's and Neuronpedia's viewers open it: metadata, nodes "
            "and links"
        ) from error


def _read(document: Record, digest: str) -> ViewerFile:
    metadata, nodes, links = document["metadata"], _rows(document["nodes"]), _rows(document["links"])
    about, left = _about(metadata), Counter[str]()
    if about.get("min_count"):
        left["min_count, the least count by which a graph was cut for its file"] += 1
    if about and (named := sum(node.get("name") is not None for node in nodes)):
        left["names that people gave to channels"] += named
    if about and (summed := sum(any(name.startswith(OF_OUTPUT) for name in node) for node in nodes)):
        left["channels' parts in the class output"] += summed
    if about and (attributed := sum(link.get("attributed") is not None for link in links)):
        left["counts of edges by attribution"] += attributed
    features = _features(nodes, left, bool(about))
    if not features:
        raise DataError("none of its nodes is a feature of a layer; there is nothing to import")
    names = _names(about) if about else _numbered(features.values())
    if (top := max(layer for layer, _ in features.values())) >= len(names):
        raise DataError(f"a node is in layer {top}, and the file names {counted(len(names), 'layer')}; export it again")
    counts, pageranks = _values(nodes, features) if about else (Counter(features.values()), None)
    edges = _edges(links, features, {node["node_id"]: node["feature_type"] for node in nodes}, left, bool(about))
    likely = read_likely(about, nodes, links, features, names, left)
    sizes = _sizes(about, names, [*features.values(), *(likely.outside if likely else ())])
    return ViewerFile(
        scan=text(metadata["scan"], "scan"),
        name=text(about.get("class_name", metadata["prompt"]), "prompt"),
        layers=names,
        sizes=sizes,
        counts=dict(counts),
        pageranks=pageranks,
        edges=edges,
        likely=likely,
        skips=read_skips(about, names, sizes),
        about=about,
        info=_info(metadata.get("info") or {}),
        digest=digest,
        left_out=left,
    )


def _about(metadata: Record) -> Record:
    """The provenance of one of our own files, checked value by value; of another file nothing."""
    told = metadata.get("generation_settings") or {}
    if told.get("program") != OURS:
        return {}
    about = {name: value for name, value in told.items() if value is not None}
    if about.get("score", Score.ACTIVATION.value) != Score.ACTIVATION.value:
        raise DataError(
            f"the file holds a graph by {about['score']}; export the class again with --score {Score.ACTIVATION.value}"
        )
    sound: Mapping[str, Callable[[object], bool]] = {
        **dict.fromkeys(TEXTS, is_text),
        **dict.fromkeys(COUNTS, is_count),
        **dict.fromkeys(NUMBERS, is_number),
        **dict.fromkeys(FLAGS, lambda value: isinstance(value, bool)),
        "thresholds": lambda value: isinstance(value, list) and all(map(is_number, value)),
        "outside": lambda value: isinstance(value, dict),
    }
    if odd := next((name for name in sound if name in about and not sound[name](about[name])), None):
        raise DataError(f"its generation_settings say {odd} is {about[odd]!r:.60}; export the file again")
    if about.get("weight_unit", 1) <= 0:
        raise DataError(f"its weight_unit is {about['weight_unit']!r:.60}; expected a number above 0; export it again")
    return about


def _info(info: object) -> Record:
    """Who made the file, in JSON that a database keeps."""
    if not isinstance(info, dict) or not isinstance(info.get("generator") or {}, dict):
        raise DataError(f"its info is {info!r:.60}; expected an object, and in it an object named generator")
    text(json.dumps(info, ensure_ascii=False, allow_nan=False), "info")
    return info


def _features(nodes: Sequence[Record], left: Counter[str], ours: bool) -> dict[str, Feature]:
    """Node id -> feature, for the nodes that are one."""
    found: dict[str, Feature] = {}
    ids = set[str]()
    for node in nodes:
        id, kind = text(node["node_id"], "node_id"), text(node["feature_type"], "feature_type")
        if id in ids:
            raise DataError(f"node {id!r:.60} is listed twice; export the graph again")
        ids.add(id)
        if "transcoder" in kind and "error" not in kind:
            found[id] = _feature(id, node)
        elif not (ours and kind == OUTPUT):  # our own output is the class
            left[f"nodes of type {kind!r:.40}"] += 1
    return found


def _feature(id: str, node: Record) -> Feature:
    """The middle of the id where it is one of a layer's features: the node's `feature` may be a code of both."""
    layer, index = str(node["layer"]), node["feature"]
    numbered = LAYER.fullmatch(layer)
    if numbered and (placed := PLACED.fullmatch(id)) and int(placed[1]) == int(layer):
        index = int(placed[2])
    if not numbered or int(layer) >= MOST_LAYERS:
        raise DataError(f"node {id!r:.60} is in layer {layer!r:.20}; expected the number of a layer")
    if type(index) is not int or not 0 <= index < MOST_CHANNELS:
        raise DataError(f"node {id!r:.60} does not say which feature it is; expected an id like 5_1234_7, or a number")
    return int(layer), index


def _values(
    nodes: Sequence[Record], features: Mapping[str, Feature]
) -> tuple[dict[Feature, int], dict[Feature, float]]:
    """Counts and PageRank of one of our own files, in which every feature is one node with both."""
    rows = [(features[node["node_id"]], node) for node in nodes if node["node_id"] in features]
    for (layer, index), node in rows:
        count, rank = node.get("count"), node.get("pagerank", -1)
        if not is_count(count) or not is_number(rank) or not 0 <= rank <= 1:
            raise DataError(
                f"feature {index} of layer {layer} has count {count!r:.40} and pagerank {rank!r:.40}; expected a "
                "number of pictures and a share of 1; export the file again"
            )
    counts = {feature: node["count"] for feature, node in rows}
    if len(counts) < len(rows):
        raise DataError("two of its nodes are one channel; export the file again")
    return counts, {feature: float(node["pagerank"]) for feature, node in rows}


def _edges(
    links: Sequence[Record],
    features: Mapping[str, Feature],
    kinds: Mapping[str, str],
    left: Counter[str],
    ours: bool,
) -> Edges:
    """Weights by pair of features; `kinds` are the types of all nodes by id."""
    total: dict[tuple[Feature, Feature], int | float] = {}
    for link in links:
        source, target, weight = link["source"], link["target"], link["weight"]
        if {source, target} - kinds.keys():
            raise DataError(f"a link leads from {source!r:.60} to {target!r:.60}, and one of them is not a node")
        if not is_number(weight):
            raise DataError(
                f"the link from {source!r:.60} to {target!r:.60} weighs {weight!r:.40}; expected a number of at most "
                f"{LARGEST:g}"
            )
        if ours and source in features and kinds[target] == OUTPUT:
            continue  # told by the values of the channel
        if source not in features or target not in features:
            left["links from or to nodes that are left out"] += 1
        elif features[source][0] >= features[target][0]:
            left["links that do not lead to a higher layer"] += 1
        else:
            pair = features[source], features[target]
            if ours and pair in total:
                raise DataError(f"the link from {source!r:.60} to {target!r:.60} is listed twice; export it again")
            total[pair] = total.get(pair, 0) + weight
    kept = {pair: weight for pair, weight in total.items() if weight > 0}
    if len(kept) < len(total):
        left["edges whose weight is not above 0"] += len(total) - len(kept)
    return kept


def _names(about: Record) -> tuple[str, ...]:
    """The layers of one of our own files: parts of channels' ids."""
    listed = about.get("layers")
    names = tuple(text(name, "layers") for name in listed) if isinstance(listed, list) else ()
    if not 0 < len(names) <= MOST_LAYERS or len(set(names)) < len(names) or any(not n or "/" in n for n in names):
        raise DataError(
            f"its layers are {listed!r:.60}; expected 1 to {MOST_LAYERS:,} names, each once and without /; export it "
            "again"
        )
    return names


def _numbered(features: Iterable[Feature]) -> tuple[str, ...]:
    return tuple(map(str, range(max(layer for layer, _ in features) + 1)))


def _sizes(about: Record, names: Sequence[str], features: Iterable[Feature]) -> tuple[int, ...] | None:
    """Numbers of channels that our own file of a whole network says, checked against its channels."""
    if not about or "weight_unit" in about:  # an imported model has those of its graphs only
        return None
    listed = about.get("layer_channels")
    sizes = tuple(listed) if isinstance(listed, list) and all(map(is_count, listed)) else ()
    if len(sizes) != len(names) or sum(sizes) > MOST_OF_NETWORK:
        raise DataError(
            f"its layer_channels are {listed!r:.60}; expected {len(names)} numbers of channels, at most "
            f"{MOST_OF_NETWORK:,} together; export it again"
        )
    for layer, index in features:
        if index >= sizes[layer]:
            raise DataError(f"{names[layer]} has no channel {index}; it has {sizes[layer]}")
    return sizes


def _rows(value: object) -> list[Record]:
    if not isinstance(value, list):
        raise DataError(f"expected a list of nodes or links, found {value!r:.60}")
    return value


def _no_number(word: str) -> NoReturn:
    raise DataError(f"{word} is not a number in JSON; write the file again without it")
