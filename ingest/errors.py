"""Errors of counting; they extend the error tree in queries/errors.py.

GraphError
├── DataError
│   └── PictureRefused      one picture cannot be read; a run reports it and continues
└── NetworkRefused          a network that cannot be loaded, or whose channels cannot be followed
"""

from queries.errors import DataError, GraphError


class NetworkRefused(GraphError):
    code = "NETWORK_REFUSED"


class NoPath(NetworkRefused):
    """Of two layers, neither leads to the other in the order given."""


class TooFewLayers(NetworkRefused):
    """Fewer than two modules that every path from the picture to the scores passes through."""


class PictureRefused(DataError):
    code = "PICTURE_REFUSED"
