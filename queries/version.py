"""The version of the data model that a database is in: what this program can read, and the way on where it cannot."""

from collections.abc import Mapping, Sequence
from typing import Any

from queries.errors import StoreError

VERSION = 2  # of the labels, relationships and properties that queries/ reads and writes


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
