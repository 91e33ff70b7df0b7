"""`summit ingest --dry-run`: what it says is what counting then does, and it writes nothing."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from typer.testing import CliRunner

from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings
from ingest.estimate import estimate
from queries.errors import DataError
from summit.main import app
from tests.ingest.count.test_pipeline import SIDE, images, settings, small

__all__ = ["images", "settings"]  # fixtures


def size(run: Path) -> int:
    return sum(file.stat().st_size for file in run.glob("classes/*/*"))


def shapes(network: nn.Module, names: list[str]) -> dict[str, tuple[int, ...]]:
    """Channels, height and width of what modules return, by hooks."""
    seen: dict[str, tuple[int, ...]] = {}

    def keep(name: str, module: nn.Module, given: object, value: Tensor) -> None:
        seen[name] = tuple(value.shape[1:])

    for name in names:
        network.get_submodule(name).register_forward_hook(partial(keep, name))
    network.eval()(torch.zeros(1, 3, SIDE, SIDE))
    return seen


def test_what_is_estimated_is_what_is_counted(settings: Settings) -> None:
    said: list[str] = []
    expected = estimate(settings, said.append)
    assert not settings.run.exists()
    done = count_pictures(settings)

    assert (expected.classes, expected.pictures, expected.kept) == (3, done.pictures, 0)
    truth = shapes(small(), [row.name for row in expected.layers])
    assert {row.name: (row.channels, *row.map) for row in expected.layers} == truth
    assert [row.hops for row in expected.layers] == [0, 3, 1]
    assert said == list(expected.notes) and said[0].startswith("no output of the network matches 1 of 3 folders")
    assert expected.seconds and expected.memory
    assert expected.disk and size(settings.run) <= expected.disk


@pytest.mark.parametrize("attribution", [False, True])
def test_what_cannot_be_measured_is_unknown_for_a_reason(settings: Settings, attribution: bool) -> None:
    images = settings.run.with_name("broken")
    (images / "cat").mkdir(parents=True)
    for name in ("a.png", "b.png", "c.png"):
        (images / "cat" / name).write_bytes(b"no picture")
    found = estimate(replace(settings, images=images, attribution=attribution))
    assert (found.seconds, found.memory, found.disk) == (None, None, None)
    assert found.notes[-1].startswith("time, memory and disk are unknown: none of 2 pictures of cat could be counted (")


def test_only_what_a_run_lacks_is_estimated(settings: Settings) -> None:
    count_pictures(replace(settings, classes=("cat",)))
    count_pictures(replace(settings, classes=("Big_Dog",), first=4))
    before = {path: path.stat().st_mtime_ns for path in settings.run.rglob("*")}

    expected = estimate(settings)
    assert (expected.classes, expected.pictures, expected.kept) == (2, 5 + 6, 1)
    nothing = estimate(replace(settings, classes=("cat",)))
    assert (nothing.classes, nothing.pictures, nothing.kept, nothing.seconds, nothing.disk) == (0, 0, 1, None, None)
    assert {path: path.stat().st_mtime_ns for path in settings.run.rglob("*")} == before
    with pytest.raises(DataError, match="was started with other settings"):
        estimate(replace(settings, oriented=True))
    other = replace(settings, rules=replace(settings.rules, influence_top=3))
    with pytest.raises(DataError, match=r"other settings \(rules.influence_top: 5 then, 3 now\); use"):
        estimate(other)


def test_the_command_prints_the_table_or_json(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUMMIT_HOME", str(tmp_path))
    words = ["ingest", "--network", settings.network, "--images", str(settings.images), "--run", "one", "--dry-run"]
    words += ["--layers", "stem,mixed,first", "--device", "cpu"]
    text, plain = (CliRunner().invoke(app, [*words, *more]) for more in ((), ("--json",)))
    assert text.exit_code == plain.exit_code == 0, text.output + plain.output
    assert "26 of 3 classes" in text.stdout and "4 of 5 convolutions (80 %)" in text.stdout
    assert json.loads(plain.stdout)["coverage"]["counted"] == 4
    assert not (tmp_path / "runs").exists()
