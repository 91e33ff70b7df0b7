"""`summit ingest` as a user runs it: alone, under torchrun, and with mistakes."""

import json
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from typer.testing import CliRunner

from ingest.count.pipeline import count_pictures
from ingest.count.rules import Rules
from ingest.count.settings import Settings
from ingest.network.preprocess import Adjustments
from ingest.pictures.patches.make import make_patches
from ingest.run.files import read_manifest
from ingest.run.read import RunReader
from queries.errors import GraphError, QueryError
from queries.progress import ignore_progress
from summit.main import app
from tests.commands import run_here, wait_for
from tests.conftest import ROOT
from tests.ingest.count.test_pipeline import files, images, settings

__all__ = ["images", "settings"]  # fixtures

NETWORK = "tests.ingest.count.test_pipeline:small"
TORCHRUN = (
    "-m",
    "torch.distributed.run",
    "--standalone",
    "--nproc-per-node=2",
    "-m",
    "--",
)  # without "--" it reads --run


def ingest(home: Path, *words: str | Path, launcher: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """`python -m summit.main ingest`, or the same under a launcher, with the tiny network."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("SUMMIT_")}
    environment = {"SUMMIT_HOME": str(home), "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}
    return subprocess.run(
        [sys.executable, *(launcher or ("-m",)), "summit.main", "ingest", *words],
        env={**inherited, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )


def usual(settings: Settings) -> list[str | Path]:
    return ["--network", NETWORK, "--images", settings.images, "--run", "one", "--layers", "stem,mixed,first"]


def test_under_torchrun_the_command_leaves_the_same_bytes_and_one_answer(settings: Settings, tmp_path: Path) -> None:
    count_pictures(settings)
    done = ingest(tmp_path, *usual(settings), "--device", "cpu", "--json", launcher=TORCHRUN)

    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    assert (answer["counted"], answer["pictures"], answer["skipped"]) == (3, 26, [])
    assert files(tmp_path / "runs" / "one") == files(settings.run)
    told = [line for line in done.stderr.splitlines() if " of 3): " in line]
    assert told == ["cat (1 of 3): 11 pictures", "big dog (2 of 3): 9 pictures", "stranger (3 of 3): 6 pictures"]
    manifests = [read_manifest(folder) for folder in (tmp_path / "runs" / "one", settings.run)]
    assert manifests[0]["identity"] == manifests[1]["identity"]
    assert manifests[0]["finished"]


def test_every_option_of_the_method_reaches_the_run(settings: Settings, tmp_path: Path) -> None:
    words = [
        *("--activation-method", "1", "--activation-share", "0.5", "--activation-top", "2"),
        *("--influence-method", "2", "--influence-top", "2", "--influence-share", "0.25"),
        *("--measure", "frobenius", "--join", "strongest"),
    ]
    rules = Rules(
        activation_method=1,
        activation_share=0.5,
        activation_top=2,
        influence_method=2,
        influence_top=2,
        influence_share=0.25,
        measure="frobenius",
        join="strongest",
    )
    prepared = ["--resize", "26", "--interpolation", "bicubic", "--mean", "0.4", "--std", "0.2,0.3,0.4"]
    more = [
        *("--size", "20", "--batch", "3", "--workers", "1", "--limit", "4", "--exclude", "stem/1"),
        *("--seed", "7", "--orientation", "--keep-votes", "--no-resample"),
    ]
    given = [*usual(settings), *words, *prepared, *more, "--device", "cpu", "--classes", "cat"]
    done = run_here("ingest", *given, home=tmp_path)
    assert done.returncode == 0, done.stderr

    own = Settings(
        network=NETWORK,
        images=settings.images,
        run=tmp_path / "own",
        layers=("stem", "mixed", "first"),
        exclude=("stem/1",),
        classes=("cat",),
        limit=4,
        adjustments=Adjustments(20, 26, None, "bicubic", (0.4, 0.4, 0.4), (0.2, 0.3, 0.4)),
        seed=7,
        oriented=True,
        device="cpu",
        keep_votes=True,
        resample=False,
        rules=rules,
    )
    count_pictures(own)
    identity = read_manifest(tmp_path / "runs" / "one")["identity"]
    assert identity == read_manifest(own.run)["identity"]
    assert identity["preprocessing"] == {
        "resize": 26,
        "crop": 20,
        "interpolation": "bicubic",
        "squash": False,
        "mean": [0.4, 0.4, 0.4],
        "std": [0.2, 0.3, 0.4],
    }
    assert (
        "pictures: short side 26 (bicubic), centre 20, mean 0.4 0.4 0.4, std 0.2 0.3 0.4 (the network's" in done.stderr
    )
    assert files(tmp_path / "runs" / "one") == files(own.run)


@pytest.mark.parametrize(
    "words, complaint",
    [
        (["--batch", "0"], "batch 0 must be at least 1"),
        (["--workers", "-1"], "workers -1 must be at least 0"),
        (["--limit", "0"], "limit 0 must be at least 1"),
        (["--first", "0"], "first 0 must be at least 1"),
        (["--first", "1", "--limit", "1"], "both --limit and --first are given"),
        (["--size", "0"], "size 0 must be at least 1"),
        (
            ["--network", "efficientnet-lite0", "--layers", "", "--weights", "none", "--size", "8"],
            "does not accept pictures of shape",
        ),
        (["--mean", "0.4,x,0.3"], "--mean '0.4,x,0.3': expected three numbers, for example 0.485,0.456,0.406"),
        (["--std", "58.4,57.1,57.4"], "divide values made for 0..255 by 255"),
        (["--crop", "17"], "resize 16, crop 17: expected a resized side at least as long as the crop"),
        (["--transform-input"], "--transform-input: tests.ingest.count.test_pipeline:small has no such switch"),
        (["--measure", "mean"], "measure 'mean' is not one of max, sum, frobenius"),
        (["--influence-method", "3"], "influence_method 3 is not one of 1, 2"),
        (["--influence-top", "0"], "influence_top 0 must be at least 1"),
        (["--activation-share", "3"], "activation_share 3.0 is not a share (above 0, at most 1)"),
        (["--join", "some"], "join 'some' is not one of all, strongest"),
        (["--device", "cuda:77"], "device cuda:77: "),
        (["--device", "abacus"], "device abacus: expected auto, cpu, cuda or a number such as cuda:1"),
        (["--run", "../elsewhere"], "--run '../elsewhere' is not a valid run name"),
        (["--run", ""], "--run '' is not a valid run name"),
        (["--run", "two\nlines"], r"--run 'two\nlines' is not a valid run name"),
        (["--run", "é" * 150], "expected at most 255 bytes"),
        (["--run", "x" * 5000], "1 to 200 printable characters"),
        (["--images", "/nowhere"], "/nowhere is not a folder"),
        (["--network", "tests.ingest.test_command:badly_prepared"], "interpolation 'magic' is not one of"),
    ],
)
def test_a_mistake_raises_an_error_of_the_tree(
    settings: Settings, tmp_path: Path, words: list[str], complaint: str
) -> None:
    home = {"SUMMIT_HOME": str(tmp_path)}
    done = CliRunner().invoke(app, ["ingest", *map(str, usual(settings)), *words], env=home)
    assert isinstance(done.exception, GraphError), done.exception
    assert complaint in str(done.exception)
    assert done.stdout == ""


def test_an_error_is_one_line_on_standard_error(settings: Settings, tmp_path: Path) -> None:
    done = run_here("ingest", *usual(settings), "--batch", "0", home=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "summit: batch 0 must be at least 1\n"


def test_a_folder_without_a_readable_picture_is_not_a_class_of_the_run(settings: Settings, tmp_path: Path) -> None:
    images = shutil.copytree(settings.images, tmp_path / "images")
    (images / "broken: all of it").mkdir()
    (images / "broken: all of it" / "text.png").write_text("no picture")
    (images / "empty").mkdir()
    done = run_here("ingest", *usual(replace(settings, images=images)), home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "left out: no pictures in the folder (1): empty\n" in done.stderr
    assert "left out: not a picture in a known format (1): broken: all of it/text.png\n" in done.stderr

    run = RunReader(tmp_path / "runs" / "one")
    assert (len(run.classes), run.empty) == (3, ("broken: all of it",))
    assert all(run.counts(index).activation_count for index in run.classes)
    assert make_patches(run, {}, ignore_progress, show_again=False).patches > 0
    with pytest.raises(QueryError, match=r"no classes .*broken"):
        run.select(["broken"])


def test_a_number_that_is_one_class_s_folder_and_another_one_s_index_is_refused(
    settings: Settings, tmp_path: Path
) -> None:
    images = tmp_path / "images"
    for folder, name in zip(sorted(settings.images.iterdir()), ("1", "10", "2"), strict=True):
        shutil.copytree(folder, images / name)
    count_pictures(replace(settings, images=images, mapping="sorted"))
    run = RunReader(settings.run)
    assert run.classes == (0, 1, 2)
    with pytest.raises(
        QueryError, match="1 is the folder of class 0 and the index of another folder, 10; say folder:1 or"
    ):
        run.select(["1"])
    assert run.select(["folder:1", "index:1", "2"]) == [0, 1, 2] and run.select(["10", "0"]) == [0, 1]


def test_two_commands_at_once_count_every_class_once(settings: Settings, tmp_path: Path) -> None:
    count_pictures(settings)
    with ThreadPoolExecutor(2) as two:
        both = list(two.map(lambda _: ingest(tmp_path, *usual(settings), "--json"), range(2)))
    assert [done.returncode for done in both] == [0, 0]
    assert sum(json.loads(done.stdout)["counted"] for done in both) == 3
    assert files(tmp_path / "runs" / "one") == files(settings.run)


@pytest.mark.parametrize("number, whole_group, code", [(signal.SIGINT, True, 130), (signal.SIGKILL, False, -9)])
def test_no_process_outlives_the_command(
    settings: Settings, tmp_path: Path, number: signal.Signals, whole_group: bool, code: int
) -> None:
    """Ctrl+C reaches every process of a terminal, `kill` only the one it names."""
    words = [sys.executable, "-m", "summit.main", "ingest", *usual(settings), "--processes", "2"]
    environment = {**os.environ, "SUMMIT_HOME": str(tmp_path)}
    pipe = subprocess.PIPE
    command = subprocess.Popen(
        words, env=environment, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    )
    itself = psutil.Process(command.pid)
    wait_for(lambda: len(itself.children()) == 3)  # two processes, and multiprocessing's resource tracker
    copies = itself.children()
    (os.killpg if whole_group else os.kill)(command.pid, number)
    out, error = command.communicate(timeout=60)
    assert (command.returncode, out) == (code, "")
    assert number == signal.SIGKILL or "Traceback" not in error  # a copy that is cut off while it begins says so
    wait_for(lambda: not any(copy.is_running() for copy in copies))


def badly_prepared() -> Any:
    """A user's network with invalid preprocessing."""
    from ingest.network.preprocess import Preprocessing

    return Preprocessing(32, 32, "magic", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
