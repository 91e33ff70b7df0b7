"""The parts of Summit Graph that need its extra `ingest`."""

from collections.abc import Iterator
from contextlib import contextmanager

from queries.errors import DataError
from summit.start import PACKAGES


@contextmanager
def ingest_extra() -> Iterator[None]:
    """Raise DataError where the block needs PyTorch, or another package of the extra, that is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in PACKAGES:
            raise
        raise DataError(
            f"{error.name} is not installed; run `make setup-ingest` in the checkout, or install the wheel with its "
            "extra: pip install 'FILE.whl[ingest]'"
        ) from error
