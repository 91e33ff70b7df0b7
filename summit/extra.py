"""The parts of Summit Graph that need its extra `ingest`."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from queries.errors import DataError
from summit.start import PACKAGES, importing

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def ingest_extra() -> Iterator[None]:
    """A block that imports what needs PyTorch. Raises DataError where a package of the extra is not installed.

    A signal that arrives during the block, which takes some seconds at most, is handled at its end: an exception raised
    by a handler while a package in C++ is imported would abort the process.
    """
    with signals_held(), missing_told(), importing():
        yield


@contextmanager
def signals_held() -> Iterator[None]:
    """Call the handlers of signals that arrive during the block at its end, in the order of arrival.

    Blocking signals would not do: that holds for one thread, and the handler runs in the main thread whichever thread
    receives the signal. Signals that are ignored, or that end the process without a handler, stay as they are.
    """
    arrived: list[int] = []
    handlers = {number: handler for number in SIGNALS if callable(handler := signal.getsignal(number))}
    if threading.current_thread() is not threading.main_thread():  # handlers do not interrupt this thread
        handlers = {}
    for number in handlers:
        signal.signal(number, lambda number, _: arrived.append(number))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for arrival in arrived:
            handlers[signal.Signals(arrival)](arrival, None)


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
