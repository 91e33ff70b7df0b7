"""Which package may know of which: the architecture, as a test."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
IMPORTS = {  # package: what it names besides itself and the standard library
    "queries": {"neo4j", "psutil", "numpy", "umap", "threadpoolctl", "networkx"},
    "graphql_api": {"queries", "starlette", "strawberry", "graphql", "uvicorn", "h11", "cross_web"}
    | {"orjson", "prometheus_client", "pythonjsonlogger"},
    "summit": {"queries", "graphql_api", "ingest", "typer", "rich"}
    | {"httpx", "networkx", "pandas", "polars"},  # summit.client
    "ingest": {"queries", "torch", "torchvision", "PIL", "numpy", "pyarrow", "sklearn", "scipy"}
    | {"timm", "safetensors"},
}
FLOORS: dict[str, dict[str, set[str]]] = {  # package: {place: the places it names}; "": ground floor
    "queries": {
        "": set(),
        "engines": {""},
        "guard": {""},
        "graphs": {""},
        "work": {""},
        "map": {"", "engines", "work"},
        "motifs": {""},
        "load": {"", "graphs"},
        "integrity": {"", "graphs", "load", "notes"},
        "channels": {"", "motifs"},
        "notes": {""},
        "ask": {"", "channels", "graphs", "map", "motifs"},
        "drawing": set(),
        "export": {"", "graphs", "motifs", "drawing", "notes"},
    },
    "graphql_api": {
        "": set(),
        "upkeep": {""},
        "fields": {""},
        "requests": {"", "upkeep"},
        "gate": {"", "upkeep"},
        "schema": {"", "fields", "requests"},
        "export": {"", "requests"},
        "events": {""},
        "site": {"", "requests", "schema"},
        "print_schema": {"schema"},
        "app": {"", "upkeep", "gate", "requests", "schema", "export", "events"},
        "server": {"upkeep", "gate", "requests", "app", "events", "export"},
    },
    "ingest": {
        "": set(),
        "network": {""},
        "tracing": {"", "network"},
        "images": {"", "network"},
        "run": {"images"},
        "count": {"", "network", "tracing", "images", "run"},
        "pictures": {"", "network", "tracing", "images", "run", "count"},
        "faithfulness": {"", "network", "tracing", "run", "count", "pictures"},
        "probe": {"count", "run"},
        "channels": {"run"},
        "subset": {"tracing", "run", "count", "pictures"},
        "loading": {"run", "pictures"},
        "estimate": {"tracing", "images", "run", "count"},
        "digits": {"network", "images", "count"},
        "demo": {"images", "run", "count", "pictures", "loading", "digits"},
    },
}
MOST_ANY, MOST_ASSERTED = 53, 10  # lines that name Any, and that take a value for granted (`rows[0]!`)
CYPHER = re.compile(r"\b(OPTIONAL )?MATCH \(|\bMERGE \(|\bUNWIND \$|\bCREATE (\(|INDEX|CONSTRAINT)|\bDETACH DELETE\b")


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.split(".")[0]


MODULES_A_FOLDER = 15
PUBLIC = ROOT / "summit" / "client" / "__init__.py"  # the one package that users import names from


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", IMPORTS)
def test_a_package_imports_what_it_may_and_nothing_else(package: str) -> None:
    found = {name: path for path in modules(package) for name in imported(ast.parse(path.read_text()))}
    others = found.keys() - {package} - sys.stdlib_module_names
    assert others == IMPORTS[package], {name: str(found.get(name)) for name in others ^ IMPORTS[package]}


def place_of(package: str, dotted: str) -> str:
    """Where a dotted name stands in its package: a folder, a module that is its own floor, or the ground floor."""
    first = dotted.split(".")[1]
    return first if first in FLOORS[package] else ""


def test_measurements_and_documents_need_no_tests() -> None:
    for path in modules("bench"):
        assert "tests" not in imported(ast.parse(path.read_text())), path


@pytest.mark.parametrize("package", FLOORS)
def test_a_folder_names_only_the_floors_below_it(package: str) -> None:
    found: dict[str, set[str]] = {place: set() for place in FLOORS[package]}
    for path in modules(package):
        place = place_of(package, ".".join(path.relative_to(ROOT).with_suffix("").parts))
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == package:
                assert node.module != package, f"{path}:{node.lineno} imports from {package} itself; name the module"
                found[place].add(place_of(package, node.module))
    assert {place: names - {place} for place, names in found.items()} == FLOORS[package]


@pytest.mark.parametrize("package", IMPORTS)
def test_a_package_file_is_empty_so_that_no_cycle_can_form(package: str) -> None:
    for path in {*(ROOT / package).rglob("__init__.py")} - {PUBLIC}:
        assert path.read_text() == "", path


@pytest.mark.parametrize("package", IMPORTS)
def test_a_folder_holds_no_more_modules_than_one_remembers(package: str) -> None:
    for folder in {path.parent for path in modules(package)}:
        assert len(set(folder.glob("*.py")) - {folder / "__init__.py"}) <= MODULES_A_FOLDER, folder


def test_few_types_are_left_open() -> None:
    """A value that is only passed on or checked is an `object`; a row or an object of JSON is a Record or a Row."""
    python = [line for package in IMPORTS for path in modules(package) for line in path.read_text().splitlines()]
    named = [line for line in python if re.search(r"\bAny\b", line) and "import" not in line]
    assert len(named) <= MOST_ANY, named
    # documents.ts holds GraphQL, in which the sign means something else.
    pages = [path for path in (ROOT / "web/src").rglob("*.ts") if not path.name.endswith(".test.ts")]
    script = [line for path in pages if path.name != "documents.ts" for line in path.read_text().splitlines()]
    asserted = [
        line
        for line in script
        if re.search(r"[\w)\]\"]!(?![=\w])", line) and not line.lstrip().startswith(("//", "/*"))
    ]
    assert len(asserted) <= MOST_ASSERTED, asserted


@pytest.mark.parametrize("place", ["graphql_api", "ingest", "summit"])
def test_cypher_is_written_below_queries_only(place: str) -> None:
    for path in modules(place):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not CYPHER.search(node.value), f"{path}:{node.lineno} holds Cypher: {node.value[:80]!r}"


def test_the_front_door_loads_the_service_and_the_measuring_only_when_asked() -> None:
    """`summit db status` must not wait for torch or for the web server."""
    for path in modules("summit"):
        body = ast.parse(path.read_text()).body
        at_start = {name for node in body for name in imported(ast.Module([node], [])) if not is_definition(node)}
        assert not at_start & {"torch", "ingest", "graphql_api", "strawberry", "uvicorn"}, path


def is_definition(node: ast.stmt) -> bool:
    """Whether it is left alone at start: functions, classes, and what only the type checker reads."""
    only_types = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return only_types or isinstance(node, (ast.FunctionDef, ast.ClassDef))
