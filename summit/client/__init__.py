"""Attribution graphs in Python: a light client of a running service, with networkx graphs and tables as answers.

    from summit.client import Summit

    with Summit("http://127.0.0.1:8000") as summit:
        bears = summit.compare(["brown bear", "American black bear"])
        print(bears.graph["layers"])

The last line of a notebook's cell shows a graph's drawing. `Summit.local()` starts a service on the data directory's
own database; the methods of `AsyncSummit` are coroutines.
"""

from queries.work.state import Work
from summit.client.answers import Channel, ImageClass, Layer, Model, Motif, Motifs, Note, Rows, SimilarClass
from summit.client.errors import (
    Ambiguous,
    BadRequest,
    Busy,
    Forbidden,
    NotFound,
    ServiceError,
    Unreachable,
)
from summit.client.service import Summit
from summit.client.twin import AsyncSummit

__all__ = [
    "Ambiguous",
    "AsyncSummit",
    "BadRequest",
    "Busy",
    "Channel",
    "Forbidden",
    "ImageClass",
    "Layer",
    "Model",
    "Motif",
    "Motifs",
    "NotFound",
    "Note",
    "Rows",
    "ServiceError",
    "SimilarClass",
    "Summit",
    "Unreachable",
    "Work",
]
