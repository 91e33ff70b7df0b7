"""`summit check` as a person runs it: on a counted, loaded and extracted run, and where one of these is missing."""

import json
import shlex
import subprocess
from pathlib import Path
from typing import Any
from unittest.mock import patch

from queries.patches import patches_record, read_members
from tests.commands import execute, last_json, refused, run_here
from tests.conftest import Command
from tests.ingest.count.test_pipeline import images

__all__ = ["images"]  # fixture
NETWORK = "tests.ingest.faithfulness.test_run:leaning"


def test_a_run_is_checked_once_it_is_loaded_and_extracted(images: Path, tmp_path: Path, summit: Command) -> None:
    home = tmp_path / "home"
    words = [
        "--network",
        NETWORK,
        "--images",
        str(images),
        "--run",
        "one",
        "--layers",
        "stem,mixed,first",
        "--attribution",
        "--keep-votes",
    ]
    assert run_here("ingest", *words, "--device", "cpu", home=home).returncode == 0
    assert summit("db", "start", home=home).returncode == 0
    try:
        assert "the database has no model one that was loaded from" in refused(run_here("check", "one", home=home))
        assert run_here("load", "one", "--no-patches", home=home).returncode == 0
        assert "no attribution graph by activation; run `summit extract one` first" in refused(
            run_here("check", "one", home=home)
        )
        assert run_here("extract", "one", home=home).returncode == 0

        done = summit("check", "one", "--draws", "4", "--pictures", "2", "--json", home=home)
        (cat,) = last_json(done)["classes"]
        assert cat["name"] == "cat" and len(cat["pictures"]) == 2
        assert {layer["layer"] for layer in cat["layers"]} <= {"stem", "mixed", "first"}
        assert "stranger is not checked: it is not an output of the network" in done.stderr
        stored = json.loads((home / "runs" / "one" / "faithfulness" / "00000.json").read_text())
        assert stored["layers"] == cat["layers"] and stored["parameters"] == {"sets": 4, "pictures": 2, "seed": 0}
        text = run_here("check", "one", "--draws", "4", "--pictures", "2", home=home).stdout
        drop = sum(layer["drop"] for layer in cat["layers"]) / len(cat["layers"])
        overall = next(line for line in text.splitlines() if line.startswith("all layers"))
        assert f"{drop:.2f}" in overall and f"{cat['overall']['null_99']:.2f}" in overall
        assert overall.split()[2] == f"{sum(layer['channels'] for layer in cat['layers']):.1f}"
        assert layers_in_database(home, "activation") == cat["layers"]

        expect_effects(home)
        expect_edges(home)

        drawn = ("--classes", "cat", "--draws", "4", "--pictures", "2", "--json")
        missing = refused(run_here("check", "one", *drawn, "--score", "attribution", home=home))
        assert "by attribution; run `summit extract one --score attribution` first" in missing
        assert run_here("extract", "one", "--score", "attribution", home=home).returncode == 0
        same, other = last_json(run_here("check", "one", *drawn, home=home))["classes"]
        assert same == cat and other["score"] == "attribution"
        assert layers_in_database(home, "attribution") == other["layers"]
        expect_subsets(home, tmp_path / "few.txt")
        expect_patches(home, summit)
    finally:
        summit("db", "reset", "--yes", home=home)


def expect_patches(home: Path, summit: Command) -> None:
    """More of a class for every channel of its graphs, by whatever score, also after they are cut otherwise."""
    cut = ("extract", "one", "--score", "attribution", "--threshold")
    named = "`summit patches one --model one` cuts patches of each class"
    assert named in run_here(*cut, "50", home=home).stderr
    assert run_here("patches", "one", home=home).returncode == 0
    folder = home / "runs" / "one" / "pictures"
    asked = set[tuple[str, int]]()
    for layer in ("stem", "mixed", "first"):
        asked |= {(layer, channel) for channel in members_of(folder, layer)}
    rows = last_json(run_here("query", "class_channels", "class=one/0", "min_count=0", "--json", home=home))["rows"]
    other = ["query", "scored_graph", "class=one/0", "score=attribution", "--json"]
    ids = [row[0] for row in rows] + last_json(run_here(*other, home=home))["rows"][0][0]
    assert {row[0] for row in rows} < set(ids)
    assert asked == {(layer, int(index)) for _, layer, index in (each.rsplit("/", 2) for each in ids)}

    begun: list[tuple[Any, ...]] = []
    with patch("summit.extract.start_in_background", lambda *words: begun.append(words)):
        first = run_here(*cut, "40", "--json", home=home, SUMMIT_VISUALIZE="on")
        assert last_json(first)["written"] and f"background; its log is {home / 'patches.log'}" in first.stderr
        assert run_here(*cut, "40", home=home, SUMMIT_VISUALIZE="on").returncode == 0, "nothing changed"
    assert begun == [(home, "patches.log", "patches", str(home / "runs" / "one"), "--model", "one")]
    done = summit(*map(str, begun[0][2:]), "--background", home=home)
    assert (done.returncode, "making patches of one (pid " in done.stderr) == (0, True)
    assert done.stdout.startswith("patches: ") and "there already" not in done.stdout
    expect_patches_of_both_models(home, folder)


