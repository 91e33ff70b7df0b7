"""What every resolver can reach: the store, and loaders that turn N look-ups into one query."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any, TypeVar

import strawberry
from strawberry import Info
from strawberry.dataloader import DataLoader

from queries.channels.names import Names, suggested_names
from queries.errors import QueryError, StoreBusy
from queries.graphs.channels import class_members
from queries.graphs.cutting import cut_in_one_state
from queries.graphs.effects import EdgeAttributions
from queries.graphs.extraction import Cut
from queries.graphs.output import Output, read_output
from queries.graphs.resampling.probable import Probable, read_probable
from queries.graphs.scored import read_scored
from queries.graphs.stored import graph_rows, read_graph
from queries.graphs.subset.stored import read_subset, refuse_cut
from queries.guard.guard import Guard
from queries.map.stored import Source, find_source
from queries.notes.record import is_readable
from queries.notes.stored import rows_by_id
from queries.records import Score
from queries.store import Row, Store

MOST_QUERIES = 2_500  # of one request; the graphs of 1,000 classes take 1,000

TOGETHER = "together"
Values = Sequence[Any]
Key = TypeVar("Key")
Found = TypeVar("Found")


def together(find: "Callable[[Values, Context], Awaitable[Values]]") -> Mapping[str, object]:
    """Metadata of a field whose values are looked up for many objects at once (requests/columns.py).

    find  from objects to the field's values, in the same order
    """
    return {TOGETHER: find}


class Loader(DataLoader[Key, Found]):
    """A loader whose look-ups outlive whoever waits for them: where an error elsewhere cancels one of several fields
    that wait for the same row, the others must still get it.
    """

    def load(self, key: Key) -> Awaitable[Found]:
        return asyncio.shield(super().load(key))

    async def load_many(self, keys: Iterable[Key]) -> list[Found]:
        """Waits once for all that are looked up together, instead of for each."""
        futures = [asyncio.ensure_future(super(Loader, self).load(key)) for key in keys]
        for each in futures:
            if not each.done():
                await asyncio.wait([each])  # which a cancellation ends without the look-up
        failed = [error for each in futures if (error := each.exception())]
        if failed:
            raise failed[0]
        return [each.result() for each in futures]


async def read_groups(store: Store, ids: Sequence[str]) -> list[list[Row]]:
    """The groups of each class, as rows of groups.cypher."""
    rows = await store.run("class_groups", classes=list(ids))
    owners = sorted({id.rpartition("/")[0] for id in ids})
    known = {row["id"]: row for model in owners for row in await store.run("groups", model=model)}
    of_class: dict[str, list[Row]] = {id: [] for id in ids}
    for row in rows:
        if (group := known.get(row["id"])) is not None:  # else it was made or removed between the two
            of_class[row["class"]].append(group)
    return [of_class[id] for id in ids]


def rows_of(
    store: Store, query: str, parameter: str, key: str = "id"
) -> Callable[[Sequence[str]], Awaitable[list[Row | None]]]:
    """A look-up of one row per id by a stored query that takes all ids at once.

    key  the column with the id
    """

    async def find(ids: Sequence[str]) -> list[Row | None]:
        return by_key(ids, await store.run_packed(query, **{parameter: list(ids)}), key)

    return find


def drops_of(
    store: Store, checked: DataLoader[tuple[str, Score], Mapping[str, Row]]
) -> Callable[[Sequence[tuple[str, Score]]], Awaitable[list[float | None]]]:
    """What classes lose, in nats: one class of a model by its own layers, several by what the whole model loses.

    checked  as in Context
    """

    async def find(keys: Sequence[tuple[str, Score]]) -> list[float | None]:
        asked = Counter((id.rpartition("/")[0], score) for id, score in keys)

        async def drop(id: str, score: Score) -> float | None:
            model = id.rpartition("/")[0]
            if asked[model, score] > 1:
                row = (await checked.load((model, score))).get(id)
                return row["drop"] if row else None
            rows = await store.run("class_faithfulness", **{"class": id}, score=score.value)
            return mean(row["drop"] for row in rows) if rows else None

        return [await drop(id, score) for id, score in keys]

    return find


@dataclass(frozen=True, slots=True)
class Context:
    """One request's view of the database.

    guard              runs users' own statements
    channels, classes  rows by id, None where there is no such node
    skips              rows of skips_into by channel, None where kinds of edges are not known
    members            of classes: ids of the channels that their graphs have, by whatever score
    groups             rows of the groups that a class is in
    models             rows by id
    scales             rows of model_scale by model
    statistics         rows of class_statistics by class
    checked            by model and score: rows of faithfulness_of_classes by class
    drops              of classes by their graph of a score, None where it was not checked
    outputs            of classes, None without attribution counts
    edge_attributions  what was counted of each class's edges by attribution
    embeddings         rows of layer_embeddings by model
    sources            what a model's maps would be made from now, None where there is nothing
    names              that are suggested for a model's channels
    annotations        rows of annotations_by_id, None where nothing is kept or it is damaged
    asked              counts the queries that objects of a list ask one by one
    read_only          why this request may change nothing, None if it may
    home               the data directory, where long work is announced; None for nowhere
    """

    store: Store
    guard: Guard
    channels: DataLoader[str, Row | None]
    probable: DataLoader[tuple[str, Score], Probable]
    skips: DataLoader[str, Row | None]
    members: DataLoader[str, frozenset[str]]
    classes: DataLoader[str, Row | None]
    groups: DataLoader[str, list[Row]]
    models: DataLoader[str, Row | None]
    scales: DataLoader[str, Row]
    statistics: DataLoader[str, Row | None]
    checked: DataLoader[tuple[str, Score], Mapping[str, Row]]
    drops: DataLoader[tuple[str, Score], float | None]
    outputs: DataLoader[str, Output | None]
    edge_attributions: DataLoader[str, EdgeAttributions]
    embeddings: DataLoader[str, list[Row]]
    sources: DataLoader[str, Source | None]
    names: DataLoader[str, Names]
    annotations: DataLoader[str, Row | None]
    asked: Iterator[int]
    read_only: str | None
    home: Path | None

    @classmethod
    def over(cls, store: Store, guard: Guard, read_only: str | None, home: Path | None = None) -> "Context":
        """A fresh set of loaders, for one request."""

        async def models(ids: Sequence[str]) -> list[Row | None]:
            return by_key(ids, await store.run("models"), "id")

        async def scales(ids: Sequence[str]) -> list[Row]:
            return [(await store.run("model_scale", model=id))[0] for id in ids]

        async def checked(keys: Sequence[tuple[str, Score]]) -> list[Mapping[str, Row]]:
            asked = [await store.run("faithfulness_of_classes", model=id, score=score.value) for id, score in keys]
            return [{row["class"]: row for row in rows} for rows in asked]

        whole = Loader(checked)

        async def outputs(ids: Sequence[str]) -> list[Output | None]:
            return [await read_output(store, id) for id in ids]

        async def members(ids: Sequence[str]) -> list[frozenset[str]]:
            return [await class_members(store, id) for id in ids]

        async def edge_attributions(ids: Sequence[str]) -> list[EdgeAttributions]:
            return [EdgeAttributions(await store.run_packed("class_edge_attributions", **{"class": id})) for id in ids]

        async def embeddings(ids: Sequence[str]) -> list[list[Row]]:
            return [await store.run("layer_embeddings", model=id) for id in ids]

        async def sources(ids: Sequence[str]) -> list[Source | None]:
            return [await find_source(store, id) for id in ids]

        async def names(ids: Sequence[str]) -> list[Names]:
            return [await suggested_names(store, id) for id in ids]

        async def annotations(ids: Sequence[str]) -> list[Row | None]:
            return by_key(ids, [row for row in await rows_by_id(store, ids) if is_readable(row)], "id")

        return cls(
            store=store,
            guard=guard,
            channels=Loader(rows_of(store, "channels_by_id", "channels")),
            probable=Loader(partial(read_probable, store)),
            skips=Loader(rows_of(store, "skips_into", "channels")),
            members=Loader(members),
            classes=Loader(rows_of(store, "classes_by_id", "classes")),
            groups=Loader(partial(read_groups, store)),
            models=Loader(models),
            scales=Loader(scales),
            statistics=Loader(rows_of(store, "class_statistics", "classes", "class")),
            checked=whole,
            drops=Loader(drops_of(store, whole)),
            outputs=Loader(outputs),
            edge_attributions=Loader(edge_attributions),
            embeddings=Loader(embeddings),
            sources=Loader(sources),
            names=Loader(names),
            annotations=Loader(annotations),
            asked=itertools.count(1),
            read_only=read_only,
            home=home,
        )

    def count_query(self, cost: int = 1) -> None:
        """Raises StoreBusy where a request asks for too many.

        cost  how many simple queries take as long
        """
        if max(next(self.asked) for _ in range(min(cost, MOST_QUERIES + 1))) > MOST_QUERIES:
            raise StoreBusy(f"this request needs more than {MOST_QUERIES:,} queries; ask for fewer objects at a time")

    async def run(self, name: str, **parameters: object) -> list[Row]:
        """A stored query for one of many objects; raises StoreBusy where a request asks for too many."""
        self.count_query()
        return await self.store.run_packed(name, **parameters)

    async def graph(
        self,
        class_id: str,
        threshold: float | None,
        unified: bool,
        dead_ends: bool,
        score: Score,
        subset: str | None = None,
    ) -> tuple[list[Row], list[Row], Row]:
        """Channels and edges of a class's stored attribution graph by a score, or of one cut now; and how that was cut.

        subset  the graph is of these pictures of the class; how it was cut then has their number, `pictures`
        Raises QueryError for a threshold out of range or with a subset, NotFound where the class has no graph or
        PageRank by the score, or no graph of the subset.
        """
        refuse_cut(threshold, subset)
        if threshold is None and (unified or not dead_ends):
            raise QueryError("unified and deadEnds go with a threshold; give one, e.g. threshold: 7.5")
        self.count_query()
        if subset is not None:
            return await read_subset(self.store, class_id, score, subset)
        if threshold is None and score is Score.ACTIVATION:
            return await read_graph(self.store, class_id)
        if threshold is None:
            return await read_scored(self.store, class_id, score)
        graph = await cut_in_one_state(self.store, class_id, Cut(threshold, unified, dead_ends=dead_ends), score)
        return graph_rows(class_id.rpartition("/")[0], graph)


def by_key(keys: Sequence[str], rows: Sequence[Row], key: str) -> list[Row | None]:
    """Rows in the order of the keys, None where there is none."""
    found = {row[key]: row for row in rows}
    return [found.get(each) for each in keys]


ContextInfo = Info[Context, Any]


def looked_up(find: Callable[[Values, Context], Awaitable[Values]], description: str) -> Any:
    """A field whose values are looked up for many objects at once, and by the same `find` for one alone."""

    async def resolve(self: Any, info: ContextInfo) -> Any:
        return (await find([self], info.context))[0]

    return strawberry.field(resolver=resolve, description=description, metadata=together(find))
