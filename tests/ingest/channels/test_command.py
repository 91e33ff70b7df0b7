"""`summit channels` proposes, keeps scores in the database, and writes the list that the next run takes."""

from pathlib import Path

from tests.commands import last_json, refused, run_here
from tests.conftest import Command
from tests.ingest.count.test_pipeline import images

__all__ = ["images"]  # fixture


def test_channels_are_proposed_and_then_excluded(images: Path, tmp_path: Path, summit: Command) -> None:
    home, file = tmp_path / "home", tmp_path / "out.txt"
    words = ["--network", "tests.ingest.count.test_pipeline:small", "--layers", "stem,mixed,first"]
    words += ["--images", str(images), "--device", "cpu"]
    assert summit("ingest", *words, "--run", "one", home=home).returncode == 0
    limits = ("--position", "0.05", "--selectivity", "0.9", "--frequency", "0.01")
    try:
        unloaded = summit("channels", "one", *limits, "--json", home=home)
        first = last_json(unloaded)
        assert "scores are not kept: the database has no model of one" in unloaded.stderr
        assert first["models"] == [] and first["proposed"]
        assert summit("load", "one", "--no-patches", home=home).returncode == 0
        done = run_here("channels", "one", *limits, "--to", str(file), home=home)
        assert f"{len(first['proposed'])} of {len(first['channels'])} channels of one proposed" in done.stdout
        assert "kept for one" in done.stdout
        asked = ("model=one", "position=0.05", "selectivity=0.9", "frequency=0.01", "graphs=0.5", "limit=100", "--json")
        rows = last_json(run_here("query", "channels_without_meaning", *asked, home=home))["rows"]
        assert [row[0].removeprefix("one/") for row in rows] == first["proposed"]
        assert {row[3] for row in rows} == {"position and selectivity"}
        assert "is there already" in refused(run_here("channels", "one", *limits, "--to", str(file), home=home))

        counted = run_here("ingest", *words, "--run", "two", "--exclude", str(file), home=home)
        assert counted.returncode == 0, counted.stderr
        told = summit("run", "two", "--no-database", home=home).stdout
        assert f"{len(first['proposed'])}, never counted: " in told
        assert all(name in told for name in first["proposed"])
        again = last_json(run_here("channels", "two", "--json", home=home))
        assert not {f"{each['layer']}/{each['index']}" for each in again["channels"]} & set(first["proposed"])
    finally:
        summit("db", "reset", "--yes", home=home)
