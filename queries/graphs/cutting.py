"""A cut of a class's kept PageRank while other things are written: of one PageRank, never of parts of two."""

from queries.errors import StoreBusy
from queries.graphs.extraction import Cut, cut_graph
from queries.records import ClassGraph, Score
from queries.revision import settled_state
from queries.store import Row, Store

CUT_TRIES = 20  # while the PageRank of the same class is replaced


async def cut_in_one_state(store: Store, class_id: str, cut: Cut, score: Score) -> ClassGraph:
    """The graph of cut_graph, of PageRank that was not replaced meanwhile; writes elsewhere do not matter.

    Raises NotFound as cut_graph does, StoreBusy where the class's PageRank is replaced at each try.
    """

    async def origin() -> list[Row]:
        await settled_state(store.revision)
        return await store.run("graph_cuts", classes=[class_id], score=score.value)

    before = await origin()
    for _ in range(CUT_TRIES):
        graph = await cut_graph(store, class_id, cut, score=score)
        after = await origin()
        if after == before:
            return graph
        before = after
    raise StoreBusy(f"the PageRank of {class_id} was replaced at each of {CUT_TRIES} cuts; ask again in a moment")
