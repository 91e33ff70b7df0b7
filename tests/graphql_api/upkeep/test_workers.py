"""Two processes that serve one database: what one of them knows is right for both, and they end together."""

import json
import signal
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from bench.testbed.counted import counted
from bench.testbed.databases import Database
from tests.faults.conftest import Served, served
from tests.workers import BOTH, ask_until_both_answer, figures, workers

ALL_SECONDS = 10  # that everything may take to end


@pytest.fixture(scope="module")
def service(made: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home, address = tmp_path_factory.mktemp("workers"), made.access.address.with_credentials()
    with served(home, workers=2, SUMMIT_DATABASE=address) as service:
        yield service
        assert "Traceback" not in service.log.read_text()


def change(service: Served, token: str) -> str:
    body = json.dumps({"query": 'mutation { extract(model: "none", classes: [0]) { written } }'}).encode()
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    with urllib.request.urlopen(urllib.request.Request(f"{service.url}/graphql", body, headers), timeout=60) as answer:
        code: str = json.load(answer)["errors"][0]["extensions"]["code"]
    return code


def test_figures_are_those_of_all_workers(service: Served) -> None:
    ask_until_both_answer(service)
    assert figures(service, "summit_engine_up") == dict.fromkeys(BOTH, 1.0)
    assert figures(service, "process_resident_memory_bytes").keys() == BOTH


def test_one_token_is_known_to_all(service: Served) -> None:
    token = (service.log.parent / "token").read_text().strip()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: change(service, token), range(24))) == {"NOT_FOUND"}
        assert set(pool.map(lambda _: change(service, "guess"), range(24))) == {"FORBIDDEN"}


def test_an_answer_that_one_keeps_is_not_given_after_another_process_wrote(made: Database, service: Served) -> None:
    ask_until_both_answer(service)
    made.load(counted("newer", (3, 4), 2, 0.5))
    try:
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda _: service.models(), range(32))) == [["made", "newer"]] * 32
        assert {service.get("/ready")[0] for _ in range(8)} == {200}
    finally:
        made.remove("newer")


def test_they_end_together_also_where_one_hangs(service: Served) -> None:
    hanging = workers(service)
    psutil.Process(min(hanging)).send_signal(signal.SIGSTOP)
    began = time.monotonic()
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(60) == 128 + signal.SIGTERM
    assert time.monotonic() - began < ALL_SECONDS + 5  # of a machine that has other work, too
    assert not any(psutil.pid_exists(each) for each in hanging)
