"""Rows of stored queries kept for as long as the database is as it was, bounded in bytes: requests that differ, in
pictures, fragments or limits, still ask the same things of the database.

Every request first looks at the state of the database. The rows that it reads are given to requests that begin later
and find the same state: what lies between two looks at one state was read in that state. So nobody gets rows that
were read while something was written, and a request never gets the same ones when it reads again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from graphql_api.encoding import json_bytes
from graphql_api.requests.kept import LARGEST, Answers
from queries.revision import State
from queries.store import Row

OVERHEAD = 100  # bytes that a value takes, about
ENTRY = 500  # bytes that rows take besides themselves and their question, about
Question = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows, the bytes that they take, and the last request that had looked at the database when they had been read."""

    rows: list[Row]
    size: int
    turn: int


class Rows:
    """The kept rows of one service.

    most   bytes of all of them, as many as of the answers; 0 to keep none
    size   bytes that they have now
    given  times that rows were given again
    """

    def __init__(self, answers: Answers) -> None:
        self.answers, self.most = answers, answers.most
        self.size, self.given, self.turn = 0, 0, 0
        self.state: State | None = None
        self.kept: dict[Question, Kept] = {}

    def __len__(self) -> int:
        return len(self.kept)

    async def begin(self) -> "Recalled | None":
        """What a request may use; None where the state of the database is unknown, or something is being written."""
        self.turn += 1
        turn = self.turn
        state = await self.answers.begin()
        if state != self.state:
            self.kept.clear()
            self.size, self.state = 0, state
        return Recalled(self, turn, state) if state is not None else None

    def keep(self, question: Question, rows: list[Row]) -> None:
        """Keep a copy of rows that were read in the present state, if they are not too large."""
        if least_size_of(rows) > self.most // LARGEST:
            return
        size = ENTRY + sum(map(len, question)) + size_of(rows)
        if size > self.most // LARGEST:
            return
        if (before := self.kept.pop(question, None)) is not None:
            self.size -= before.size
        self.kept[question] = Kept([dict(row) for row in rows], size, self.turn)
        self.size += size
        while self.size > self.most:
            self.size -= self.kept.pop(next(iter(self.kept))).size


class Recalled:
    """The kept rows as one request may use them, until it writes something itself.

    state  of the database at the request's beginning; None once it has written
    """

    def __init__(self, rows: Rows, turn: int, state: State) -> None:
        self._rows, self._turn = rows, turn
        self.state: State | None = state
        self._given: set[Question] = set()

    def stop(self) -> None:
        """The request has written: it reads what is there now."""
        self.state = None

    def find(self, text: str, parameters: Mapping[str, object]) -> list[Row] | None:
        """Rows that a statement gave before; the request may change them, not the lists in them. Each only once: who
        asks again wants to read.
        """
        if not self._holds():
            return None
        question = question_of(text, parameters)
        kept = self._rows.kept.get(question)
        if kept is None or kept.turn >= self._turn or question in self._given:
            return None
        self._given.add(question)
        self._rows.kept[question] = self._rows.kept.pop(question)  # the last to be forgotten
        self._rows.given += 1
        return [dict(row) for row in kept.rows]

    def keep(self, text: str, parameters: Mapping[str, object], rows: list[Row]) -> None:
        """Keep what a statement that this request began has given."""
        if self._holds():
            self._rows.keep(question_of(text, parameters), rows)

    def _holds(self) -> bool:
        return self.state is not None and self.state == self._rows.state


def question_of(text: str, parameters: Mapping[str, object]) -> Question:
    return text, repr(sorted(parameters.items()))


def least_size_of(rows: list[Row]) -> int:
    """What `size_of` gives at least, from the number of values alone: quick, also for rows of many megabytes."""
    values = chain.from_iterable(row.values() for row in rows)
    return OVERHEAD * (len(rows) + sum(len(value) for value in values if isinstance(value, list)))


def size_of(rows: list[Row]) -> int:
    """Bytes that rows take in memory, about: so many a value, and their letters. Counted in their JSON, at once."""
    text = json_bytes(rows)
    return OVERHEAD * (1 + sum(map(text.count, (b",", b"[", b"{")))) + len(text)
