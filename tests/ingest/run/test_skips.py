"""Skips from a network into its run and the database, where edges have the kinds that the network's weights say."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from torch import nn

from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings
from ingest.network.preprocess import Preprocessing
from ingest.run.merge import merge_run
from ingest.run.read import RunReader
from ingest.run.skips import FILE, read_skips
from queries.errors import DataError
from queries.graphs.extraction import extract_model
from queries.load.counts import summarise
from queries.load.loading import load_run
from queries.progress import ignore_progress
from queries.records import Skips
from tests.conftest import Database
from tests.ingest.count.test_pipeline import SIDE, files, images, settings
from tests.ingest.tracing.test_skips import Residual

__all__ = ["images", "settings"]  # fixtures
KNOWN = {"stem": Skips(), "end": Skips({1: [1], 3: [3]}, {0: [0], 2: [2]})}


def residual() -> nn.Module:
    """A residual block whose branch has no weight from channels 1 and 3 to themselves; all of its weights are set."""
    module = Residual([[1, 0, 0, 2], [1, 0, 0, 0], [0, 1, 1, 1], [1, 1, 1, 0]])
    assert module.stem.bias is not None
    nn.init.constant_(module.stem.bias, 0.1)
    for at, kernel in enumerate(module.stem.weight.data):
        kernel.fill_(0.05 * (at + 1))
    nn.init.ones_(module.head.weight)
    nn.init.zeros_(module.head.bias)
    module.preprocessing = Preprocessing(SIDE, SIDE, "bilinear", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))  # type: ignore[assignment]
    module.class_names = ("cat", "big dog")  # type: ignore[assignment]
    return module


@pytest.fixture
def counting(settings: Settings) -> Settings:
    return replace(settings, network="tests.ingest.run.test_skips:residual", layers=("stem", "end"))


def forget(run: Path) -> None:
    """Make the run one of a version that kept no skips."""
    manifest = json.loads((run / "manifest.json").read_text())
    del manifest["skips"]
    (run / "manifest.json").write_text(json.dumps(manifest))
    (run / FILE).unlink()


def test_a_run_keeps_the_skips_of_its_network(counting: Settings) -> None:
    count_pictures(counting)
    assert read_skips(counting.run) == KNOWN
    assert [layer.skips for layer in RunReader(counting.run).layers] == [KNOWN["stem"], KNOWN["end"]]


def test_a_run_of_an_earlier_version_is_read_without_and_gets_them_when_it_is_resumed(counting: Settings) -> None:
    count_pictures(replace(counting, classes=("cat",)))
    forget(counting.run)
    assert [layer.skips for layer in RunReader(counting.run).layers] == [None, None]
    before = files(counting.run)
    summary = count_pictures(counting)
    assert (summary.counted, summary.kept) == (2, 1)
    assert read_skips(counting.run) == KNOWN
    assert before.items() <= files(counting.run).items()


def test_merged_runs_have_the_skips_that_either_has(counting: Settings, tmp_path: Path) -> None:
    for folder in ("cat", "Big_Dog"):
        count_pictures(replace(counting, run=tmp_path / folder, classes=(folder,)))
    forget(tmp_path / "cat")
    merge_run(tmp_path / "cat", tmp_path / "Big_Dog", ignore_progress)
    assert read_skips(tmp_path / "cat") == KNOWN
    forget(tmp_path / "Big_Dog")
    merge_run(tmp_path / "cat", tmp_path / "Big_Dog", ignore_progress)
    assert read_skips(tmp_path / "cat") == KNOWN


@pytest.mark.parametrize("damage", ["lost", "cut", "of another run"])
def test_skips_that_are_not_those_of_the_run_are_refused(counting: Settings, tmp_path: Path, damage: str) -> None:
    count_pictures(replace(counting, classes=("cat",)))
    file = counting.run / FILE
    if damage == "lost":
        file.unlink()
    elif damage == "cut":
        file.write_bytes(file.read_bytes()[:100])
    else:
        usual = replace(counting, network="tests.ingest.count.test_pipeline:small", layers=("stem", "mixed"))
        count_pictures(replace(usual, run=tmp_path / "other", classes=("cat",)))
        shutil.copy(tmp_path / "other" / FILE, file)
    with pytest.raises(DataError, match=r"skips\.parquet .*restore it, or delete the entry `skips`"):
        RunReader(counting.run)


def test_edges_of_a_counted_network_have_their_kinds_in_the_database(counting: Settings, scratch: Database) -> None:
    count_pictures(counting)
    run = RunReader(counting.run)
    summaries = summarise(run, run.classes, ignore_progress)
    scratch.await_(load_run(scratch.store, run, summaries, model="residual", progress=ignore_progress))
    scratch.await_(extract_model(scratch.store, "residual", progress=ignore_progress))
    expected = {(at, at): "SKIP" if at % 2 else "BOTH" for at in range(4)}
    influences = [
        ((source, row["target"]), kind)
        for row in scratch.run("class_influences", **{"class": "residual/0"})
        for source, kind in zip(row["sources"], row["kinds"], strict=True)
    ]
    assert {kind for _, kind in influences} == {"CONVOLUTION", "SKIP", "BOTH"}
    assert influences == [(ends, expected.get(ends, "CONVOLUTION")) for ends, _ in influences]
    edges = scratch.run("class_edges", **{"class": "residual/0"})
    (graph,) = scratch.run("attribution_graph", **{"class": "residual/0"})
    assert edges and graph["kinds"] == [row["kind"] for row in edges]
    kinds = dict(influences)
    for row in edges:
        source, target = (int(row[end].rpartition("/")[2]) for end in ("source", "target"))
        assert row["kind"] == kinds[source, target]
