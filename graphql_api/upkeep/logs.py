"""A log that stays readable whatever happens: lines that repeat are counted, not written."""

import logging
import time
from collections.abc import Callable

from pythonjsonlogger.json import JsonFormatter

from graphql_api.upkeep.journal import WithRequest

LINES, SECONDS = 5, 60.0
KINDS = 1_000  # remembered at most

Kind = tuple[str, int, str, str]


class Sparing(logging.Filter):
    """Lets so many warnings of a kind through in so many seconds, and says with the next one how many there were."""

    def __init__(
        self, lines: int = LINES, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self.lines, self.seconds, self._clock = lines, seconds, clock
        self._windows: dict[Kind, tuple[float, int]] = {}  # when it began, how many came

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        kind, now = kind_of(record), self._clock()
        self._forget(now)
        began, came = self._windows.get(kind, (now, 0))
        if now - began < self.seconds:
            self._windows[kind] = (began, came + 1)
            return came < self.lines
        if came > self.lines:
            record.msg = f"{record.getMessage()} (and {came - self.lines:,} more like it before)"
            record.args = ()
        self._windows[kind] = (now, 1)
        return True

    def _forget(self, now: float) -> None:
        if len(self._windows) >= KINDS:
            self._windows = {kind: seen for kind, seen in self._windows.items() if now - seen[0] < self.seconds}


def kind_of(record: logging.LogRecord) -> Kind:
    """What makes two lines alike: where they come from and how they begin, whatever is filled in."""
    error = record.exc_info[0] if record.exc_info else None
    return record.name, record.levelno, str(record.msg).partition("\n")[0], error.__name__ if error else ""


def spare_lines() -> None:
    """Put one such filter before every place where this process writes its log."""
    loggers = [logging.getLogger(), *map(logging.getLogger, ("uvicorn", "uvicorn.error", "uvicorn.access"))]
    for handler in {handler for logger in loggers for handler in logger.handlers}:
        handler.addFilter(Sparing())


def write_json() -> None:
    """From now on this process writes its log as JSON, one object per line, on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonFormatter(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
        )
    )
    handler.addFilter(WithRequest())
    logging.getLogger().handlers = [handler]
    logging.getLogger("summit").setLevel(logging.INFO)


def writes_json() -> bool:
    """Whether `write_json` was called."""
    return any(isinstance(handler.formatter, JsonFormatter) for handler in logging.getLogger().handlers)
