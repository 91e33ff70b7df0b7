"""Scores of a run's channels into the models that were loaded from it."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict

from ingest.channels.run import ChannelScore, score_channels
from ingest.run.read import RunReader
from queries.channels.scores import keep_channel_scores
from queries.engines.session import open_store, sole_import
from queries.engines.settings import Settings
from queries.load.origin import models_of_run
from queries.progress import Console


def score_and_keep(settings: Settings, run: RunReader, console: Console) -> tuple[list[ChannelScore], list[str]]:
    """The scores of a run's channels, and the models of the database that have them now.

    Raises DataError as score_channels does.
    """
    with console.progress() as progress:
        scores = score_channels(run, progress)
    with sole_import(settings, console.report):
        return scores, asyncio.run(_keep(settings, run, scores, console))


async def _keep(settings: Settings, run: RunReader, scores: Sequence[ChannelScore], console: Console) -> list[str]:
    rows = [asdict(each) for each in scores]
    async with open_store(settings, console.report) as store:
        models = list(await models_of_run(store, str(run.path.resolve())))
        for model in models:
            await keep_channel_scores(store, model, rows)
    return models
