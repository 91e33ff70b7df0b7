"""Versions of the data model and of what databases offer beyond openCypher: what of it this program can use."""

import logging
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Protocol

from queries.errors import QueryError, StoreError
from queries.library import Library
from queries.records import Address, Record, Row

# Of the labels, relationships and properties that queries/ reads and writes. A new kind of relationship or node needs
# no new version where an earlier program neither reads it nor changes what it is made of. Programs of version 2 would
# load other counts and leave contributions, probes and graphs of subsets as they were.
VERSION = 3
OLDEST_GDS = (2, 17)
NEEDED_OF_GDS = {
    "gds.graph.project",
    "gds.util.asNodes",
    "gds.pageRank.stream",
    "gds.graph.drop",
    "gds.graph.list",
}

PROCEDURES = 2  # what our procedures in the embedded engine say of themselves (queries/engines/plugin)
PORTABLE = "portable"
# Of stored queries, by what they need; the fastest first (bench.extract).
FORMS = ("procedure", PORTABLE, "gds")
DROP_PROJECTIONS = """CALL gds.graph.list() YIELD graphName
WITH graphName
WHERE graphName STARTS WITH $run
CALL gds.graph.drop(graphName, false) YIELD graphName AS dropped
RETURN dropped"""
DROP_OLD_INDEX = "DROP INDEX index_influences IF EXISTS"  # of version 1 of the data model

Read = Callable[[str], Awaitable[list[Row]]]  # the rows of a statement
logger = logging.getLogger(__name__)


def check_version(found: Sequence[Record], url: str, restoring: bool = False) -> None:
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


def outdated(found: Sequence[Record]) -> bool:
    """Whether the database is of an earlier version, or of none (a new one, or one of the first)."""
    return all(row["version"] < VERSION for row in found)


def check_form(found: Sequence[Record], url: str) -> None:
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


class Stamped(Protocol):
    """A Store, as far as it is needed here."""

    address: Address
    library: Library

    async def run(self, name: str, /, **parameters: object) -> list[Row]: ...

    async def write(self, name: str, /, **parameters: object) -> Row: ...

    async def run_alone(self, text: str) -> None: ...


async def bring_up(store: Stamped, restoring: bool) -> None:
    """What Store.create_schema does."""
    url, found = store.address.url, await store.run("schema_version")
    check_version(found, url, restoring)
    if outdated(found) and not restoring:
        check_form(await store.run("old_influences"), url)
        await store.run_alone(DROP_OLD_INDEX)
    for query in store.library.of_mode("schema"):
        await store.run_alone(query.text)
    if not found or (outdated(found) and not restoring):
        await stamp(store, restoring)


async def stamp(store: Stamped, restoring: bool) -> None:
    """Record the version; another command that opens the same new database may do so at the same moment."""
    try:
        await store.write("stamp_schema", version=VERSION, restoring=None)
    except QueryError:
        found = await store.run("schema_version")
        if not found:
            raise
        check_version(found, store.address.url, restoring)


async def detect_abilities(read: Read, url: str) -> frozenset[str]:
    """What an engine offers beyond openCypher: "gds" where Graph Data Science is new enough and all that we call may be
    called, "procedure" where the embedded engine has our procedures. Raises StoreError.
    """
    try:
        (row,) = await read("RETURN gds.version() AS version")
    except QueryError:
        return await own_procedures(read, url)
    names: set[str] = set()
    for kind in ("FUNCTIONS", "PROCEDURES"):
        text = f"SHOW {kind} EXECUTABLE YIELD name WHERE name STARTS WITH 'gds.' RETURN name"
        names.update(row["name"] for row in await read(text))
    problem = gds_problem(row["version"], names)
    if problem is not None:
        logger.warning("%s: %s; queries run in their portable form", url, problem)
        return frozenset()
    return frozenset({"gds"})


async def own_procedures(read: Read, url: str) -> frozenset[str]:
    """ "procedure" where the engine has our procedures, as this program knows them.

    What they link to inside the engine shows only when one is called.
    """
    try:
        (row,) = await read("CALL summit.procedures() YIELD version RETURN version")
    except QueryError:
        return frozenset()
    if row["version"] != PROCEDURES:
        logger.warning(
            "%s: the engine has version %s of Summit Graph's procedures, and this program expects version %d; queries "
            "run in their portable form until the engine is started again (`summit db stop`)",
            url,
            row["version"],
            PROCEDURES,
        )
        return frozenset()
    return frozenset({"procedure"})


def form_of(variants: Collection[str], abilities: Collection[str], wanted: str | None) -> str:
    """The form that a stored query with these variants takes: the wanted one where it has it, else the fastest."""
    offered = [form for form in FORMS if form == PORTABLE or (form in variants and form in abilities)]
    return wanted if wanted in offered else offered[0]


def check_wanted(wanted: str | None, abilities: Collection[str], url: str) -> None:
    """Raise StoreError where SUMMIT_PAGERANK asks for a form that the database does not offer."""
    if wanted not in (None, PORTABLE, *abilities):
        offered = " and ".join(form for form in FORMS if form == PORTABLE or form in abilities)
        raise StoreError(
            f"{url}: SUMMIT_PAGERANK is {wanted}, which this database does not offer; it offers {offered}: choose one "
            "of these, or unset it"
        )


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
