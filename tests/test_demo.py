"""`summit demo` without data: its built-in network is trained, counted, loaded, extracted and served."""

import json
import os
import re
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.commands import begin
from tests.conftest import DATA, HANGS
from tests.unrouted import ALONE, REMEDY, can_be_alone, in_network_of, routes

pytest.importorskip("torch", reason="the extra `ingest` is not installed")

from ingest.demo import PICTURES, image_settings, run_of_images
from ingest.run.files import MANIFEST, class_indexes, read_class_row, read_manifest
from ingest.run.write import write_json

GRAPH = """{ imageClass(model: "%s", index: %d) { name images attributionGraph {
    totalChannels channels { channel { pictures { examples } } } } } }"""


EDGES = """{ imageClass(model: "%s", index: %d) { name images attributionGraph {
    channels { count pagerank channel { id } } edges { source target weight } } } }"""


@contextmanager
def demo(home: Path, *words: str | Path, through: Sequence[str] = ()) -> Iterator[tuple[str, list[str], int]]:
    """The service's address once it answers, the lines before, and its process."""
    command = begin("demo", "--port", "0", "--no-browser", *words, home=home, through=through)
    said: list[str] = []
    try:
        assert command.stderr is not None
        for line in command.stderr:
            said.append(line.strip())
            if line.startswith("Summit Graph is at "):
                break
        assert command.poll() is None, said
        yield said[-1].split()[4].rstrip("/"), said, command.pid
    finally:
        command.terminate()
        command.communicate(timeout=HANGS)


def ask(url: str, query: str) -> dict[str, Any]:
    body = json.dumps({"query": query}).encode()
    request = urllib.request.Request(f"{url}/graphql", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        answer: dict[str, Any] = json.load(response)
    assert "errors" not in answer, answer["errors"]
    found: dict[str, Any] = answer["data"]["imageClass"]
    return found


def test_without_data_and_without_a_network_digits_are_learnt_counted_and_served(tmp_path: Path) -> None:
    nowhere: list[str | Path] = ["--published", tmp_path / "nowhere"]
    alone = can_be_alone()
    with demo(tmp_path / "home", *nowhere, through=ALONE if alone else ()) as (url, said, process):
        text = "\n".join(said)
        assert "597 pictures of 10 classes counted" in text
        assert "10 classes written" in text
        assert "10 attribution graphs of digits in the database" in text
        assert any(line.startswith("training ") for line in said)
        assert not alone or in_network_of(process, routes) == []
        three = in_network_of(process, lambda: look_at_three(url)) if alone else look_at_three(url)

    run = tmp_path / "home" / "runs" / "digits"
    manifest = read_manifest(run)
    assert (manifest["skipped"], manifest["top1_accuracy"] > 0.93) == (0, True)
    assert [layer["name"] for layer in manifest["identity"]["layers"]] == [f"mixed{at}" for at in range(1, 6)]
    assert [read_class_row(run, index)["name"] for index in class_indexes(run)] == [f"digit {at}" for at in range(10)]

    with demo(tmp_path / "home", *nowhere) as (url, said, _):
        text = "\n".join(said)
        assert "counted" not in text and "trained" not in text
        assert "0 classes written, 10 unchanged" in text and "nothing changed" in text
        assert ask(url, GRAPH % ("digits", 3)) == three
    if not alone:
        pytest.skip(REMEDY)


def look_at_three(url: str) -> dict[str, Any]:
    """The class of threes, and its first picture, which is one."""
    three = ask(url, GRAPH % ("digits", 3))
    assert (three["name"], three["images"]) == ("digit 3", 62)
    assert three["attributionGraph"]["totalChannels"] >= 5  # at least one per layer
    example = three["attributionGraph"]["channels"][0]["channel"]["pictures"]["examples"][0]
    with urllib.request.urlopen(url + example, timeout=60) as response, Image.open(response) as picture:
        assert picture.format == "JPEG"
    return three


def test_no_more_processes_count_than_the_pictures_occupy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.count.forward.choose_device", lambda _: import_module("torch").device("cpu"))
    for number in range(PICTURES + 1):
        folder = tmp_path / "pets" / ("dog" if number else "cat")
        folder.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (2, 2)).save(folder / f"{number}.png")
        wanted = {0: 1, PICTURES - 1: 1, PICTURES: min(2, os.cpu_count() or 1)}.get(number)
        if wanted is not None:
            assert image_settings(tmp_path / "pets", tmp_path / "run").processes == wanted, number


def test_folders_of_one_name_have_runs_of_their_own_and_any_name_will_do(tmp_path: Path) -> None:
    def run_of(folder: str, *sources: str) -> str:
        run = run_of_images(tmp_path, tmp_path / folder)
        if sources:
            described = {"format": 2, "sources": [{"images": str(tmp_path / each)} for each in sources]}
            run.mkdir(parents=True, exist_ok=True)
            write_json(run / MANIFEST, described)
        return run.name

    assert run_of("a/pets") == run_of("b/pets", "b/pets") == run_of("b/pets") == "pets-lite0"
    other = run_of("a/pets", "a/pets")
    assert re.fullmatch("pets-[0-9a-f]{8}-lite0", other) and run_of("a/pets") == other
    assert run_of("c/pets") not in (other, "pets-lite0")
    run_of("b/pets", "b/pets", "b/more")
    assert run_of("b/pets") == "pets-lite0", "a run that was extended with other pictures is still that of its folder"
    for name in (".hidden", "line\nbreak", "x" * 250):
        assert re.fullmatch("images-[0-9a-f]{8}-lite0", run_of(name)), name


@pytest.mark.skipif(not (DATA / "caltech101").is_dir(), reason="no caltech101 (SUMMIT_TEST_DATA)")
def test_folders_of_pictures_go_through_a_trained_network_and_new_ones_are_added(tmp_path: Path) -> None:
    def take(folder: str) -> None:
        (tmp_path / "pets" / folder).mkdir(parents=True)
        for file in sorted((DATA / "caltech101" / folder).iterdir())[:1]:
            (tmp_path / "pets" / folder / file.name).write_bytes(file.read_bytes())

    (tmp_path / "imagenet_classes.tsv").write_bytes((DATA / "imagenet_classes.tsv").read_bytes())
    (tmp_path / "imagenet_groups.tsv").write_bytes((DATA / "imagenet_groups.tsv").read_bytes())
    take("dalmatian")
    words: list[str | Path] = ["--images", tmp_path / "pets"]
    with demo(tmp_path / "home", *words) as (url, said, _):
        assert "1 attribution graph of pets-lite0 in the database" in "\n".join(said)
        graph = ask(url, EDGES % ("pets-lite0", 251))
        assert (graph["name"], graph["images"]) == ("dalmatian", 1)
    take("hedgehog")
    with demo(tmp_path / "home", *words) as (url, said, _):
        assert "1 class written, 1 unchanged" in "\n".join(said)
        assert ask(url, EDGES % ("pets-lite0", 251)) == graph
