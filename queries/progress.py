"""How long work reports what it has done."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

Progress = Callable[[str, int, int], None]  # what, done, total


@dataclass(frozen=True, slots=True)
class Console:
    """Where work that takes several stages reports.

    report       prints one line
    progress     progress bars for the length of a block
    interactive  whether a person sees the bars
    """

    report: Callable[[str], None]
    progress: Callable[[], AbstractContextManager[Progress]]
    interactive: bool


def ignore_progress(what: str, done: int, total: int) -> None:
    """Where nobody watches."""
