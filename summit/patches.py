"""Patches: the parts of real pictures that excite the channels of a run most."""

import time
from dataclasses import asdict

from queries.engines.settings import Settings
from queries.records import model_id
from summit.extra import ingest_extra
from summit.load import ModelId, RunName
from summit.terminal import CONSOLE, Json, answer, command_group

commands = command_group()


@commands.command("patches")
def patches(run: RunName, model: ModelId = None, as_json: Json = False) -> None:
    """Cut the pictures that excite each channel of a run most where the channel looks.

    Classes counted by a version that did not keep where that is are shown to the network again. `summit load` makes
    patches, too; after `summit extract` this adds those of the classes whose graphs have a channel.
    """
    with ingest_extra():
        from ingest.loading import open_run
        from ingest.pictures.patching import make

    started = time.perf_counter()
    settings = Settings.from_environment()
    found = open_run(run, settings.home, CONSOLE)
    made = make(settings, found, model_id(found.name if model is None else model), CONSOLE, show_again=True)
    seconds = time.perf_counter() - started
    answer({"run": str(found.path), **asdict(made), "seconds": round(seconds, 2)}, as_json, f"{made}; {seconds:.1f} s")
