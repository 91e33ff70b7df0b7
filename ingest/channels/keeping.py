"""Scores of a run's channels into the models that were loaded from it."""

from collections.abc import Sequence
from dataclasses import asdict

from ingest.channels.run import ChannelScore
from ingest.run.keeping import Kept, keep_measured
from ingest.run.read import RunReader
from queries.channels.scores import channel_score_steps
from queries.engines.settings import Settings
from queries.progress import Console


def keep_scores(settings: Settings, run: RunReader, scores: Sequence[ChannelScore], console: Console) -> Kept:
    """Where the scores are kept then."""
    rows = [asdict(each) for each in scores]
    return keep_measured(settings, run, run.classes, lambda model: channel_score_steps(model, rows), console)
