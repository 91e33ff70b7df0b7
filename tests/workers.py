"""Asking a service of two processes, so that both are asked."""

import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psutil
from prometheus_client.parser import text_string_to_metric_families

from tests.commands import wait_for
from tests.faults.conftest import Served

BOTH = {"0", "1"}


def figures(service: Served, name: str, **labels: str) -> dict[str, float]:
    """A figure of each worker, as whichever of them answers has it."""
    with urllib.request.urlopen(f"{service.url}/metrics", timeout=60) as response:
        families = list(text_string_to_metric_families(response.read().decode()))
    samples = [sample for family in families for sample in family.samples if sample.name == name]
    return {each.labels["worker"]: each.value for each in samples if labels.items() <= each.labels.items()}


def ask_until_both_answer(service: Served) -> None:
    """Requests over new connections, many at once, until each of the two has answered some more of them."""
    before = figures(service, "summit_requests_total", kind="graphql", status="200")
    with ThreadPoolExecutor(16) as pool:

        def both() -> bool:
            list(pool.map(lambda _: service.models(), range(32)))
            now = figures(service, "summit_requests_total", kind="graphql", status="200")
            return now.keys() == BOTH and all(now[each] > before.get(each, 0) for each in BOTH)

        wait_for(both)


def workers(service: Served) -> set[int]:
    alive = [each for each in psutil.Process(service.process.pid).children() if not ended(each)]
    return {each.pid for each in alive if "spawn_main" in " ".join(each.cmdline())}


def ended(process: psutil.Process) -> bool:
    """Whether a process is gone, or is only not yet waited for by its parent."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
