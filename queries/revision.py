"""Which state the database is in, so that an answer can be kept for as long as that lasts.

Every transaction sets `revision` on the Schema node to a mark of its own, as its last statement, and once it is
committed a second one sets `settled` to the same mark. Neither engine hides a transaction from readers while its
changes are put in place, so the first mark may be seen before other changes of its transaction; where both marks are
equal, nothing of it is still to come. A mark never comes twice. Where a program ends between the two, nothing is
settled until the next write.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import uuid4

from queries.errors import StoreBusy
from queries.records import Record, Row

State = tuple[str, frozenset[str]]
Answer = TypeVar("Answer")
PAUSE = 0.05  # seconds between two looks
UNSETTLED = 20  # looks at one unsettled state, after which its writer has ended: changes take milliseconds
LOOKS = 100  # before we give up


def lock() -> tuple[str, Record]:
    """The first step of a change that depends on what is there: nobody else's comes between the two.

    Every transaction writes the mark; one that writes it first waits for all others, or, on ArcadeDB, is repeated where
    another was committed meanwhile.
    """
    return "mark_revision", {"mark": uuid4().hex}


class Recall(Protocol):
    """Rows that were read before, while the database was as it is now.

    state  of the database when they were read; None where no rows are given
    """

    @property
    def state(self) -> State | None: ...

    def find(self, text: str, parameters: Mapping[str, object]) -> list[Row] | None: ...

    def keep(self, text: str, parameters: Mapping[str, object], rows: list[Row]) -> None: ...

    def stop(self) -> None:
        """What is there now is to be read: something is being written in the same context, or was written since."""


RECALL: ContextVar[Recall | None] = ContextVar("RECALL", default=None)  # where stored queries are run


@dataclass(frozen=True, slots=True)
class Revision:
    """What the database says of its state.

    state    the mark of the last transaction of this program's, and where the engine tells (Neo4j's bookmarks) that of
             the last transaction of any program's: while it is the same, nothing was written
    settled  whether all that was written is to be seen: what is read from now on is of this state, or of a later one
    """

    state: State
    settled: bool


def revision_of(rows: Sequence[Record], bookmarks: Collection[str]) -> Revision | None:
    """From the row of revision.cypher and the bookmarks of its session; None where the database was never marked."""
    if not rows or rows[0]["mark"] is None:
        return None
    mark, settled = rows[0]["mark"], rows[0]["settled"]
    return Revision((mark, frozenset(bookmarks)), settled == mark)


async def settled_state(look: Callable[[], Awaitable[Revision | None]]) -> State | None:
    """The state of the database once nothing of it is still to come, None where it was never marked.

    look  Store.revision
    Raises StoreBusy where writes follow one another without a pause.
    """
    found, same = await look(), 0
    for _ in range(LOOKS):
        if found is None or found.settled or same == UNSETTLED:
            return found.state if found else None
        await asyncio.sleep(PAUSE)
        before, found = found, await look()
        same = same + 1 if found == before else 0
    raise StoreBusy("the database is being written to without a pause; ask again in a moment")


async def in_one_state(
    look: Callable[[], Awaitable[Revision | None]], read: Callable[[], Awaitable[Answer]], tries: int
) -> Answer | None:
    """What `read` gives where nothing was written meanwhile; None where something was at each of the tries."""
    recall = RECALL.get()
    before = recall.state if recall else None  # where it is known, a request has looked already
    for _ in range(tries + (before is not None)):  # a remembered state may be stale; to find out takes no try
        if before is None:
            before = await settled_state(look)
        if recall and recall.state != before:
            recall.stop()
        answer = await read()
        after = await look()
        if before == (after.state if after else None):
            return answer
        before = None
    return None
