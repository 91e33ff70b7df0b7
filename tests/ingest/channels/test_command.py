"""`summit channels` and `summit probe` on one counted run: what they say, and what they keep in the database."""

import json
from pathlib import Path

from tests.commands import execute, last_json, refused, run_here
from tests.conftest import Command
from tests.ingest.count.test_pipeline import images

__all__ = ["images"]  # fixture


def test_channels_are_proposed_and_excluded_and_layers_are_probed(
    images: Path, tmp_path: Path, summit: Command
) -> None:
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
        words_of_probe = ("--top", "2", "--sets", "2", "--pictures", "8")
        unkept = run_here("probe", "one", *words_of_probe, "--json", home=home)
        assert "the probe is not kept: the database has no model of one" in unkept.stderr
        assert summit("db", "start", home=home).returncode == 0
        assert summit("load", "one", "--no-patches", home=home).returncode == 0
        expect_probe(home, words_of_probe)
        done = run_here("channels", "one", *limits, "--to", str(file), home=home)
        assert f"{len(first['proposed'])} of {len(first['channels'])} channels of one proposed" in done.stdout
        assert "kept for one" in done.stdout
        asked = ("model=one", "position=0.05", "selectivity=0.9", "frequency=0.01", "graphs=0.5", "limit=100", "--json")
        rows = last_json(run_here("query", "channels_without_meaning", *asked, home=home))["rows"]
        assert [row[0].removeprefix("one/") for row in rows] == first["proposed"]
        assert {row[3] for row in rows} == {"position and selectivity"}
        assert "is there already" in refused(run_here("channels", "nothing", "--to", str(file), home=home))
        before = file.read_bytes()
        file.write_text("of another run")
        done = run_here("channels", "one", *limits, "--to", str(file), "--force", home=home)
        assert (done.returncode, file.read_bytes()) == (0, before)

        counted = run_here("ingest", *words, "--run", "two", "--exclude", str(file), home=home)
        assert counted.returncode == 0, counted.stderr
        told = summit("run", "two", "--no-database", home=home).stdout
        assert f"{len(first['proposed'])}, never counted: " in told
        assert all(name in told for name in first["proposed"])
        again = last_json(run_here("channels", "two", "--json", home=home))
        assert not {f"{each['layer']}/{each['index']}" for each in again["channels"]} & set(first["proposed"])
    finally:
        summit("db", "reset", "--yes", home=home)


def expect_probe(home: Path, words: tuple[str, ...]) -> None:
    """The loaded run `one` is probed, and the database has what the command says."""
    found = last_json(run_here("probe", "one", *words, "--json", home=home))
    assert found["parameters"] == {"top": 2, "pictures": 8, "held_out": 0.25, "sets": 2, "seed": 0}
    assert [layer["layer"] for layer in found["layers"]] == ["stem", "mixed", "first"]
    assert (found["learning"], found["held_out"]) == (16, 6) and len(found["classes"]) == 3
    assert found["models"] == ["one"]
    kept = last_json(run_here("query", "layer_probes", "model=one", "--json", home=home))
    common = {"chance": found["chance"], "classes": 3, "learning": 16, "held_out": 6, "top": 2, "sets": 2, "seed": 0}
    assert [dict(zip(kept["columns"], row, strict=True)) for row in kept["rows"]] == [
        {**layer, **common} for layer in found["layers"]
    ]
    lost = run_here("probe", "one", *words, "--json", home=home, SUMMIT_DATABASE="bolt://127.0.0.1:1")
    assert lost.returncode == 1 and json.loads(lost.stdout)["layers"] == found["layers"]
    assert "the probe is not kept: " in lost.stderr and "Traceback" not in lost.stderr
    execute(home, "MATCH (c:ImageClass {id: 'one/1'}) SET c.seen = c.counts_digest, c.counts_digest = 'other'")
    for command, what in (("probe", "the probe is"), ("channels", "scores are")):
        other = run_here(command, "one", *(words if command == "probe" else ()), "--json", home=home)
        assert last_json(other)["models"] == []
        assert f"{what} not kept for one: the database has other counts of class 1; run `summit" in other.stderr
    execute(home, "MATCH (c:ImageClass {id: 'one/1'}) SET c.counts_digest = c.seen, c.seen = null")
    text = run_here("probe", "one", *words, home=home).stdout.splitlines()
    assert text[0].startswith("3 classes of one; accuracy on 6 held-out pictures, after learning from 16; chance 0.333")
    assert text[-1] == "kept for one"
    for line, layer in zip(text[2:-1], found["layers"], strict=True):
        name, channels, top, *_, size, every = line.split()
        assert (name, int(channels), int(size)) == (layer["layer"], layer["channels"], layer["size"])
        assert (top, every) == (f"{layer['accuracy']:.3f}", f"{layer['every']:.3f}")
    assert "no run is called 'two'" in refused(run_here("probe", "two", home=home))
    assert "has 1 class that can be probed" in refused(run_here("probe", "one", "--classes", "cat", home=home))
