"""An engine starts from a cache of its classes, and without one, or with a damaged one, as well."""

import os
from pathlib import Path

import pytest

from queries.engines.arcadedb import ArcadeDB
from queries.engines.class_cache import KEPT, cache_file, make_class_cache
from queries.engines.lifecycle import lease
from queries.engines.process import LOG, no_answer
from queries.load.rehearsal import rehearse


def log_of_a_start(folder: Path) -> str:
    """What the engine wrote until it had answered."""
    with lease(ArcadeDB(), folder, print) as running:
        assert no_answer(running.address) is None
    return (folder / LOG).read_text()


def test_the_cache_is_written_once_and_the_engine_starts_from_it_or_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = ArcadeDB().class_cache
    assert not file.exists() and "AOT" not in log_of_a_start(tmp_path / "home")

    file.parent.mkdir(parents=True)
    for age in range(KEPT):  # of another Java, or of the product in another folder
        older = file.parent / f"arcadedb-classes-{age}.aot"
        older.write_text("classes")
        os.utime(older, (1_000_000 - age, 1_000_000 - age))
    assert make_class_cache(ArcadeDB(), print, rehearse) is True
    left = {each.name for each in file.parent.glob("*.aot")}
    assert left == {file.name, *(f"arcadedb-classes-{age}.aot" for age in range(KEPT - 1))}
    assert make_class_cache(ArcadeDB(), print, rehearse) is False
    ArcadeDB().prepare(tmp_path / "home", print)
    assert f"-XX:AOTCache={file}" in ArcadeDB().launch(tmp_path / "home").argv
    assert "[aot]" not in log_of_a_start(tmp_path / "home")

    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert "AOT cache has been truncated" in log_of_a_start(tmp_path / "home")


def test_a_cache_belongs_to_one_set_of_jars(tmp_path: Path) -> None:
    (tmp_path / "a.jar").write_text("one")
    java = tmp_path / "bin" / "java"
    first = cache_file(tmp_path, "engine", java, [tmp_path])
    assert first == cache_file(tmp_path, "engine", java, [tmp_path])
    (tmp_path / "a.jar").write_text("another")
    assert first != cache_file(tmp_path, "engine", java, [tmp_path])
    assert cache_file(tmp_path, "engine", java, []) != cache_file(tmp_path, "engine", tmp_path / "java", [])
