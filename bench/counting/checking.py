"""How long the numeric check of a network's hops takes, next to a picture of the same minute.

    OMP_NUM_THREADS=1 python -m bench.counting.checking mobilenet_v2 timm:ecaresnet26t

Each line: what the network itself takes for a picture, what counting it takes, and what the check takes, in seconds of
CPU time of one thread, with random weights. Without names: the networks of docs/networks.md.
"""

import sys
import warnings

import torch

from bench.counting.networks import REPEAT, TIMM, TORCHVISION, cpu_seconds, timed, wired
from ingest.errors import NetworkRefused
from ingest.tracing.check.hops import check_hops
from queries.errors import GraphError


def measured(name: str) -> str:
    """The line of a network, with the check as a multiple of both."""
    try:
        plan, picture = wired(name)
    except (NetworkRefused, GraphError) as refusal:
        return f"{name}: refused: {refusal!s:.80}"
    plain, counting = timed(plan, picture)
    checking = min(cpu_seconds(lambda: check_hops(plan.traced, plan.spans, picture)) for _ in range(REPEAT))
    return (
        f"{name}: network {plain:.3f} s, counting {counting:.3f} s, check of {len(plan.hops)} hops {checking:.3f} s: "
        f"{checking / counting:.2f} counted pictures, {checking / plain:.2f} forward passes"
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    everything = TORCHVISION.split() + [f"timm:{word.split(':')[1]}" for word in TIMM.split()]
    for each in sys.argv[1:] or everything:
        print(measured(each), flush=True)
