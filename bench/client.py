"""`python -m bench.client`: what summit.client costs: CPU time of importing it, and the disk its packages take.

Each import is in a fresh process. Disk is what pip's own records list, without what the service needs anyway.
"""

import resource
import subprocess
import sys
from importlib.metadata import distribution, requires
from statistics import median

from packaging.requirements import Requirement

TIMES = 9
STATEMENTS = ("pass", "import httpx", "import summit.client", "import networkx")


def main() -> None:
    bare = cpu_seconds(STATEMENTS[0])
    for statement in STATEMENTS[1:]:
        print(f"{statement:<24}{cpu_seconds(statement) - bare:6.2f} s CPU more than Python itself")
    service = needs("summit-graph", set())
    further = needs("summit-graph", {"client"}) - service
    for name in sorted(further):
        print(f"{name:<24}{size(name):6.1f} MB")
    print(f"{'together':<24}{sum(map(size, further)):6.1f} MB beyond the service's")


def cpu_seconds(statement: str) -> float:
    """Median over fresh processes."""
    times = []
    for _ in range(TIMES):
        before = spent()
        subprocess.run([sys.executable, "-c", statement], check=True)
        times.append(spent() - before)
    return median(times)


def spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def needs(name: str, extras: set[str]) -> set[str]:
    """Everything that a package with these extras installs, by name."""
    found, waiting = set[str](), [(name, extras)]
    while waiting:
        package, wanted = waiting.pop()
        for line in requires(package) or ():
            needed = Requirement(line)
            applies = needed.marker is None or any(needed.marker.evaluate({"extra": each}) for each in wanted or {""})
            if applies and needed.name.lower() not in found:
                found.add(needed.name.lower())
                waiting.append((needed.name, set(needed.extras)))
    return found


def size(name: str) -> float:
    """MB on disk."""
    return sum(file.size or 0 for file in distribution(name).files or ()) / 1e6


if __name__ == "__main__":
    main()
