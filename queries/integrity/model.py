"""The data model as the schema declares it: every label with the property that tells its nodes apart. Pure.

A new kind of node is kept in backups as soon as a file of queries/schema/ makes its ids unique. Relationships need no
entry: they are those that start at these nodes.
"""

import re
from collections.abc import Iterable
from functools import cache

from queries.library import StoredQuery, load_library

UNIQUE = re.compile(r"FOR \(node:(\w+)\) REQUIRE node\.id IS UNIQUE")
VERSION_LABEL = "Schema"  # its node holds the version; written when the database is first opened
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")  # what may stand as a label or a type in a statement


@cache
def labels() -> tuple[str, ...]:
    """Labels of all nodes that a backup keeps, in alphabetical order."""
    return unique_labels(load_library().of_mode("schema"))


def unique_labels(schema: Iterable[StoredQuery]) -> tuple[str, ...]:
    found = {match[1] for query in schema if (match := UNIQUE.search(query.text))}
    return tuple(sorted(found - {VERSION_LABEL}))


def is_name(word: object) -> bool:
    """Whether a word from a file can be a label, a type or a property in a statement."""
    return isinstance(word, str) and NAME.fullmatch(word) is not None
