"""What a service answers, as records: names are those of the GraphQL schema, in Python's spelling."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, overload

Json = Mapping[str, Any]  # an object of an answer
Cells = tuple[Any, ...]  # of a row: values of any type that a database has


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of a network; `index` counts from the lowest, 0."""

    name: str
    index: int
    channels: int


@dataclass(frozen=True, slots=True)
class Model:
    """A network whose graphs are in the database.

    layers   lowest first
    classes  how many there are
    largest_count, largest_weight  of any channel and of any edge in its graphs, in pictures
    graph_threshold  percent of PageRank that its graphs were cut at, where one holds for all; else None
    """

    id: str
    architecture: str | None
    dataset: str | None
    weights: str | None
    created: str | None
    layers: tuple[Layer, ...]
    classes: int
    largest_count: int
    largest_weight: int
    graph_threshold: float | None

    @classmethod
    def of(cls, row: Json) -> "Model":
        layers = tuple(Layer(layer["name"], layer["index"], layer["channels"]) for layer in row["layers"])
        about = {name: row[name] for name in ("id", "architecture", "dataset", "weights", "created")}
        scale = {"largest_count": row["largestCount"], "largest_weight": row["largestWeight"]}
        return cls(**about, layers=layers, classes=row["classCount"], **scale, graph_threshold=row["graphThreshold"])


@dataclass(frozen=True, slots=True)
class ImageClass:
    """A class of a model.

    images    pictures that were counted; None where unknown
    accuracy  share of them that the network classifies correctly, 0 to 1; None where unknown
    """

    model: str
    index: int
    name: str
    wnid: str | None
    images: int | None
    accuracy: float | None

    @classmethod
    def of(cls, model: str, row: Json) -> "ImageClass":
        return cls(model, *(row[name] for name in ("index", "name", "wnid", "images", "accuracy")))


@dataclass(frozen=True, slots=True)
class SimilarClass:
    """A class and how similar it is to another: cosine of their channel counts, 0 to 1."""

    image_class: ImageClass
    similarity: float


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel; `id` is "<model>/<layer>/<index>"."""

    id: str
    layer: str
    index: int


@dataclass(frozen=True, slots=True)
class Motif:
    """A connected set of edges that several classes' attribution graphs have.

    edges            (source, target, weight) by channel id, the source in the lower layer
    support, share   how many of the searched classes have it; as a share, 0 to 1
    classes          their indexes
    log_p            natural logarithm of the chance of this support, see the schema
    support_against  how many of the classes searched against have it; None without such
    """

    channels: tuple[Channel, ...]
    edges: tuple[tuple[str, str, int], ...]
    support: int
    share: float
    classes: tuple[int, ...]
    log_p: float
    support_against: int | None
    odds_ratio: float | None
    p_value: float | None
    q_value: float | None

    @classmethod
    def of(cls, row: Json) -> "Motif":
        return cls(
            channels=tuple(Channel(each["id"], each["layer"], each["index"]) for each in row["channels"]),
            edges=tuple((edge["source"], edge["target"], edge["weight"]) for edge in row["edges"]),
            support=row["support"],
            share=row["share"],
            classes=tuple(row["classes"]),
            log_p=row["logP"],
            support_against=row["supportAgainst"],
            odds_ratio=row["oddsRatio"],
            p_value=row["pValue"],
            q_value=row["qValue"],
        )


class Motifs(list[Motif]):
    """The motifs that a search found, best first.

    total   how many it found; the first ones are here
    note    why it did not come to its end, and what to do; None where it did
    cursor  with which the same search goes on; None at its end
    """

    def __init__(self, motifs: Iterable[Motif], total: int, note: str | None, cursor: str | None) -> None:
        super().__init__(motifs)
        self.total, self.note, self.cursor = total, note, cursor

    @classmethod
    def of(cls, found: Json) -> "Motifs":
        return cls(map(Motif.of, found["nodes"]), found["totalCount"], found["note"], found["cursor"])


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote down: the name of a channel, a note, or a saved view.

    kind     CHANNEL, CLASS or VIEW
    target   id of the channel, "<model>/<layer>/<index>", or of the class, "<model>/<index>"; a view's key
    name     of a channel or a view; None where it has none
    address  of a view: what the page's address has from its "?" on
    created, changed  UTC
    """

    kind: str
    target: str
    name: str | None
    note: str | None
    address: str | None
    created: str
    changed: str

    @classmethod
    def of(cls, model: str, row: Json) -> "Note":
        target = row["target"] if row["kind"] == "VIEW" else f"{model}/{row['target']}"
        return cls(**{**{name: row[name] for name in cls.__slots__}, "target": target})


@dataclass(frozen=True, slots=True)
class Rows(Sequence[Cells]):
    """A table: a sequence of rows, with the names of their columns.

    truncated  there were more rows than the service's limit
    note       why a search did not come to its end, and what to do; None where it did
    cursor     a parameter of the same question, with which the search goes on; None at its end
    """

    columns: tuple[str, ...]
    rows: tuple[Cells, ...]
    truncated: bool = False
    note: str | None = None
    cursor: str | None = None

    @classmethod
    def of(cls, table: Json) -> "Rows":
        rows = tuple(map(tuple, table["rows"]))
        return cls(tuple(table["columns"]), rows, table["truncated"], table["note"], table["cursor"])

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, at: int) -> Cells: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Cells, ...]: ...

    def __getitem__(self, at: int | slice) -> Cells | tuple[Cells, ...]:
        return self.rows[at]

    def dicts(self) -> Iterator[Json]:
        """Each row by the names of its columns."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def column(self, name: str) -> list[Any]:
        """The values of one column. KeyError for a column that is not there."""
        if name not in self.columns:
            raise KeyError(f"no column {name!r}; there are {', '.join(self.columns)}")
        at = self.columns.index(name)
        return [row[at] for row in self.rows]

    def frame(self, library: Literal["pandas", "polars"] | None = None) -> Any:
        """The table as a data frame of pandas, or else of polars, whichever is installed or is asked for.

        Raises ImportError where it is not installed, and ValueError for another library.
        """
        if library not in (None, "pandas", "polars"):
            raise ValueError(f"library is {library!r}; expected pandas or polars")
        if library in (None, "pandas"):
            try:
                import pandas

                return pandas.DataFrame(self.rows, columns=list(self.columns))
            except ImportError:
                if library:
                    raise
        try:
            import polars
        except ImportError as error:
            needed = library or "pandas or polars"
            raise ImportError(f"frame() needs {needed}, which is not installed; pip installs it") from error
        return polars.DataFrame(self.rows, schema=list(self.columns), orient="row", infer_schema_length=None)
