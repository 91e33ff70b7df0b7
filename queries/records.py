"""Records shared by everything around the database: frozen, with units, validated."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from unicodedata import is_normalized
from urllib.parse import quote, unquote, urlsplit

import numpy
from numpy.typing import NDArray

from queries.errors import DataError, QueryError, StoreError

LONGEST_MODEL_ID = 200  # characters
A_MODEL_ID = f"1 to {LONGEST_MODEL_ID} printable characters, accented letters as one (NFC), no '/', no space at an end"
SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
Row = dict[str, Any]  # values by column, as an answer has them or as they are to be written
Record = Mapping[str, Any]  # values by name, to be read: a row, what a node keeps, parameters, an object of JSON


@dataclass(frozen=True, slots=True)
class Address:
    """Where a graph database listens and who asks.

    url       Bolt URL without credentials, e.g. "bolt://127.0.0.1:7687"
    database  name on the server, None for the server's default
    """

    url: str
    user: str
    password: str
    database: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Address":
        """`bolt://user:password@host:port/database` as an Address; raises StoreError for anything else."""
        try:
            parts = urlsplit(text.strip())
            port = parts.port or 7687
        except ValueError:  # a port that is not a number, or an unmatched bracket
            parts, port = urlsplit(""), 0
        if parts.scheme not in SCHEMES or not parts.hostname:
            raise StoreError(
                f"SUMMIT_DATABASE: {redacted(text)!r} is not a Bolt URL; expected "
                "bolt://user:password@host:7687/database (neo4j://... for a cluster, and %2F for a / in the password), "
                "or leave it unset to use the built-in engine"
            )
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return cls(
            url=f"{parts.scheme}://{host}:{port}",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            database=parts.path.strip("/") or None,
        )

    def with_credentials(self) -> str:
        """The form that `parse` reads. It contains the password."""
        scheme, _, place = self.url.partition("://")
        who = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        return f"{scheme}://{who}@{place}" + (f"/{self.database}" if self.database else "")

    def __repr__(self) -> str:
        return f"Address({self.url!r}, user={self.user!r}, database={self.database!r})"


def redacted(url: str) -> str:
    """A URL without its user and password, for a message."""
    before, at, place = url.rpartition("@")
    scheme = re.match(r"[a-z0-9+]*://", before)
    return f"{scheme[0] if scheme else ''}...@{place}" if at else url


@dataclass(frozen=True, slots=True)
class Table:
    """Rows from the database.

    rows       one list per row, values in the order of columns
    truncated  whether there were more rows than the limit
    seconds    from sending the statement to the last row
    note       why a search did not finish, and what to do; None if it did
    cursor     as a parameter of the same question, continues it
    """

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    truncated: bool
    seconds: float
    note: str | None = None
    cursor: str | None = None


def model_id(name: str) -> str:
    """The name, if it can be a model's: ids of its layers start with it. Raises QueryError."""
    is_text = name.isprintable() and name == name.strip() and is_normalized("NFC", name)
    if not is_text or len(name) > LONGEST_MODEL_ID or "/" in name or name in ("", ".", ".."):
        raise QueryError(f"{name!r:.100} is not a model id; expected {A_MODEL_ID}")
    return name


def channel_id(model: str, layer: str, index: int) -> str:
    """The only place where a channel's id is built."""
    return f"{model}/{layer}/{index}"


def class_id(model: str, index: int) -> str:
    """The only place where a class's id is built."""
    return f"{model}/{index}"


def class_ids(model: str, indexes: Iterable[int]) -> list[str]:
    """Ids of several classes, by index."""
    return [class_id(model, index) for index in sorted(indexes)]


