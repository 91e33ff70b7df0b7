"""A network small enough to check by hand: model `sample`, three layers, two classes, in every test database.

top       0   1          class 0: its pictures activate channels of all layers
          | /            class 1: nothing is activated at the top
middle    0   1   2 (3)  2 has no influences, 3 is excluded
          | / |
bottom    0   1   2
"""

from dataclasses import replace

from queries.graphs.extraction import Walk, extract_model
from queries.map.stored import embed_model
from queries.progress import ignore_progress
from queries.records import LayerSize
from queries.store import Store
from tests.counted import IMAGES, Counted, by_hand, load

STATISTICS = {  # of class 0; output 7 is no class
    "images": IMAGES,
    "output": 0,
    "top1_accuracy": 0.8,
    "probability_histogram": [5, 5, *[0] * 16, 20, 20],
    "top_probability_histogram": [*[0] * 18, 10, 40],
    "confused_outputs": [0, 7, 1],
    "confused_names": ["class 0", "lobster", ""],
    "confused_images": [40, 6, 4],
}
SAMPLE = Counted(
    "sample",
    (LayerSize("bottom", 0, 3), LayerSize("middle", 1, 4, frozenset({3})), LayerSize("top", 2, 2)),
    {
        0: replace(
            by_hand(
                {"bottom": {0: 10, 1: 5}, "middle": {0: 8, 1: 4, 2: 2}, "top": {0: 6, 1: 3}},
                {"middle": {(0, 0): 8, (1, 0): 2, (1, 1): 4}, "top": {(0, 0): 6, (1, 0): 1, (1, 1): 3}},
            ),
            properties=STATISTICS,
        ),
        1: by_hand(
            {"bottom": {2: 9, 0: 1}, "middle": {1: 9}},
            {"middle": {(2, 1): 9, (0, 1): 1}, "top": {(1, 1): 5}},
            index=1,
        ),
    },
)


async def load_sample(store: Store) -> None:
    """The sample with its counts, the attribution graphs cut from them, and its maps."""
    await load(store, SAMPLE)
    await extract_model(store, SAMPLE.name, walk=Walk(tolerance=1e-15), progress=ignore_progress)
    await embed_model(store, SAMPLE.name, ignore_progress)
