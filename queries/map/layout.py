"""UMAP: the one module that imports umap-learn, for the process that makes maps; importing it takes seconds.

What umap-learn compiles is kept: beside the package where that may be written to, otherwise below the user's cache.
"""

import warnings

import numpy as np
import umap
from umap.umap_ import compute_membership_strengths, smooth_knn_dist

from queries.map.embedding import LEARNING_RATE, MIN_DIST, NEIGHBOURS, SEED, Places

for compiled in (smooth_knn_dist, compute_membership_strengths):
    compiled.enable_caching()


def lay_out(similarity: Places, start: Places) -> Places:
    """UMAP of classes by their cosines, from a start; the same for the same input, whatever the number of threads.

    similarity  classes x classes, 0 to 1; classes with nothing in common are no neighbours
    start       classes x 2
    """
    distances = 1 - similarity
    np.fill_diagonal(distances, -1)  # a class is its own nearest, before any that equals it
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :NEIGHBOURS]
    np.fill_diagonal(distances, 0)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # that a map cannot take in new classes later, and that some have few neighbours
        fitted = umap.UMAP(
            n_neighbors=NEIGHBOURS,
            min_dist=MIN_DIST,
            metric="cosine",
            init=start.astype(np.float32),
            learning_rate=LEARNING_RATE,
            random_state=SEED,
            n_jobs=1,
            disconnection_distance=1.0,
            force_approximation_algorithm=True,
            precomputed_knn=(nearest, np.take_along_axis(distances, nearest, axis=1).astype(np.float32), None),
        ).fit(distances)
    places: Places = fitted.embedding_.astype(np.float64)
    return places
