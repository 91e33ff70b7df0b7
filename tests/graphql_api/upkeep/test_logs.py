"""Lines that repeat are counted, not written."""

import io
import logging
from collections.abc import Iterator

import pytest

from graphql_api.upkeep.logs import KINDS, Sparing, spare_lines


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def log(time: Time) -> Iterator[tuple[logging.Logger, io.StringIO]]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(Sparing(lines=3, seconds=60, clock=time))
    logger = logging.getLogger("tests.sparing")
    logger.propagate = False
    logger.addHandler(handler)
    yield logger, written
    logger.removeHandler(handler)


def test_a_line_that_repeats_is_written_a_few_times_and_then_counted(
    log: tuple[logging.Logger, io.StringIO], time: Time
) -> None:
    logger, written = log
    for number in range(10_000):
        time.now += 0.005
        logger.error("accept() failed for %d", number)
    time.now += 60
    logger.error("accept() failed for %d", 10_000)
    assert written.getvalue().splitlines() == [
        "accept() failed for 0",
        "accept() failed for 1",
        "accept() failed for 2",
        "accept() failed for 10000 (and 9,997 more like it before)",
    ]


def test_lines_of_other_kinds_are_written_all_the_same(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    for _ in range(50):
        logger.warning("one")
        logger.error("one")
        logger.warning("one\nand its details")
    logger.warning("two")
    assert written.getvalue().splitlines().count("one") == 6
    assert "two" in written.getvalue()


def test_errors_of_one_kind_are_one_kind_of_line(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    for error in [OSError(24, "x"), OSError(24, "y"), OSError(24, "z"), OSError(24, "a"), ValueError("b")]:
        logger.error("failed", exc_info=error)
    assert written.getvalue().count("OSError") == 3
    assert written.getvalue().count("ValueError") == 1


def test_what_was_seen_long_ago_is_forgotten(time: Time) -> None:
    sparing = Sparing(clock=time)
    for number in range(5 * KINDS):
        time.now += 1
        sparing.filter(logging.LogRecord("name", logging.ERROR, "", 1, f"line {number}", (), None))
    assert len(sparing._windows) <= KINDS


def test_every_place_where_the_log_is_written_is_spared(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    monkeypatch.setattr(logging.getLogger("uvicorn"), "handlers", [handler])
    spare_lines()
    for _ in range(100):
        logging.getLogger("uvicorn").error("again")
    assert len(written.getvalue().splitlines()) == 5