def expect_patches_of_both_models(home: Path, folder: Path) -> None:
    """Models of one run share its patches: what is cut for the graphs of one leaves those of the other."""
    before = {layer: members_of(folder, layer) for layer in ("stem", "mixed", "first")}
    model = "Tom's cats"
    assert run_here("load", "one", "--model", model, "--no-patches", home=home).returncode == 0
    extracted = run_here("extract", model, "--threshold", "1", home=home)
    named = f"`summit patches one --model {shlex.quote(model)}` cuts patches"
    assert named in extracted.stderr
    assert run_here("patches", "one", "--model", model, home=home).returncode == 0
    assert all(members_of(folder, layer) >= members for layer, members in before.items())
    assert "the database has no model 'nobody'" in refused(run_here("patches", "one", "--model", "nobody", home=home))
    execute(home, f"""MATCH (m:Model {{id: "{model}"}}) SET m.was = m.parameters, m.parameters = '{{"seed": 1}}'""")
    other = refused(run_here("patches", "one", "--model", model, home=home))
    assert f"{model} was not counted as one is now" in other
    execute(home, f"""MATCH (m:Model {{id: "{model}"}}) SET m.parameters = m.was, m.was = null""")


def members_of(folder: Path, layer: str) -> frozenset[int]:
    """The channels of a layer for which patches of class 0 were looked for."""
    members = read_members(json.loads(patches_record(folder, layer).read_text()))
    assert members is not None
    return members.get(0, frozenset())


def expect_effects(home: Path) -> None:
    """Effects of single channels, from the command to the database."""
    alone = run_here("check", "one", "--channels", "--pictures", "2", "--json", home=home)
    (effects,) = last_json(alone)["classes"]
    graph = last_json(run_here("query", "class_channels", "class=one/0", "min_count=0", "--json", home=home))["rows"]
    assert sorted(f"one/{each['layer']}/{each['channel']}" for each in effects["effects"]) == sorted(
        row[0] for row in graph
    )
    found = last_json(run_here("query", "class_effects", "class=one/0", "limit=100", "--json", home=home))["rows"]
    ranked = sorted(effects["effects"], key=lambda each: -each["drop"])
    assert [row[3:6] for row in found] == [[each["drop"], each["low"], each["high"]] for each in ranked]
    assert f"{ranked[0]['drop']:.2f}" in run_here("check", "one", "--channels", "--pictures", "2", home=home).stdout


def expect_edges(home: Path) -> None:
    """Edges by attribution, from the command to the database."""
    (found,) = last_json(run_here("check", "one", "--edges", "--pictures", "2", "--json", home=home))["classes"]
    graph = last_json(run_here("query", "class_channels", "class=one/0", "min_count=0", "--json", home=home))["rows"]
    targets = [f"one/{each['layer']}/{each['channel']}" for each in found["targets"]]
    assert sorted(targets) == sorted(row[0] for row in graph if not row[0].startswith("one/stem/"))
    kept = last_json(run_here("query", "class_edge_attributions", "class=one/0", "--json", home=home))["rows"]
    assert kept == [
        [target, each["layer"], each["channel"], each["sources"], each["counts"], 2, 0]
        for target, each in zip(targets, found["targets"], strict=True)
    ]
    assert any(each["sources"] for each in found["targets"])
    text = run_here("check", "one", "--edges", "--pictures", "2", home=home).stdout
    most = max(count for each in found["targets"] for count in each["counts"])
    assert text.splitlines()[0] == "cat, 2 pictures" and text.splitlines()[2].split()[-1] == str(most)
    both = refused(run_here("check", "one", "--edges", "--channels", home=home))
    assert "--channels and --edges are two measurements" in both
    drawn = refused(run_here("check", "one", "--edges", "--draws", "4", home=home))
    assert "--draws is about random sets, which --channels and --edges do not use; leave it out" in drawn
    execute(home, "MATCH (c:ImageClass {id: 'one/0'}) SET c.seen = c.counts_digest, c.counts_digest = 'other'")
    for measurement in ((), ("--channels",), ("--edges",)):
        other = refused(run_here("check", "one", *measurement, "--pictures", "2", home=home))
        assert "the database has other counts of class 0; run `summit load one --model one` and" in other
    execute(home, "MATCH (c:ImageClass {id: 'one/0'}) SET c.counts_digest = c.seen, c.seen = null")


