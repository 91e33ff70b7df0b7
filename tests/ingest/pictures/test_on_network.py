"""On a trained network: a patch alone, on grey, still excites its channel."""

import json
from pathlib import Path

import pytest
import torch
from PIL import Image

from bench.testbed.databases import DATA
from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings
from ingest.pictures.counted import LayerMaps, load_counted, preprocessing_of_run
from ingest.pictures.patches.make import make_patches
from ingest.run.read import RunReader
from queries.patches import Patch, patches_record, read_patches, whole_file
from queries.progress import ignore_progress

CLASSES = ("dalmatian", "accordion", "airplanes", "crab", "grand_piano")
LAYERS = tuple(f"_blocks.{at}" for at in range(3, 10))
LOOKED_AT = (0, 3, 6)  # of them
CHANNELS = 20  # of each layer
SHARE = 0.8  # of them; their peak must be at least half


@pytest.mark.skipif(not (DATA / "caltech101").is_dir(), reason="no caltech101 (SUMMIT_TEST_DATA)")
def test_a_patch_alone_on_grey_still_excites_its_channel_to_half_of_its_peak(tmp_path: Path) -> None:
    count_pictures(
        Settings(
            "efficientnet-lite0",
            DATA / "caltech101",
            tmp_path / "run",
            layers=LAYERS,
            classes=CLASSES,
            first=3,
            keep_votes=False,
        )
    )
    run = RunReader(tmp_path / "run")
    make_patches(run, {}, ignore_progress, show_again=False)
    counted, prepared = load_counted(run), preprocessing_of_run(run.settings)
    maps = LayerMaps(counted.traced, counted.layers)

    def on_grey(patch: Patch) -> torch.Tensor:
        with Image.open(whole_file(run.pictures, patch.whole)) as whole:
            square = prepared.normalised(whole)
        grey = torch.zeros_like(square)
        part = (slice(None), slice(patch.y, patch.y + patch.side), slice(patch.x, patch.x + patch.side))
        grey[part] = square[part]
        return grey

    for at in LOOKED_AT:
        found = read_patches(json.loads(patches_record(run.pictures, run.layers[at].name).read_text()))
        chosen = sorted(found)[:: len(found) // CHANNELS][:CHANNELS]
        assert len(chosen) == CHANNELS
        held = 0
        for channel in chosen:
            patch = found[channel].most[0]
            assert patch.side < prepared.crop
            with torch.inference_mode():
                held += bool(maps(on_grey(patch)[None])[at][0, channel].max() >= patch.peak / 2)
        assert held >= SHARE * CHANNELS, run.layers[at].name
