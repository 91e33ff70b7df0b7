"""A count that is interrupted amid a class."""

from typing import Any

import pytest

from ingest.count.batch import count_batch
from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings


def interrupt(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Count until the third batch; all that came before it is saved."""
    calls: list[object] = []

    def until_the_third(*args: Any) -> object:
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return count_batch(*args)

    with monkeypatch.context() as patch:
        patch.setattr("ingest.count.pipeline.count_batch", until_the_third)
        patch.setattr("ingest.count.stored.saved.SAVED_EVERY", 0.0)
        with pytest.raises(KeyboardInterrupt):
            count_pictures(settings)
