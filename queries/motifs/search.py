"""The search for all closed connected patterns (queries/motifs/patterns.py), within a budget. Pure, no database.

The search branches on one edge after another: all patterns that contain a closed one and edge e, then all without e.
Each is found once; memory is the stack. For set systems such as connected sets of edges, correctness is proved by
Boley, Horváth, Poigné and Wrobel (Listing closed sets of strongly accessible set systems with applications to data
mining, Theoretical Computer Science 411(3), 2010).
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import TypeVar

from queries.errors import QueryError
from queries.motifs.patterns import Graphs, Pattern
from queries.values import counted

LEAST_SECONDS = 0.2  # that a search has where its time is over before it begins: it gets on, and has a cursor
Item = TypeVar("Item")


def never() -> bool:
    return False


def stop_if(given_up: Callable[[], bool]) -> None:
    """Raises CancelledError where nobody waits for a search any more."""
    if given_up():
        raise CancelledError


def attended(items: Iterable[Item], given_up: Callable[[], bool]) -> Iterator[Item]:
    """The items, one at a time, for as long as somebody waits for what is made of them. Raises CancelledError."""
    for item in items:
        stop_if(given_up)
        yield item


@dataclass(frozen=True, slots=True)
class Budget:
    """When a search stops early: after so many seconds, or with so many patterns (about 0.5 KB each).

    given_up  whether nobody waits for it any more; it then raises CancelledError
    began     of time.monotonic(), where something else came before the search and counts; else they begin with it
    until     of time.monotonic(), where something else comes after the search and counts; else it has all of them
    """

    seconds: float = 10.0
    patterns: int = 100_000
    given_up: Callable[[], bool] = never
    began: float | None = None
    until: float | None = None

    def end(self) -> float:
        """When a search that begins now is over, by time.monotonic()."""
        now = time.monotonic()
        if self.until is None:
            return now + self.seconds
        return max(self.until, now + min(LEAST_SECONDS, self.seconds))


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    complete  whether the search finished; if not, `cursor` continues it and `note` says why it stopped and what to do
    """

    patterns: tuple[Pattern, ...]
    complete: bool
    cursor: str | None = None
    note: str | None = None


@dataclass(slots=True)
class _Step:
    """One closed pattern on the path from the root to the current position.

    branch    the edge that led here from the step above
    reach     edges that touch the pattern
    rare      edges that too few of its classes have, so no pattern below contains them
    excluded  edges whose patterns have all been listed
    todo      edges still to branch on
    """

    branch: int
    edges: int
    classes: int
    reach: int
    rare: int
    excluded: int
    todo: int


