"""The memory of the built-in engine: as it is set, and what is said where it does not suffice."""

import re
from pathlib import Path

import psutil
import pytest

from queries.engines.settings import Settings
from queries.errors import DataError
from tests.commands import last_json, run_here
from tests.conftest import Command

TOO_MUCH = {
    "RETURN size(range(1, 100000000)) AS n": "memory does not suffice: .*; ask for less, or .*SUMMIT_HEAP",
    "UNWIND range(1, 1000) AS x UNWIND range(1, 1000) AS y RETURN collect([x, y]) AS all": "a limit .*; ask for less",
}


@pytest.mark.parametrize(("word", "heap"), [("", None), ("512m", 512 * 2**20), ("1G", 2**30), (" 1gb ", 2**30)])
def test_the_setting_is_read_in_the_usual_units(word: str, heap: int | None) -> None:
    assert Settings.from_environment({"SUMMIT_HEAP": word}).heap == heap


@pytest.mark.parametrize("word", ["much", "4", "-1g", "1.5g", "10m", "99999g"])
def test_a_memory_that_means_nothing_or_is_not_there_is_refused(word: str) -> None:
    with pytest.raises(DataError, match=r"SUMMIT_HEAP is .*; expected a memory such as 6g or 1500m, at least 256m"):
        Settings.from_environment({"SUMMIT_HEAP": word})


def test_an_engine_starts_with_the_memory_that_is_set_and_says_when_it_does_not_suffice(
    tmp_path: Path, summit: Command
) -> None:
    started = last_json(summit("db", "start", "--json", home=tmp_path, SUMMIT_HEAP="300m"))
    try:
        assert "-Xmx300m" in psutil.Process(started["pid"]).cmdline()
        for statement, told in TOO_MUCH.items():
            refused = summit("cypher", statement, home=tmp_path)
            assert refused.returncode == 1
            assert re.search(told, refused.stderr) and "arcadedb." not in refused.stderr, refused.stderr
        assert run_here("cypher", "RETURN 1 AS n", home=tmp_path).returncode == 0
    finally:
        summit("db", "stop", home=tmp_path)
