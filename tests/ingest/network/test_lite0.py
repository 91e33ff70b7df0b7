"""The one available network with trained weights, on real photographs."""

from itertools import islice

import pytest
import torch

from bench.testbed.databases import DATA
from ingest.count.forward import repeatable, run_network
from ingest.count.instrument import InstrumentedNetwork
from ingest.images.listing import list_class_folders
from ingest.images.reading import read_all
from ingest.network.load import load_network
from ingest.tracing.wiring import wire
from tests.ingest.networks import pictures

SAMPLES = DATA / "imagenet-samples"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no imagenet-samples (SUMMIT_TEST_DATA)")
def test_the_instrumented_network_classifies_photographs() -> None:
    """Top-1 at least 0.83; with different preprocessing (the usual ImageNet mean and deviation) it would be 0.74."""
    network = load_network("efficientnet-lite0")
    folders = list_class_folders(SAMPLES).classes  # 1000 wnids, in the order of the outputs
    chosen = {index: paths[0] for index, paths in enumerate(folders.values()) if index % 5 == 2}
    with repeatable(), torch.inference_mode():
        probe = InstrumentedNetwork(wire(network.module, pictures(1, 224)))
        read = read_all(list(chosen.values()), network.preprocessing, workers=0)
        right = []
        while batch := [each.content for each in islice(read, 8) if isinstance(each.content, torch.Tensor)]:
            right += run_network(probe, torch.stack(batch), torch.device("cpu")).scores.argmax(1).tolist()
    accuracy = sum(a == b for a, b in zip(right, chosen, strict=True)) / len(chosen)
    assert accuracy >= 0.83