class Search(Iterator[Pattern]):
    """All closed connected patterns, one at a time; can be stopped at any point and continued.

    seeds   edges to start from (a bit set): the patterns that contain at least one of them; None for all
    cursor  from another Search over the same graphs: continue right after the pattern it had reached

    The cursor is the path of branches from the root, because the search order is always the same.
    """

    def __init__(self, graphs: Graphs, seeds: int | None = None, cursor: str | None = None) -> None:
        self.graphs = graphs
        everyone = (1 << len(graphs.classes)) - 1
        start = graphs.seeds() if seeds is None else seeds
        self._name = name_of(*graphs.facts, hex(start))
        self._steps = [_Step(-1, 0, everyone, 0, 0, 0, start)]
        for branch in self._path(cursor):
            self._descend(branch)

    def __next__(self) -> Pattern:
        while self._steps:
            step = self._steps[-1]
            if not step.todo:
                self._steps.pop()
                continue
            lowest = step.todo & -step.todo
            step.todo ^= lowest
            below = self._grow(step, lowest.bit_length() - 1)
            step.excluded |= lowest
            if below:
                self._steps.append(below)
                return Pattern(below.edges, below.classes)
        raise StopIteration

    @property
    def cursor(self) -> str | None:
        """Where the search is, None at its end."""
        if not self._steps:
            return None
        return ".".join([self._name, *(str(step.branch) for step in self._steps[1:])])

    def _path(self, cursor: str | None) -> list[int]:
        if cursor is None:
            return []
        name, *branches = cursor.split(".")
        if name != self._name or not all(branch.isdecimal() and len(branch) < 10 for branch in branches):
            raise QueryError(f"cursor {cursor!r:.60} belongs to another search; ask again without it")
        return [int(branch) for branch in branches]

    def _descend(self, branch: int) -> None:
        """Put one step of a cursor's path back on the stack, as if all branches before it had been walked."""
        step = self._steps[-1]
        bit = 1 << branch if branch < len(self.graphs.edges) else 0
        below = self._grow(step, branch, before=step.todo & (bit - 1)) if step.todo & bit else None
        if below is None:
            raise QueryError("the cursor names a branch that this search does not have; ask again without it")
        step.excluded |= step.todo & (2 * bit - 1)
        step.todo &= -2 * bit
        self._steps.append(below)

    def _grow(self, step: _Step, branch: int, before: int = 0) -> _Step | None:
        """The closed pattern that holds this step's and one more edge; None where it was listed already.

        One pass over the edges around it does three things: an edge that all classes have belongs to the closure, one
        that too few have is dropped, the others are branches.
        """
        holders, touching, support = self.graphs.holders, self.graphs.touching, self.graphs.support
        classes = step.classes & holders[branch]
        edges, reach = step.edges | 1 << branch, step.reach | touching[branch]
        excluded, rare, todo = step.excluded | before, step.rare, 0
        around = reach & ~edges & ~rare
        while around:
            lowest = around & -around
            edge = lowest.bit_length() - 1
            common = classes & holders[edge]
            around ^= lowest
            if common == classes:
                if excluded & lowest:
                    return None
                edges |= lowest
                around |= touching[edge] & ~reach & ~rare
                reach |= touching[edge]
            elif common.bit_count() < support:
                rare |= lowest
            elif not excluded & lowest:
                todo |= lowest
        return _Step(branch, edges, classes, reach, rare, excluded, todo)


def name_of(*facts: object) -> str:
    """A short name, the same for the same facts alone."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]


def gather(search: Iterator[Pattern | None], budget: Budget, keep: Callable[[Pattern], bool] | None = None) -> Found:
    """Take patterns from a search until it ends or the budget is spent; `keep` selects them.

    None is a step without a pattern, at which the clock is checked. Only a Search can be continued: other iterators
    have no cursor.
    """
    began, until = time.monotonic(), budget.end()
    patterns: list[Pattern] = []
    for pattern in search:
        if pattern is not None and (keep is None or keep(pattern)):
            patterns.append(pattern)
        stop_if(budget.given_up)
        if len(patterns) >= budget.patterns:
            return _partial(patterns, search, counted(budget.patterns, "pattern"))
        if time.monotonic() > until:
            limit, advice = _out_of_time(budget, began)
            return _partial(patterns, search, limit, advice)
    return Found(tuple(patterns), complete=True)


def _out_of_time(budget: Budget, began: float) -> tuple[str, str]:
    """The limit of a search that began at `began` and has no time left, and advice where reading took most of it."""
    searched, before = time.monotonic() - began, began - (began if budget.began is None else budget.began)
    limit = f"{budget.seconds:g} s, {searched:.2g} s of it for the search itself,"
    if before <= searched:
        return limit, ""
    return limit, f"reading the graphs and waiting for a place took {before:.2g} s, so ask for more seconds, "


def _partial(patterns: list[Pattern], search: Iterator[Pattern | None], limit: str, advice: str = "") -> Found:
    cursor = search.cursor if isinstance(search, Search) else None
    note = (
        f"stopped at the limit of {limit} with {counted(len(patterns), 'pattern')}; there may be more: "
        f"{advice}{'continue from the cursor, ' if cursor else ''}ask for a higher support, or start from one channel"
    )
    return Found(tuple(patterns), complete=False, cursor=cursor, note=note)