def digest_of(value: object) -> str:
    """Digest of a JSON value: equal for equal values, in any order of their keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


class EdgeKind(Enum):
    """Which ways the network has from an edge's source to its target.

    CONVOLUTION  every way passes a convolution
    SKIP         none does: the target is the source, handed on by an addition, a product or a concatenation
    BOTH         there are ways of either sort
    A way through a convolution is one whose weights are not all 0.
    """

    CONVOLUTION = "CONVOLUTION"
    SKIP = "SKIP"
    BOTH = "BOTH"


@dataclass(frozen=True, slots=True)
class Skips:
    """The ways without a convolution that lead into a layer's channels from those of the layer below.

    alone   target -> its sources of kind SKIP, ascending
    beside  target -> its sources of kind BOTH
    """

    alone: Mapping[int, Sequence[int]] = field(default_factory=dict)
    beside: Mapping[int, Sequence[int]] = field(default_factory=dict)

    def of(self, target: int) -> Record:
        """What the Channel node of a target keeps: `skips` counts both lists, of which an empty one is left out."""
        alone, beside = list(self.alone.get(target, ())), list(self.beside.get(target, ()))
        return {"skips": len(alone) + len(beside), "skip_sources": alone or None, "both_sources": beside or None}


UNKNOWN_SKIPS: Record = dict.fromkeys(("skips", "skip_sources", "both_sources"))  # of a Channel node


def edge_kind(source: int, target: Record) -> EdgeKind | None:
    """The kind of an edge from the channel with an index in the layer below; None where it is not known.

    target  what its Channel node keeps, see Skips.of
    """
    if target["skips"] is None:
        return None
    if source in (target["skip_sources"] or ()):
        return EdgeKind.SKIP
    return EdgeKind.BOTH if source in (target["both_sources"] or ()) else EdgeKind.CONVOLUTION


def digest_of_skips(skips: Mapping[str, Skips]) -> str:
    """Equal for equal skips by layer."""
    return digest_of({layer: [sorted_lists(each.alone), sorted_lists(each.beside)] for layer, each in skips.items()})


def sorted_lists(by_target: Mapping[int, Sequence[int]]) -> list[list[object]]:
    return [[target, sorted(sources)] for target, sources in sorted(by_target.items())]


@dataclass(frozen=True, slots=True)
class LayerSize:
    """One row of a network.

    index     0 is the layer nearest to the picture
    channels  how many channels it has
    excluded  indexes of channels left out of every count
    skips     into its channels from the layer below; None where they are not known
    """

    name: str
    index: int
    channels: int
    excluded: frozenset[int] = frozenset()
    skips: Skips | None = None

    def skips_of(self, channel: int) -> Record:
        """What a Channel node keeps of the skips into it, None for what is not known."""
        return self.skips.of(channel) if self.skips else UNKNOWN_SKIPS


@dataclass(frozen=True, slots=True)
class Columns:
    """Influences between two neighbouring layers, as three columns of one length.

    sources, targets  channel indexes within the lower and the upper layer
    weights           pictures in which the source is among the top influences on the target
    """

    sources: Sequence[int]
    targets: Sequence[int]
    weights: Sequence[int]

    def __post_init__(self) -> None:
        if not len(self.sources) == len(self.targets) == len(self.weights):
            raise DataError(
                f"columns of {len(self.sources)}, {len(self.targets)} and {len(self.weights)} values: unequal"
            )

    def arrays(self) -> tuple[NDArray[numpy.int64], NDArray[numpy.int64], NDArray[numpy.int64]]:
        """(sources, targets, weights)."""
        low, high, weights = (numpy.asarray(each, numpy.int64) for each in (self.sources, self.targets, self.weights))
        return low, high, weights


class Score(Enum):
    """The counts of a class that its PageRank restarts at, and so what its attribution graph is by.

    ACTIVATION   A: pictures in which a channel is among the top activated ones (SUMMIT; what is read unless asked else)
    ATTRIBUTION  R: pictures in which a channel is among those that raise the class's log-odds most
    """

    ACTIVATION = "activation"
    ATTRIBUTION = "attribution"


@dataclass(frozen=True, slots=True)
class GraphVertex:
    """A channel of one class's attribution graph.

    count        pictures of the class in which the channel was counted, see Score
    pagerank     personalized PageRank, a share of 1 over the whole network (0..1)
    probability  of being in the graph when pictures are resampled (0..1); None where not known
    """

    layer: str
    channel: int
    count: int
    pagerank: float
    probability: float | None = None

    def __post_init__(self) -> None:
        if self.channel < 0 or self.count < 0 or not 0.0 <= self.pagerank <= 1.0:
            raise DataError(
                f"{self.layer}/{self.channel}: count {self.count} and pagerank {self.pagerank} are not a number of "
                "pictures and a share of 1"
            )


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """`source` (in the lower layer) influences `target` (in a higher layer; of a measured network, the next one).

    weight       pictures of the class in which the source is among the top influences on the target
    probability  as of a GraphVertex
    """

    source_layer: str
    source: int
    target_layer: str
    target: int
    weight: int
    probability: float | None = None

    def __post_init__(self) -> None:
        if self.source < 0 or self.target < 0 or self.weight < 0:
            raise DataError(
                f"{self.source_layer}/{self.source} -> {self.target_layer}/{self.target}: {self.weight} < 0"
            )


@dataclass(frozen=True, slots=True)
class ClassGraph:
    """The attribution graph of one class.

    index       row of the network's output, 0-based
    digest      of the source it was made from: equal digests mean an equal graph
    properties  what else is kept with it on its class, e.g. the thresholds it was cut at
    """

    index: int
    vertices: tuple[GraphVertex, ...]
    edges: tuple[GraphEdge, ...]
    digest: str
    properties: Record = field(default_factory=dict)

    @property
    def least_images(self) -> int:
        """The class had at least so many pictures: no channel counts and no edge weighs more."""
        counts = (vertex.count for vertex in self.vertices)
        return max((*counts, *(edge.weight for edge in self.edges)), default=0)
