"""The stored queries: `.cypher` files with a checked contract in their header.

A file's name is the query's name and its folder is its mode (`read/`, `write/`, `schema/`). `name.gds.cypher` next
to `name.cypher` is a variant with the same contract for engines that have that ability. Besides its parameters, a
variant may use `$run`, which the store sets: a name that no other run has.

    // about:   One sentence.
    // params:  class: string, limit: int            (or: none)
    // returns: channel: string, weight: float       (or: nothing)
    // units:   weight is a number of pictures
    // example: class="summit-inceptionv1/294" limit=5
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from itertools import takewhile
from pathlib import Path

from queries.errors import QueryError
from queries.records import Record, Row

FOLDER = Path(__file__).parent
MODES = ("read", "write", "schema")
RUN = "run"
LEAST, MOST = -(2**63), 2**63 - 1  # whole numbers that a database can store
KEYS = ("about", "params", "returns", "units", "example")
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
    "map": dict,
}


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """One statement and its contract.

    params, returns  name -> type, in the order of the header; a type is one of TYPES, `list<type>`, `set<type>` (a list
                     without a meaningful order), or any with a trailing `?` if null is allowed
    example          parameters that give an answer on the published graphs, empty if there are none
    variants         ability -> statement, for engines that have the ability
    """

    name: str
    mode: str
    about: str
    params: Mapping[str, str]
    returns: Mapping[str, str]
    units: str | None
    example: Record
    text: str
    path: Path
    variants: Mapping[str, str] = field(default_factory=dict)

    def check(self, parameters: Mapping[str, object]) -> None:
        """Raise QueryError unless exactly the declared parameters are given, with the declared types."""
        missing, unknown = sorted(self.params.keys() - parameters), sorted(parameters.keys() - self.params)
        if missing or unknown:
            raise QueryError(
                f"{self.name}: missing {missing}, unknown {unknown}; expected {sorted(self.params)} "
                f"({shown(self.path)})"
            )
        for name, value in parameters.items():
            if not has_type(value, self.params[name]):
                raise QueryError(f"{self.name}: {name} is {value!r:.60}; expected {self.params[name]}")

    def ordered(self, row: Record) -> Row:
        """A row of the answer with its sets in ascending order, for comparing or printing."""
        return {name: sorted(value) if self.returns[name].startswith("set<") else value for name, value in row.items()}

    def parse(self, words: Mapping[str, str]) -> Record:
        """Parameters from `key=value` words of a command line, each read by its declared type.

        Raises QueryError for a word that cannot be read as its type. Lists are comma-separated or JSON.
        """
        return {
            name: parse_value(self.name, name, word, self.params.get(name, "string")) for name, word in words.items()
        }


class Library(Mapping[str, StoredQuery]):
    """All stored queries by name; the error for an unknown one suggests similar names."""

    def __init__(self, queries: Mapping[str, StoredQuery]) -> None:
        self._queries = dict(sorted(queries.items()))

    def __getitem__(self, name: str) -> StoredQuery:
        if name not in self._queries:
            near = get_close_matches(name, self._queries, n=3)
            hint = f"did you mean {', '.join(near)}? " if near else ""
            raise QueryError(f"no stored query is called {name!r}; {hint}`summit queries` lists them")
        return self._queries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._queries

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)

    def of_mode(self, mode: str) -> list[StoredQuery]:
        """The queries of one mode, by name."""
        return [query for query in self._queries.values() if query.mode == mode]


@cache
def load_library(folder: Path = FOLDER) -> Library:
    """Read and check every `.cypher` file. Raises QueryError at the first whose header and statement disagree."""
    queries: dict[str, StoredQuery] = {}
    for mode in MODES:
        for path in sorted((folder / mode).rglob("*.cypher")):
            name, _, ability = path.name.removesuffix(".cypher").partition(".")
            query = read_query(path, name, mode)
            if not ability and name in queries:
                raise QueryError(f"{shown(path)}: {shown(queries[name].path)} already has that name; choose another")
            if not ability:
                queries[name] = query
            elif name not in queries or (query.params, query.returns) != (queries[name].params, queries[name].returns):
                raise QueryError(
                    f"{shown(path)}: a variant needs {name}.cypher with the same params and returns next to it"
                )
            else:
                queries[name] = with_variant(queries[name], ability, query.text)
    return Library(dict(sorted(queries.items())))


def read_query(path: Path, name: str, mode: str) -> StoredQuery:
    """One file as a StoredQuery; raises QueryError if header and statement disagree."""
    lines = path.read_text().splitlines()
    comments = list(takewhile(lambda line: line.startswith("//"), lines))
    header = read_header(comments, path)
    params, returns = read_fields(header["params"], path), read_fields(header["returns"], path)
    query = StoredQuery(
        name=name,
        mode=mode,
        about=header["about"],
        params=params,
        returns=returns,
        units=header.get("units"),
        example=read_example(header.get("example", ""), params, name),
        text="\n".join(lines[len(comments) :]).strip(),
        path=path,
    )
    check_statement(query)
    return query


def read_header(comments: list[str], path: Path) -> dict[str, str]:
    """The `// key: value` lines at the top; any other comment line continues the one above."""
    header: dict[str, str] = {}
    key = ""
    for line in comments:
        match = re.fullmatch(r"// (\w+):\s+(.*)", line)
        if match and match[1] in KEYS:
            key = match[1]
            header[key] = match[2].strip()
        elif key:
            header[key] += " " + line.removeprefix("//").strip()
    absent = [key for key in ("about", "params", "returns") if not header.get(key)]
    if absent:
        raise QueryError(
            f"{shown(path)}: the header lacks {absent}; expected // about:, // params: and // returns: lines"
        )
    return header


def read_fields(line: str, path: Path) -> dict[str, str]:
    """`name: type, name: type` as a dict; `none` and `nothing` as an empty one."""
    if line in ("none", "nothing"):
        return {}
    fields: dict[str, str] = {}
    for part in line.split(","):
        name, _, kind = (word.strip() for word in part.partition(":"))
        base = kind.rstrip("?")
        while inner := element_type(base):
            base = inner
        if not name.isidentifier() or base not in TYPES:
            raise QueryError(f"{shown(path)}: {part.strip()!r} is not `name: type` with a type of {sorted(TYPES)}")
        fields[name] = kind
    return fields


def read_example(line: str, params: Mapping[str, str], query: str) -> Record:
    """`a=1 b="x y"` as typed parameters."""
    words = dict(re.findall(r'(\w+)=("[^"]*"|\[[^\]]*\]|\S+)', line))
    return {name: parse_value(query, name, word.strip('"'), params.get(name, "string")) for name, word in words.items()}


def check_statement(query: StoredQuery) -> None:
    """Compare the header with the statement, both ways: parameters and, for reads, columns."""
    statement = re.sub(r"//.*", "", query.text)
    used = set(re.findall(r"\$(\w+)", statement)) - {RUN}
    if used != set(query.params):
        raise QueryError(f"{shown(query.path)}: declares params {sorted(query.params)} but uses {sorted(used)}")
    if query.mode == "read":
        answer = statement[max(statement.rfind("RETURN"), 0) :]
        columns = re.findall(r"\bAS (\w+)\s*(?:,|\n|$)", re.split(r"\bORDER BY\b|\bLIMIT\b|\bSKIP\b", answer)[0])
        if columns != list(query.returns):
            raise QueryError(f"{shown(query.path)}: declares returns {list(query.returns)} but returns {columns}")


def with_variant(query: StoredQuery, ability: str, text: str) -> StoredQuery:
    return StoredQuery(
        **{name: getattr(query, name) for name in StoredQuery.__slots__ if name != "variants"},
        variants={**query.variants, ability: text},
    )


def element_type(kind: str) -> str | None:
    """The type of the elements of `list<type>` or `set<type>`, None for other types."""
    match = re.fullmatch(r"(?:list|set)<(.+)>", kind)
    return match[1] if match else None


def has_type(value: object, kind: str) -> bool:
    """Whether a value is of a header type. A bool is not an int."""
    if value is None:
        return kind.endswith("?")
    kind = kind.rstrip("?")
    if element := element_type(kind):
        if not isinstance(value, (list, tuple)):
            return False
        if element == "int":  # 10^5 of them may come: checked without a step in Python for each
            return set(map(type, value)) <= {int} and (not value or (min(value) >= LEAST and max(value) <= MOST))
        return all(has_type(item, element) for item in value)
    if isinstance(value, int) and not LEAST <= value <= MOST:
        return False
    if isinstance(value, float) and not math.isfinite(value):
        return False  # not a number, no bound
    return isinstance(value, TYPES[kind]) and (kind == "bool" or not isinstance(value, bool))


def parse_value(query: str, name: str, word: str, kind: str) -> object:
    """One word of a command line as a value of a header type; raises QueryError."""
    nullable, kind = kind.endswith("?"), kind.rstrip("?")
    if nullable and word in ("", "null"):
        return None
    try:
        if (element := element_type(kind)) and not word.startswith("["):
            return [parse_value(query, name, item.strip(), element) for item in word.split(",") if item.strip()]
        value = word if kind == "string" else json.loads(word)
    except ValueError:
        value = None
    if not has_type(value, kind):
        raise QueryError(f"{query}: {name}={word!r:.60} cannot be read as {kind}")
    return value


def shown(path: Path) -> str:
    """A path as messages show it: from `queries/` down."""
    return str(Path("queries") / path.relative_to(FOLDER)) if path.is_relative_to(FOLDER) else str(path)


@cache
def packed(returns: tuple[str, ...], text: str) -> str:
    """The statement of a read query with its rows collected into one list of lists."""
    body, _, answer = text.rpartition("RETURN")
    return f"{body}WITH{answer}\nRETURN collect([{', '.join(returns)}]) AS rows"
