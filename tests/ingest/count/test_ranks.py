"""Processes that share pictures wait for each other long, and say what to do where one is lost."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import distributed

from ingest.count.ranks import PATIENCE, Ranks, spawn_ranks
from queries.errors import GraphError


def left_alone(argument: None, ranks: Ranks, report: Callable[[Any], None]) -> None:
    """The second process ends where the first one waits for it."""
    if ranks.first:
        report(distributed.group.WORLD._get_backend(torch.device("cpu")).options._timeout)  # type: ignore[union-attr]
        ranks.sum_tables([torch.zeros(2)])


def test_a_process_that_is_left_alone_says_so_and_would_have_waited_for_long() -> None:
    heard: list[Any] = []
    with pytest.raises(GraphError, match=r"lost the others that share the pictures \(.*\); .* repeat the command"):
        spawn_ranks(2, left_alone, None, heard.append)
    assert heard == [PATIENCE]
