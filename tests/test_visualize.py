"""`summit visualize` as a person runs it, and as the demo leaves it to a process of its own."""

from pathlib import Path

import pytest

from queries.engines.settings import Settings
from summit.service import PICTURES_LOG, with_pictures
from summit.visualize import quality_table, sentences
from tests.commands import last_json, refused, run_here, wait_for

pytest.importorskip("torch")

from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings as CountSettings
from ingest.pictures.visualize.pipeline import LayerQuality, Visualized
from ingest.run.read import RunReader
from tests.ingest.count.test_pipeline import images
from tests.ingest.count.test_pipeline import settings as counting

__all__ = ["counting", "images"]  # fixtures


def test_the_command_says_what_it_would_do_does_it_and_ends_with_a_table(
    counting: CountSettings, tmp_path: Path
) -> None:
    count_pictures(counting)
    run = RunReader(counting.run)
    channels = sum(layer.channels for layer in run.layers)
    words: list[str | Path] = ["visualize", counting.run, "--all", "--steps", "2", "--processes", "1"]

    planned = last_json(run_here(*words, "--dry-run", "--json", home=tmp_path))
    assert (planned["pictures"], planned["kept"]) == (channels, 0) and planned["seconds"] > 0
    done = run_here(*words, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "ranked first by their picture" in done.stdout
    assert all(layer.name in done.stdout for layer in run.layers)
    assert f" of {channels} channels (" in done.stdout and "ranked first on theirs: " in done.stdout
    assert "nothing to do" in run_here(*words, "--dry-run", home=tmp_path).stdout


def test_no_process_at_all_is_refused_and_a_layer_without_a_channel_has_no_share(tmp_path: Path) -> None:
    said = refused(run_here("visualize", "one", "--processes", "0", home=tmp_path))
    assert "Invalid value for '--processes'" in said
    made = Visualized(tmp_path, 0, 0, (), (LayerQuality("low", 0, 0, None),), None, 1.0)
    assert quality_table(made).rows == [("low", "0", "unknown", "unknown")]
    assert "ranked first on theirs: 0 of 0 channels (unknown)" in sentences(made)


def test_the_demo_leaves_pictures_to_a_process_with_a_log_unless_that_is_off(tmp_path: Path) -> None:
    announced: list[str] = []

    def announce(url: str, token: str) -> None:
        announced.append(url)

    with_pictures(Settings(None, tmp_path, visualize=False), "nowhere", announce)("here", "")
    assert announced == ["here"] and not (tmp_path / PICTURES_LOG).exists()
    with_pictures(Settings(None, tmp_path), "nowhere", announce)("here", "")
    wait_for(lambda: "no run is called 'nowhere'" in (tmp_path / PICTURES_LOG).read_text())