def expect_subsets(home: Path, file: Path) -> None:
    """The run `one` was counted with --keep-votes; its network takes every picture for a cat."""
    assert "0 of --wrong, --right, --predicted, --pictures and --remove are given" in refused(
        run_here("subset", "one", home=home)
    )
    wrong = run_here("subset", "one", "--wrong", "--json", home=home)
    (dog,) = last_json(wrong)["classes"]
    assert (dog["name"], dog["subset"]["pictures"], dog["subset"]["rest"], dog["written"]) == ("big dog", 9, None, True)
    assert "cat is left out: the subset wrong has 0 of its 11 counted pictures, and a graph needs 5" in wrong.stderr
    assert "stranger is left out: it is not an output of the network" in wrong.stderr
    for word in ("cat", "output:0"):
        taken = last_json(run_here("subset", "one", "--predicted", word, "--json", home=home))["classes"]
        assert [each["subset"]["pictures"] for each in taken] == [11, 9, 6]
        assert [each["written"] for each in taken] == [word == "cat"] * 3
    assert "not an output" in refused(run_here("subset", "one", "--predicted", "stranger", home=home))
    file.write_text("".join(f"cat/{at:02d}.png\n" for at in range(6)))
    words = ("--pictures", file, "--splits", "5", "--score", "attribution", "--classes", "cat")
    (cat,) = last_json(run_here("subset", "one", *words, "--json", home=home))["classes"]
    likeness = cat["subset"]["difference"][0]
    text = run_here("subset", "one", *words, home=home).stdout.splitlines()
    assert text[0] == "list:few; others: not list:few"
    assert f"{likeness['jaccard']:.2f} ({likeness['low']:.2f} to {likeness['high']:.2f})" in text[2]
    assert "1 class of one, 0 written, 1 unchanged" in text[3]
    kept = last_json(run_here("query", "class_subsets", "class=one/0", "--json", home=home))["rows"]
    assert [row[:5] for row in kept] == [
        ["predicted:0", "activation", 11, None, 0],
        ["list:few", "attribution", 6, "not list:few", 5],
        ["not list:few", "attribution", 5, "list:few", 6],
    ]
    text = run_here("subset", "one", "--predicted", "cat", home=home).stdout.splitlines()
    assert text[0] == "predicted:0; others: not predicted:0" and "others too few" in text[2]
    expect_lists_as_they_are_saved(home, file)


def expect_lists_as_they_are_saved(home: Path, file: Path) -> None:
    """Lists that cannot be used are refused; what is no subset any more goes."""
    words = ("subset", "one", "--pictures", file, "--splits", "5", "--score", "attribution", "--classes")
    file.write_text("cat/99.png")
    assert "the run did not count 'cat/99.png'; expected" in refused(run_here(*words, "cat", home=home))
    file.write_text("cat/99.png\ncat/98.png")
    assert "'cat/99.png' (and 1 other); expected" in refused(run_here(*words, "cat", home=home))
    file.write_bytes("cat/\xfc.png".encode("latin-1"))
    assert "is not UTF-8 at byte 4" in refused(run_here(*words, "cat", home=home))
    file.write_text("".join(f"Big_Dog/{at:02d}.png\n" for at in range(6)), encoding="utf-8-sig")
    edited = run_here(*words, "cat,Big_Dog", "--json", home=home)
    assert [each["name"] for each in last_json(edited)["classes"]] == ["big dog"]
    assert "one/0: its graph of an earlier list:few is removed" in edited.stderr
    assert {row[0] for row in last_json(subsets_of(home, 0))["rows"]} == {"predicted:0"}
    both = ("subset", "one", "--pictures", file, "--splits", "5", "--classes", "Big_Dog", "--json")
    assert last_json(run_here(*both, home=home))["classes"][0]["written"]
    gone = ("subset", "one", "--remove", "list:few", "--json")
    removed = last_json(run_here(*gone, home=home))
    assert (removed["removed"], removed["scores"]) == (["one/1"], ["activation", "attribution"])
    assert "has a graph by activation or attribution of a subset 'list:few'" in refused(run_here(*gone, home=home))
    assert {row[0] for row in last_json(subsets_of(home, 1))["rows"]} == {"predicted:0", "wrong"}
    assert "list:few" not in {row[0] for row in last_json(subsets_of(home, 1))["rows"]}


def subsets_of(home: Path, index: int) -> subprocess.CompletedProcess[str]:
    return run_here("query", "class_subsets", f"class=one/{index}", "--json", home=home)


def layers_in_database(home: Path, score: str) -> list[dict[str, Any]]:
    """What the database has of the check of class 0."""
    found = last_json(run_here("query", "class_faithfulness", "class=one/0", f"score={score}", "--json", home=home))
    rows = [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]
    assert all((row.pop("pictures"), row.pop("draws"), row.pop("seed")) == (2, 4, 0) for row in rows)
    return rows
