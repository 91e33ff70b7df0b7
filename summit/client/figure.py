"""An attribution graph as it stands in a notebook: a networkx graph that draws itself."""

import time
from collections.abc import Callable
from html import escape
from itertools import islice
from typing import Any, Literal

import networkx

from queries.drawing.svg import data_uri
from summit.client.answers import Rows
from summit.client.drawing import About, svg_of

Fetch = Callable[[str], bytes | None]
PICTURES, PICTURE_SECONDS = 500, 30.0  # of one drawing, at most
BY_CLASS = {  # values of a comparison's channels and edges: what one class's is called
    "counts": "count",
    "weights": "weight",
    "shares": "share",
    "pageranks": "pagerank",
    "probabilities": "probability",
}


class Address(str):
    """An address; a notebook shows it as a link."""

    def _repr_html_(self) -> str:
        return f'<a href="{escape(self)}" target="_blank" rel="noopener">{escape(self)}</a>'


class AttributionGraph(networkx.DiGraph):  # type: ignore[misc]  # networkx brings no types
    """A networkx.DiGraph with the attributes that summit.client.graphs describes; the last line of a notebook's cell
    shows its drawing.
    """

    fetch: Fetch | None = None  # the pictures, from the service that the graph is of

    def svg(self, *, pictures: bool = True) -> str:
        """The drawing: SVG that needs nothing else, for a file or a page.

        pictures  False leaves them out, which makes it small
        """
        return svg_of(self, self._fetched() if pictures else {})

    def open(self) -> Address:
        """The address of the page that shows the graph, a link in a notebook."""
        return Address(self.graph["address"])

    def frame(
        self, of: Literal["edges", "channels"] = "edges", library: Literal["pandas", "polars"] | None = None
    ) -> Any:
        """Edges or channels as a data frame of pandas or polars; see Rows.frame."""
        return rows_of(self, of).frame(library)

    def _repr_html_(self) -> str | None:
        """The drawing; None for what an algorithm has made of the graph and lacks layers or weights."""
        layers = self.graph.get("layers", ())
        placed = all(layer in layers for _, layer in self.nodes(data="layer"))
        weighed = all(about.keys() & {"weight", "weights"} for *_, about in self.edges(data=True))
        return self.svg() if layers and placed and weighed else None

    def __getstate__(self) -> dict[str, object]:
        """Without the connection, which can be neither pickled nor copied."""
        return {name: value for name, value in self.__dict__.items() if name != "fetch"}

    def copy(self, as_view: bool = False) -> "AttributionGraph":
        copied: AttributionGraph = super().copy(as_view)
        copied.fetch = self._origin().fetch
        return copied

    def _origin(self) -> "AttributionGraph":
        """The graph that a view, such as a subgraph, is of."""
        graph: Any = self
        while not getattr(graph, "fetch", None) and hasattr(graph, "_graph"):
            graph = graph._graph
        return graph if isinstance(graph, AttributionGraph) else self

    def _fetched(self) -> dict[str, str]:
        """Pictures by channel; none any more once the service does not answer in time, or after PICTURES."""
        fetch, found, ends = self._origin().fetch, dict[str, str](), time.monotonic() + PICTURE_SECONDS
        for channel, address in islice(self.nodes(data="picture"), PICTURES):
            if time.monotonic() > ends:
                break
            picture = fetch(address) if fetch and address else None
            if picture:
                found[channel] = data_uri(picture)
        return found


def rows_of(graph: AttributionGraph, of: str) -> Rows:
    """Edges or channels as a table; values by class become columns with its index."""
    if of not in ("edges", "channels"):
        raise ValueError(f"of is {of!r}; expected edges or channels")
    if of == "edges":
        told = [
            {"source": source, "target": target, **_flat(about)} for source, target, about in graph.edges(data=True)
        ]
    else:
        told = [{"channel": channel, **_flat(about)} for channel, about in graph.nodes(data=True)]
    columns = list(dict.fromkeys(name for row in told for name in row))
    return Rows(tuple(columns), tuple(tuple(row.get(name) for name in columns) for row in told))


def _flat(about: About) -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in about.items():
        if isinstance(value, dict):
            flat |= {f"{BY_CLASS.get(name, name)}_{index}": each for index, each in sorted(value.items())}
        else:
            flat[name] = value
    return flat
