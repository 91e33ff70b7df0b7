"""Which classes of a model have the counts that a graph is extracted from, all of them there."""

from collections.abc import Collection, Mapping, Sequence

from queries.errors import DataError, NotFound
from queries.graphs.scored import no_counts
from queries.graphs.totals import ClassTotals
from queries.lookup import find_model
from queries.records import Score
from queries.store import Row, Store
from queries.values import counted


async def counted_classes(store: Store, model: str, classes: Collection[int] | None, score: Score) -> list[Row]:
    """Rows of class_digests, of all classes that have counts of the score or of those asked for."""
    found = {row["index"]: row for row in await store.run("class_digests", model=model)}
    if not found:
        await find_model(store, model)
    if classes is None:
        rows = [row for row in found.values() if row["counts"]]
        if not rows:
            raise DataError(
                f"no class of {model} has counts to extract a graph from; `summit load RUN` brings those of a run"
            )
        return with_counts(model, rows, score)
    if missing := sorted(set(classes) - found.keys()):
        raise NotFound(f"{model} has no class {', '.join(map(str, missing[:5]))}")
    if bare := sorted(index for index in set(classes) if not found[index]["counts"]):
        raise DataError(
            f"class {', '.join(map(str, bare[:5]))} of {model} has no counts; `summit load RUN` brings those of a run"
        )
    chosen = [found[index] for index in sorted(set(classes))]
    if len(with_counts(model, chosen, score)) < len(chosen):
        lacking = next(row for row in chosen if row["attributions"] is None)
        raise DataError(no_counts(f"class {lacking['class']}", score))
    return chosen


def with_counts(model: str, rows: Sequence[Row], score: Score) -> list[Row]:
    """Those of some classes that have counts of the score. DataError where none has."""
    found = [row for row in rows if score is Score.ACTIVATION or row["attributions"] is not None]
    if not found:
        raise DataError(no_counts(model if len(rows) > 1 else f"class {rows[0]['class']}", score))
    return found


def require_whole_counts(rows: Sequence[Row], totals: Mapping[str, ClassTotals], layers: int) -> None:
    """Raise DataError where counts that PageRank would be computed from are not all there any more.

    An adjacency that is gone altogether is built from the influences.
    """
    for row in rows:
        name, expected = row["class"], row["activations"]
        found, adjacency = totals[name].activations, totals[name].kept.adjacency
        if expected not in (None, found) or adjacency not in (0, layers):
            raise DataError(
                f"counts of {name} are lost: the database has {counted(found, 'activation')} where "
                f"{found if expected is None else expected:,} were written, the adjacency of {adjacency} "
                f"of {counted(layers, 'layer')}; `summit load RUN` writes them again"
            )
