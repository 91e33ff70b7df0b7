"""The notebooks of docs/notebooks run from top to bottom, and the graphs in them are drawn."""

from xml.etree import ElementTree

import nbformat
import pytest
from nbclient import NotebookClient

from tests.conftest import HANGS, QUIETLY, ROOT, Service

FOLDER = ROOT / "docs" / "notebooks"
OF_PUBLISHED = ("bears", "horse_cart")


def drawings(name: str) -> list[ElementTree.Element]:
    """Run a notebook; the drawings that its cells show. A cell that raises fails the test."""
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    NotebookClient(notebook, timeout=HANGS, resources={"metadata": {"path": str(ROOT)}}).execute()
    shown = [
        output.get("data", {}).get("text/html", "") for cell in notebook.cells for output in cell.get("outputs", ())
    ]
    return [ElementTree.fromstring(each) for each in shown if each.startswith("<svg")]


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUMMIT_DATABASE", raising=False)
    for name, value in QUIETLY.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("name", OF_PUBLISHED)
def test_a_notebook_over_the_published_graphs_runs_and_draws(
    name: str, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUMMIT_HOME", str(service.home))
    drawn = drawings(name)
    assert len(drawn) >= 3
    assert all(svg.findall(".//{*}image") for svg in drawn)
    assert any("whose" in (text.get("class") or "") for svg in drawn for text in svg.findall("{*}text"))


def test_the_notebook_of_your_own_network_counts_loads_extracts_and_draws() -> None:
    graph, compared = drawings("your_network")
    texts = [text.text for text in graph.findall("{*}text")]
    assert texts[0] == "circle" and len(graph.findall("{*}g")) > 1 < len(compared.findall("{*}path"))


def test_notebooks_are_kept_without_answers() -> None:
    for path in sorted(FOLDER.glob("*.ipynb")):
        cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        assert all(not cell.outputs and cell.execution_count is None for cell in cells), path
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == {*OF_PUBLISHED, "your_network"}
