"""`summit probe` as a person and a program run it."""

from pathlib import Path

from tests.commands import last_json, refused, run_here
from tests.ingest.count.test_pipeline import images

__all__ = ["images"]  # fixture


def test_a_counted_run_is_probed(images: Path, tmp_path: Path) -> None:
    network = ("--network", "tests.ingest.count.test_pipeline:small", "--layers", "stem,mixed,first")
    counted = run_here("ingest", *network, "--images", images, "--run", "one", "--device", "cpu", home=tmp_path)
    assert counted.returncode == 0, counted.stderr
    words = ("--top", "2", "--sets", "2", "--pictures", "8")
    found = last_json(run_here("probe", "one", *words, "--json", home=tmp_path))
    assert found["parameters"] == {"top": 2, "pictures": 8, "held_out": 0.25, "sets": 2, "seed": 0}
    assert [layer["layer"] for layer in found["layers"]] == ["stem", "mixed", "first"]
    assert (found["learning"], found["held_out"]) == (16, 6) and len(found["classes"]) == 3
    text = run_here("probe", "one", *words, home=tmp_path).stdout.splitlines()
    assert text[0].startswith("3 classes of one; accuracy on 6 held-out pictures, after learning from 16; chance 0.333")
    for line, layer in zip(text[2:], found["layers"], strict=True):
        name, channels, top, *_, size, every = line.split()
        assert (name, int(channels), int(size)) == (layer["layer"], layer["channels"], layer["size"])
        assert (top, every) == (f"{layer['accuracy']:.3f}", f"{layer['every']:.3f}")
    assert "no run is called 'two'" in refused(run_here("probe", "two", home=tmp_path))
    assert "has 1 classes that can be probed" in refused(run_here("probe", "one", "--classes", "cat", home=tmp_path))
