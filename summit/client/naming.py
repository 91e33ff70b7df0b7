"""Which class a name means. Pure."""

from collections.abc import Sequence
from typing import SupportsIndex

from summit.client.answers import ImageClass
from summit.client.errors import Ambiguous, NotFound

ClassName = SupportsIndex | str  # index (also numpy's), WordNet id, or name
NAMED = 5  # candidates in a message


def words_of(name: str) -> str:
    """What to search for, so that every class that the name may mean is found."""
    return name.replace("_", " ")


def the_one(near: Sequence[ImageClass], name: str, model: str) -> ImageClass:
    """The class of that WordNet id or name, or with that name as a synonym; near: all that hold its words.

    Raises NotFound and Ambiguous.
    """
    exact = [each for each in near if name in (each.wnid, each.name)] or [
        each for each in near if _plain(name) in map(_plain, (each.name, *each.name.split(",")))
    ]
    if len(exact) == 1:
        return exact[0]
    like = ", ".join(f"{each.index} {each.name}" for each in (exact or near)[:NAMED])
    if exact:
        raise Ambiguous(f"{len(exact)} classes of {model} are called {name!r}: {like}; use the index", "AMBIGUOUS")
    hint = f"; similar ones: {like}" if like else ""
    raise NotFound(f"no class of {model} has the WordNet id or name {name!r:.200}{hint}", "NOT_FOUND")


def _plain(name: str) -> str:
    return " ".join(words_of(name.casefold()).split())
