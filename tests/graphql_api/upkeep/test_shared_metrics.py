"""Figures of several processes: each writes its own, and any of them answers for all."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graphql_api.upkeep import shared_metrics
from graphql_api.upkeep.shared_metrics import SharedMetrics


def figure(value: float) -> bytes:
    return f"# HELP summit_load Work.\n# TYPE summit_load gauge\nsummit_load {value}\n".encode()


def test_an_answer_has_this_workers_figures_of_now_and_writes_nothing(tmp_path: Path) -> None:
    one, other = (SharedMetrics(tmp_path, worker) for worker in "01")
    one.write(figure(1.0))
    other.write(figure(2.0))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(lambda _: one.of_all(figure(3.0)), range(40)))
    (answer,) = answers
    assert answer.decode().splitlines()[2:] == ['summit_load{worker="0"} 3.0', 'summit_load{worker="1"} 2.0']
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_writing_goes_on_after_it_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_metrics, "WRITE_SECONDS", 0.0)
    shared, tries = SharedMetrics(tmp_path / "full", "0"), 0

    def own() -> bytes:
        nonlocal tries
        tries += 1
        if tries == 3:
            shared.folder.mkdir()
        if tries == 5:
            raise asyncio.CancelledError
        return figure(tries)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(shared.run(own))
    assert (shared.folder / "0.prom").read_bytes() == figure(4)
