"""Two processes over one built-in engine, one of which is killed, or the engine, or the process that started them.

The long form (`make faults`) only; what two processes share is tested in tests/graphql_api/upkeep/test_workers.py.
"""

import os
from collections.abc import Iterator

import psutil
import pytest

from tests.commands import engines, wait_for
from tests.conftest import Command
from tests.faults.conftest import Served, served, wait_for_line
from tests.workers import ask_until_both_answer, ended, workers

pytestmark = pytest.mark.skipif("SUMMIT_FAULTS" not in os.environ, reason="the long form: `make faults`")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, summit: Command) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("workers")
    with served(home, workers=2, TMPDIR=str(home)) as service:
        yield service
        assert "Traceback" not in service.log.read_text()
    summit("db", "stop", home=home)  # a killed service leaves its engine


def test_a_killed_worker_is_replaced_and_meanwhile_the_other_answers(service: Served) -> None:
    killed = min(workers(service))
    psutil.Process(killed).kill()
    wait_for_line(service.log, f"(pid {killed}) ended with code -9; another one is started")
    assert service.models() == []
    wait_for(lambda: len(workers(service)) == 2 and killed not in workers(service))
    ask_until_both_answer(service)


def test_all_follow_an_engine_that_was_started_again(service: Served) -> None:
    (before,) = engines(service.log.parent)
    psutil.Process(before).kill()
    wait_for(lambda: bool(engines(service.log.parent) - {before}))
    wait_for(lambda: service.get("/ready")[2]["code"] == "NO_DATA")
    ask_until_both_answer(service)
    assert len(engines(service.log.parent)) == 1


def test_workers_end_when_the_process_that_started_them_is_killed(service: Served) -> None:
    orphans = [psutil.Process(each) for each in workers(service)]
    assert len(orphans) == 2
    service.process.kill()
    wait_for(lambda: all(ended(each) for each in orphans))
    assert not list(service.log.parent.glob("summit-*")), "the folder of their figures is left behind"
