"""`python -m bench.demo`: the whole job, from pictures to graphs, compared with the network alone over these pictures.

    python -m bench.demo [--images ../shared/data/caltech101]

What `summit demo --images` does with EfficientNet-Lite0, in a data directory made for it and on the built-in engine,
but for resampling and the page. Seconds by the clock, stage by stage. The baseline, in the same minute, reads each
picture and passes it through the plain network, on all cores. Goal for the 947 pictures of 24 categories of
Caltech 101, on two quiet cores: at most 120 s for counting, loading and extraction.
"""

import argparse
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import torch

from ingest.count.ranks import Ranks
from ingest.count.settings import Settings as CountSettings
from ingest.count.task import ClassWork, prepare
from ingest.demo import Timings, count, image_settings, load_and_extract
from ingest.run.files import run_folder
from queries.engines.settings import Settings
from queries.graphs.extraction import Cut
from summit.terminal import console

GOAL = 120.0
STAGES = ("counting", "loading", "extraction")


@torch.inference_mode()
def pass_through(settings: CountSettings) -> float:
    """Seconds in which the plain network sees each picture once."""
    task = prepare(settings, Ranks())
    torch.set_num_threads(os.cpu_count() or 1)
    started = time.perf_counter()
    for read in task.read([ClassWork(each) for each in task.classes]):
        if isinstance(read.content, torch.Tensor):
            task.network.module(read.content[None])
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--images", type=Path, default=Path("../shared/data/caltech101"))
    images = parser.parse_args().images
    if not images.is_dir():
        parser.error(f"{images} is not a folder; name one with a subfolder of pictures per class with --images")

    with tempfile.TemporaryDirectory() as folder:
        settings, timings = Settings.from_environment({"SUMMIT_HOME": folder, "SUMMIT_EMBED": "off"}), Timings()
        counting = replace(image_settings(images, run_folder(settings.home, "bench")), resample=False)
        plain = pass_through(counting)
        run = count(settings, counting, console("bench"), timings)
        load_and_extract(settings, run, None, Cut(), console("bench"), timings)
    total = sum(timings.seconds[stage] for stage in STAGES)
    print(f"plain network  {plain:7.1f} s")
    for stage, seconds in timings.seconds.items():
        print(f"{stage:<15}{seconds:7.1f} s, {seconds / plain:.2f} times")
    print(
        f"{', '.join(STAGES)}: {total:.1f} s, {total / plain:.2f} times; goal {GOAL:.0f} s: "
        f"{'met' if total <= GOAL else 'missed'}"
    )


if __name__ == "__main__":
    main()
