"""The parts of Summit Graph that need its extra `ingest`."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from queries.errors import DataError
from summit.start import PACKAGES

SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


@contextmanager
def ingest_extra() -> Iterator[None]:
    """A block that imports what needs PyTorch. Raises DataError where a package of the extra is not installed.

    A signal that arrives meanwhile, which takes some seconds at most, is heeded at the end of the block: amid the
    import of a package in C++ an exception would abort the process.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        with missing_told():
            yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def missing_told() -> Iterator[None]:
    """Raise DataError where a package of the extra `ingest` that the block needs is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in PACKAGES:
            raise
        raise DataError(
            f"{error.name} is not installed; run `make setup-ingest` in the checkout, or install the wheel with its "
            "extra: pip install 'FILE.whl[ingest]'"
        ) from error
