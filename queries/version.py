"""Versions of the data model and of Graph Data Science: what this program can use, and the way on where it cannot."""

import logging
import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

from queries.errors import QueryError, StoreError

# Of the labels, relationships and properties that queries/ reads and writes. A new kind of relationship or node, which
# an earlier program neither reads nor changes, needs no new version.
VERSION = 2
OLDEST_GDS = (2, 17)
NEEDED_OF_GDS = {
    "gds.graph.project",
    "gds.util.asNodes",
    "gds.pageRank.stream",
    "gds.graph.drop",
    "gds.graph.list",
}

Read = Callable[[str], Awaitable[list[dict[str, Any]]]]  # the rows of a statement
logger = logging.getLogger(__name__)


def check_version(found: Sequence[Mapping[str, Any]], url: str, restoring: bool = False) -> None:
    """Raise StoreError where this program must not read or write the database behind `url`.

    found      rows of schema_version; databases of version 1 may have none
    restoring  whether the caller goes on with a restore that was cut off
    """
    for row in found:
        version = row["version"]
        if type(version) is not int or version < 1:
            raise StoreError(
                f"{url}: the version of the database is {version!r:.40}, and a whole number from 1 was expected; it is "
                "damaged: read a backup into it with `summit db restore FILE --replace`, or start over with "
                "`summit db reset`"
            )
        if version > VERSION:
            raise StoreError(
                f"{url}: the database is of version {version} and this Summit Graph knows versions up to {VERSION}; "
                "install a newer Summit Graph, or use another database (SUMMIT_HOME, SUMMIT_DATABASE)"
            )
        if row["restoring"] is not None and not restoring:
            raise StoreError(
                f"{url}: a backup is being restored into the database, or its restore was cut off; wait for it, or "
                "repeat `summit db restore FILE`"
            )


def outdated(found: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the database is of an earlier version, or of none (a new one, or one of the first)."""
    return all(row["version"] < VERSION for row in found)


def check_form(found: Sequence[Mapping[str, Any]], url: str) -> None:
    """Raise StoreError where a database of version 1 holds influences, which it has one by one.

    found  row of old_influences
    """
    if any(row["found"] for row in found):
        raise StoreError(
            f"{url}: an earlier Summit Graph wrote the influences in the database (version 1 of the data model; this "
            f"one writes version {VERSION}); start over with `summit db reset`, or use another database (SUMMIT_HOME, "
            "SUMMIT_DATABASE); then load your runs again with `summit load RUN` and `summit extract MODEL`, and "
            "published graphs with `summit import-summit DIR`"
        )


async def detect_abilities(read: Read, url: str) -> frozenset[str]:
    """What an engine offers beyond openCypher: "gds" where Graph Data Science is new enough and all that we call may be
    called. Raises StoreError.
    """
    try:
        (row,) = await read("RETURN gds.version() AS version")
    except QueryError:
        return frozenset()
    names: set[str] = set()
    for kind in ("FUNCTIONS", "PROCEDURES"):
        text = f"SHOW {kind} EXECUTABLE YIELD name WHERE name STARTS WITH 'gds.' RETURN name"
        names.update(row["name"] for row in await read(text))
    problem = gds_problem(row["version"], names)
    if problem is not None:
        logger.warning("%s: %s; queries run in their portable form", url, problem)
        return frozenset()
    return frozenset({"gds"})


def gds_problem(version: str, names: Collection[str]) -> str | None:
    """Why this Graph Data Science cannot be used, or None. `names` are those that may be called."""
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < OLDEST_GDS:
        return f"Graph Data Science {version} is older than {'.'.join(map(str, OLDEST_GDS))}"
    if absent := sorted(NEEDED_OF_GDS - set(names)):
        return (
            f"Graph Data Science {version} does not let us call {', '.join(absent)} (see the server's "
            "dbms.security.procedures.allowlist and dbms.security.procedures.unrestricted)"
        )
    return None
