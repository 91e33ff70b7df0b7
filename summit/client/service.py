"""A service and what can be asked of it."""

import shlex
import warnings
from collections.abc import Generator, Mapping, Sequence
from operator import index
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from queries.work.state import Work
from summit.client import documents
from summit.client.answers import ImageClass, Model, Motifs, Note, Rows, SimilarClass
from summit.client.connection import ADDRESS, Connection
from summit.client.errors import Ambiguous, BadRequest, NotFound
from summit.client.following import states
from summit.client.graphs import attribution_graph, compared_graph
from summit.client.local import LocalService
from summit.client.naming import ClassName, the_one, words_of

if TYPE_CHECKING:
    from summit.client.figure import AttributionGraph

PAGE = 200  # classes asked for at once
DAY = 86_400.0  # seconds


class Summit:
    """A service. Use it as a context manager, or call `close`.

    url    of the service, with the path it is served below
    token  for a private service; None for SUMMIT_TOKEN of the environment, if it is set
    model  the id of the model that is asked about; None for the only one that the service has
    Classes are named by index, WordNet id or name. Every method raises the exceptions of summit.client.errors, and
    takes `model` where it concerns one model.
    """

    def __init__(self, url: str = ADDRESS, token: str | None = None, model: str | None = None) -> None:
        self.connection, self.model = Connection(url, token), model
        self._local: LocalService | None = None

    @classmethod
    def local(cls, home: Path | str | None = None, model: str | None = None) -> "Summit":
        """The data directory's own database, through a service that is started here and ends with `close`.

        home  the data directory; None for SUMMIT_HOME, or .summit in the working directory
        Raises Unreachable where the service does not start; what it said is in the message.
        """
        service = LocalService(home)
        summit = cls(service.url, service.token, model)
        summit._local = service
        return summit

    def close(self) -> None:
        self.connection.close()
        if self._local:
            self._local.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def models(self) -> list[Model]:
        """All models."""
        return [Model.of(row) for row in self.connection.ask(documents.MODELS)["models"]]

    def classes(
        self,
        search: str | None = None,
        *,
        group: str | None = None,
        first: int | None = None,
        model: str | None = None,
    ) -> list[ImageClass]:
        """Classes whose index, WordNet id or name holds every word of `search`; all of them, or the first ones."""
        chosen, found, after = self._model(model).id, list[ImageClass](), None
        while first is None or len(found) < first:
            size = PAGE if first is None else min(PAGE, first - len(found))
            asked = {"model": chosen, "search": search, "group": group, "first": size, "after": after}
            page = self.connection.ask(documents.CLASSES, **asked)["classes"]
            found += [ImageClass.of(chosen, row) for row in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        return found

    def image_class(self, which: ClassName, *, model: str | None = None) -> ImageClass:
        """One class. Raises NotFound, or Ambiguous where several have the name."""
        chosen = self._model(model).id
        if isinstance(which, str):
            return the_one(self.classes(words_of(which), model=chosen), which, chosen)
        row = self.connection.ask(documents.IMAGE_CLASS, model=chosen, index=index(which))["imageClass"]
        return ImageClass.of(chosen, row)

    def graph(
        self,
        which: ClassName,
        *,
        threshold: float | None = None,
        unified: bool = False,
        dead_ends: bool = True,
        min_count: int = 0,
        score: str = "activation",
        model: str | None = None,
    ) -> "AttributionGraph":
        """A class's attribution graph; `summit.client.graphs` says what its nodes and edges carry.

        threshold  percent of each layer's PageRank (of the network's where `unified`), 1 to 50; None: the stored graph
        dead_ends  False leaves out edges from channels that nothing below influences
        min_count  leaves out channels with a lower count
        score      activation, or attribution for runs that were counted with --attribution
        Raises NotFound where the class has no graph by the score.
        """
        chosen = self._model(model)
        cut = {"threshold": threshold, "unified": unified, "deadEnds": dead_ends}
        asked = {"model": chosen.id, "index": self._index(which, chosen.id), **cut}
        found = self.connection.ask(documents.GRAPH, **asked, minCount=min_count, score=score.upper())["imageClass"]
        layers = [layer.name for layer in chosen.layers]
        graph = attribution_graph(found, chosen.id, layers, score, self.connection.url, {**cut, "min": min_count})
        return self._drawable(graph, chosen)

    def compare(
        self,
        which: Sequence[ClassName],
        operation: str = "union",
        *,
        at_least: int | None = None,
        score: str = "activation",
        model: str | None = None,
    ) -> "AttributionGraph":
        """Set algebra over two or more classes' graphs: which classes have each channel and edge.

        operation  union, intersection, difference, symmetric_difference, or at_least (so many of them)
        score      of the graphs, as for `graph`
        """
        chosen = self._model(model)
        indexes = self._indexes(which, chosen.id)
        asked = {"model": chosen.id, "classes": indexes, "operation": operation.upper(), "atLeast": at_least}
        asked["score"] = score.upper()
        found = self.connection.ask(documents.COMPARE, **asked)["compare"]
        layers = [layer.name for layer in chosen.layers]
        graph = compared_graph(found, chosen.id, layers, operation, at_least, score, self.connection.url)
        return self._drawable(graph, chosen)

    def motifs(
        self,
        *,
        group: str | None = None,
        classes: Sequence[ClassName] | None = None,
        against: str | Sequence[ClassName] | None = None,
        shape: str = "closed",
        min_support: float = 0.5,
        length: int = 3,
        channel: str | None = None,
        seconds: float = 10,
        cursor: str | None = None,
        first: int = 20,
        model: str | None = None,
    ) -> Motifs:
        """Connected sets of edges that many classes of a group, of a list or of all classes share; best first.

        against      a group, or classes, in which they should be rare
        shape        closed, maximal, edge, chain, fan_in, fan_out, diamond or bi_fan
        min_support  share of the classes that must have it, 0 to 1
        cursor       of an answer to the same question, whose search goes on
        A search that did not come to its end warns, and its answer has a `note` and mostly a `cursor`.
        """
        if group is not None and classes is not None:
            raise BadRequest("motifs: both group and classes are given; expected one of them, or none", "BAD_REQUEST")
        chosen = self._model(model).id
        other: Mapping[str, object] | None = None
        if against is not None:
            named = isinstance(against, str)
            other = {"group": against} if named else {"classes": self._indexes(against, chosen)}
        found = self.connection.ask(
            documents.MOTIFS,
            model=chosen,
            group=group,
            classes=None if classes is None else self._indexes(classes, chosen),
            against=other,
            shape=shape.upper(),
            minSupport=min_support,
            length=length,
            channel=channel,
            seconds=seconds,
            cursor=cursor,
            first=first,
        )
        motifs = Motifs.of(found["motifs"])
        if motifs.note:
            warnings.warn(motifs.note, stacklevel=2)
        return motifs

    def embedding(self, layer: str, *, model: str | None = None) -> Rows:
        """The map of a layer's classes: columns class, x, y. Raises NotFound where there is none yet."""
        chosen = self._model(model).id
        found = self.connection.ask(documents.EMBEDDING, model=chosen, layer=layer)["model"]["embedding"]
        command = f"summit embed {shlex.quote(chosen)}"
        if found is None:
            raise NotFound(f"{chosen} has no map of {layer} yet; `{command}` makes it", "NOT_FOUND")
        note = f"the counts have changed since; `{command}` makes it again" if found["stale"] else None
        return Rows(("class", "x", "y"), tuple(zip(found["classes"], found["x"], found["y"], strict=True)), note=note)

    def notes(self, *, model: str | None = None) -> list[Note]:
        """What people wrote down about the model: names and notes of channels, notes on classes, saved views."""
        chosen = self._model(model).id
        found = self.connection.ask(documents.NOTES, model=chosen)["model"]["annotations"]
        return [Note.of(chosen, row) for row in found]

    def names(self, *, model: str | None = None) -> dict[str, str]:
        """The names that people gave to channels, by the channels' ids."""
        return {each.target: each.name for each in self.notes(model=model) if each.kind == "CHANNEL" and each.name}

    def similar(
        self, which: ClassName, *, layer: str | None = None, first: int = 10, model: str | None = None
    ) -> list[SimilarClass]:
        """The most similar classes, at one layer or over all, most similar first."""
        chosen = self._model(model).id
        asked = {"model": chosen, "index": self._index(which, chosen), "layer": layer, "first": first}
        rows = self.connection.ask(documents.SIMILAR, **asked)["imageClass"]["similar"]
        return [SimilarClass(ImageClass.of(chosen, row["imageClass"]), row["similarity"]) for row in rows]

    def progress(
        self, kind: str | None = None, *, model: str | None = None, seconds: float = DAY
    ) -> Generator[list[Work]]:
        """Long work as it goes on, in this and in other processes, until none of it runs: each state once.

        kind   a command, e.g. "extract", or "motifs"; model: id of a model or name of a run. Other work is left out
        Work that ended in the last minute is there, too; what has not begun yet is not waited for. Raises TimeoutError
        after so many seconds.
        """
        return states(self.connection, kind, model, seconds)

    def wait(self, kind: str | None = None, *, model: str | None = None, seconds: float = DAY) -> list[Work]:
        """Wait until no such work runs; what ended in the last minute, with its state. Arguments as of `progress`."""
        found: list[Work] = []
        for found in self.progress(kind, model=model, seconds=seconds):  # noqa: B007, the last one counts
            pass
        return found

    def query(self, name: str, /, **parameters: object) -> Rows:
        """The rows of a stored query; `summit queries` lists them with their parameters."""
        return Rows.of(self.connection.ask(documents.STORED_QUERY, name=name, parameters=parameters)["storedQuery"])

    def cypher(self, statement: str, /, **parameters: object) -> Rows:
        """The rows of a Cypher statement that only reads."""
        return Rows.of(self.connection.ask(documents.CYPHER, statement=statement, parameters=parameters)["cypher"])

    def _model(self, name: str | None) -> Model:
        """The model of that id, or of the connection's, or else the only one. Raises NotFound and Ambiguous."""
        known, name = self.models(), name or self.model
        found = [each for each in known if name in (None, each.id)]
        if len(found) == 1:
            return found[0]
        there = ", ".join(each.id for each in known) or "none; load one with `summit load` or `summit import-summit`"
        if found:
            raise Ambiguous(f"the service has several models ({there}); name one with model=", "AMBIGUOUS")
        raise NotFound(f"no model is called {name!r}; there are: {there}", "NOT_FOUND")

    def _drawable(self, graph: "AttributionGraph", model: Model) -> "AttributionGraph":
        """The graph with what is its model's: origin, and for its drawing the scale and where pictures come from."""
        origin = {name: getattr(model, name) for name in ("architecture", "dataset", "weights")}
        scale = {"largest_count": model.largest_count, "largest_weight": model.largest_weight}
        graph.graph |= {**origin, "sizes": {layer.name: layer.channels for layer in model.layers}, **scale}
        if graph.graph["score"] == "activation" and graph.graph.get("threshold", 0) is None:
            graph.graph["threshold"] = model.graph_threshold
        graph.fetch = self.connection.picture
        return graph

    def _index(self, which: ClassName, model: str) -> int:
        return self.image_class(which, model=model).index if isinstance(which, str) else index(which)

    def _indexes(self, which: Sequence[ClassName], model: str) -> list[int]:
        """Raises BadRequest for one class by name, whose letters are a sequence, too."""
        if isinstance(which, str):
            raise BadRequest(f"{which!r:.40} is one class; expected a list, e.g. [{which!r:.40}]", "BAD_REQUEST")
        return [self._index(each, model) for each in which]
