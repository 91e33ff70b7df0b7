"""What compared classes' counts say of channels and edges that some of their graphs lack."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from queries.errors import QueryError
from queries.records import Score
from queries.store import Store

MOST_CLASSES = 30  # whose counts are read at once
EDGES_AT_ONCE = 1_000  # of which weights are read in one query


@dataclass(frozen=True, slots=True)
class Counted:
    """Numbers of pictures of one class, of channels and edges that were asked for.

    known     whether the class's counts of them are in the database; those of published graphs are not
    channels  by id; those above 0
    edges     by (target, index of the source within its layer); those above 0
    """

    known: bool = False
    channels: Mapping[str, int] = field(default_factory=dict)
    edges: Mapping[tuple[str, int], int] = field(default_factory=dict)

    def of_channel(self, channel: str) -> int | None:
        """None where nothing is known."""
        return self.channels.get(channel, 0) if self.known else None

    def of_edge(self, source: str, target: str) -> int | None:
        """None where nothing is known."""
        return self.edges.get((target, int(source.rpartition("/")[2])), 0) if self.known else None


async def counted_channels(
    store: Store, classes: Sequence[str], channels: Sequence[str], score: Score
) -> list[Counted]:
    """Numbers of pictures by a score (A or R) of channels in each class, in the classes' order.

    classes, channels  ids
    Raises QueryError for too many classes.
    """
    require_few(classes)
    asked = {"classes": list(classes), "channels": sorted(set(channels)), "score": score.value}
    rows = {row["class"]: row for row in await store.run("counts_in_classes", **asked)}
    return [
        Counted(row["known"], dict(zip(row["channels"], row["counts"], strict=True))) if row else Counted()
        for row in map(rows.get, classes)
    ]


async def counted_edges(store: Store, classes: Sequence[str], edges: Iterable[tuple[str, str]]) -> list[Counted]:
    """Numbers of pictures (I) of edges in each class, in the classes' order.

    classes  ids
    edges    ids of source and target; read so many at a time, which bounds an answer of the database
    Raises QueryError for too many classes.
    """
    require_few(classes)
    known = {
        row["class"]: row["edges_known"]
        for row in await store.run(
            "counts_in_classes", classes=list(classes), channels=[], score=Score.ACTIVATION.value
        )
    }
    weights: dict[str, dict[tuple[str, int], int]] = {name: {} for name in classes}
    pairs = sorted({(target, int(source.rpartition("/")[2])) for source, target in edges})
    for start in range(0, len(pairs), EDGES_AT_ONCE):
        targets, sources = zip(*pairs[start : start + EDGES_AT_ONCE], strict=True)
        asked = {"classes": list(classes), "targets": list(targets), "source_indexes": list(sources)}
        for row in await store.run("weights_in_classes", **asked):
            of_target = zip(row["sources"], row["weights"], strict=True)
            weights[row["class"]].update({(row["target"], source): weight for source, weight in of_target})
    return [Counted(known.get(name, False), edges=weights[name]) for name in classes]


def require_few(classes: Sequence[str]) -> None:
    if len(classes) > MOST_CLASSES:
        raise QueryError(
            f"counts of {len(classes)} classes were asked for; expected at most {MOST_CLASSES}; leave everyCount and "
            "everyWeight out, or compare fewer classes"
        )
