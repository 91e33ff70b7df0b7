"""What `load`, `extract` and `import-summit` say where something of their model is lost: never nothing."""

import json
import subprocess
from pathlib import Path

import pytest

from queries.integrity.damage import NODES
from queries.records import LayerSize
from tests.commands import execute, last_json, run_here
from tests.queries.integrity.test_check import LOST

pytest.importorskip("pyarrow", reason="the extra `ingest` is not installed")

from tests.runs import write_run

LAYERS = tuple(LayerSize(f"layer{index}", index, size) for index, size in enumerate((12, 9, 11)))
PUBLISHED = {  # what is lost of published graphs, and whether the import writes it again
    "edges of another class": ("MATCH ()-[e:ATTRIBUTES]->() WHERE e.class_id = '{model}/294' DELETE e", False),
    "channels of another graph": ("MATCH (:ImageClass {{id: '{model}/294'}})-[e:HAS_CHANNEL]->() DELETE e", False),
    "another class": ("MATCH (node:ImageClass {{id: '{model}/294'}}) DETACH DELETE node", False),
    "the class": ("MATCH (node:ImageClass {{id: '{model}/0'}}) DETACH DELETE node", True),
    "totals of another class": ("MATCH (node:ImageClass {{id: '{model}/294'}}) SET node.graph_digest = null", False),
    "a layer": ("MATCH (node:Layer {{id: '{model}/mixed4a'}}) DETACH DELETE node", True),
    "channels": ("MATCH (node:Channel {{model: '{model}', layer: 'mixed5b'}}) DETACH DELETE node", False),
}


def damages(home: Path, model: str) -> list[str]:
    """The parts that `summit db check` finds damaged."""
    checked = run_here("db", "check", model, "--json", home=home)
    return [damage["part"] for damage in json.loads(checked.stdout)["damages"]]


def spoke(done: subprocess.CompletedProcess[str]) -> bool:
    """Whether a command named damage with what mends it."""
    assert "Traceback" not in done.stderr
    return "damaged: " in done.stderr and "; mend with `summit " in done.stderr


@pytest.fixture(scope="module")
def run(kept: Path) -> Path:
    return write_run(kept / "runs" / "pets", 2, layers=LAYERS, means="known")


@pytest.mark.parametrize("damage", LOST)
def test_what_a_counted_model_lost_is_mended_or_named(kept: Path, run: Path, damage: str) -> None:
    model = f"lost-{damage.replace(' ', '-')}"
    load = ["load", str(run), "--no-patches", "--model", model]
    extracts = [["extract", model, "--score", score] for score in ("activation", "attribution")]
    for words in (load, *extracts):
        assert run_here(*words, home=kept).stderr.count("damaged") == 0
    execute(kept, LOST[damage][2].format(model=model))

    for words in (extracts[0], [*load, "--classes", "1"], load):
        done = run_here(*words, home=kept)
        if done.returncode != 0 or set(damages(kept, model)) - {NODES}:  # an extraction finds these, and says nothing
            assert spoke(done), (words, done.stdout, done.stderr)
    for words in extracts:
        last_json(run_here(*words, "--json", home=kept))
    assert damages(kept, model) == []


@pytest.mark.parametrize("damage", PUBLISHED)
def test_what_published_graphs_lost_is_mended_or_named(kept: Path, few: Path, damage: str) -> None:
    model = f"published-{damage.replace(' ', '-')}"
    statement, mended = PUBLISHED[damage]
    assert "damaged" not in run_here("import-summit", few, "--model", model, home=kept).stderr
    execute(kept, statement.format(model=model))
    for index in (294, 295):
        (few / "ag" / f"ag-{index}.json").rename(few / f"ag-{index}.json")

    done = run_here("import-summit", few, "--model", model, home=kept)

    assert done.returncode == 0 and spoke(done) is (damages(kept, model) != []), (done.stdout, done.stderr)
    assert damages(kept, model) == [] or not mended
    for index in (294, 295):
        (few / f"ag-{index}.json").rename(few / "ag" / f"ag-{index}.json")
    assert not spoke(run_here("import-summit", few, "--model", model, home=kept))
    assert damages(kept, model) == []
