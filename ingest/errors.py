"""What can go wrong between a network with pictures and a run; branches of the one error tree in queries/errors.py.

GraphError
├── DataError
│   └── PictureRefused      one picture cannot be read; a run reports it and goes on
└── NetworkRefused          a network, or a module of it, whose channels cannot be followed
"""

from queries.errors import DataError, GraphError


class NetworkRefused(GraphError):
    code = "NETWORK_REFUSED"


class PictureRefused(DataError):
    code = "PICTURE_REFUSED"
