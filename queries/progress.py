"""How long work reports what it has done."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]  # what, done, total


def ignore_progress(what: str, done: int, total: int) -> None:
    """For work that nobody watches."""
