"""Whole attribution graphs from files into the database: some classes in one transaction, equal ones left alone."""

from collections.abc import Iterator, Sequence

from queries.errors import StoreError
from queries.graphs.stored import graph_steps
from queries.graphs.totals import GraphTotals, graph_totals
from queries.progress import Progress
from queries.records import ClassGraph
from queries.store import Store
from queries.values import counted

CLASSES_A_TRANSACTION = 40  # about 8,000 edges: large enough to be fast, small enough to lose little
EDGES_A_TRANSACTION = 20_000  # unless one graph has more


async def write_class_graphs(store: Store, model: str, graphs: Sequence[ClassGraph], progress: Progress) -> int:
    """How many of the graphs were written; the others are whole in the database. The classes are there already.

    The model's scale is forgotten with the first of them; the caller writes it again. Raises StoreError for a database
    that does not keep what was written.
    """
    changed = await changed_graphs(store, model, graphs)
    done = len(graphs) - len(changed)
    for batch in batches(changed):
        await store.write_together(graph_steps(model, batch))
        done += len(batch)
        progress("loading", done, len(graphs))
    if changed and (lost := await changed_graphs(store, model, changed)):
        raise StoreError(
            f"the graphs of {counted(len(lost), 'class')} of {model} (first {lost[0].index}) are not in the database "
            "as they were just written; its files are damaged: `summit db restore FILE --replace` from a backup, or "
            "`summit db reset` and import again"
        )
    return len(changed)


def batches(graphs: Sequence[ClassGraph]) -> Iterator[list[ClassGraph]]:
    """The graphs of each transaction, in their order."""
    batch, edges = list[ClassGraph](), 0
    for graph in graphs:
        full = len(batch) == CLASSES_A_TRANSACTION or edges + len(graph.edges) > EDGES_A_TRANSACTION
        if batch and full:
            yield batch
            batch, edges = [], 0
        batch.append(graph)
        edges += len(graph.edges)
    if batch:
        yield batch


async def changed_graphs(store: Store, model: str, graphs: Sequence[ClassGraph]) -> list[ClassGraph]:
    """Those of which the database holds another version, or not all channels and edges."""
    signed = {row["index"]: row for row in await store.run("class_digests", model=model)}
    held = await graph_totals(store, model)

    def is_whole(graph: ClassGraph) -> bool:
        totals = GraphTotals(len(graph.vertices), len(graph.edges))
        row = signed[graph.index]
        as_signed = (row["graph"], row["vertices"], row["edges"]) == (graph.digest, totals.vertices, totals.edges)
        return as_signed and held.get(row["class"], GraphTotals()) == totals

    return [graph for graph in graphs if not is_whole(graph)]
