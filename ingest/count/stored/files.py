"""All that a finished class leaves on disk: its tables, and the replicates that probabilities are taken from."""

import pyarrow

from ingest.count.batch import ClassResult
from ingest.count.resampled.replicate import replicate
from ingest.count.stored.tables import class_tables, counts_digest
from ingest.count.tally import Tally
from ingest.count.task import Task
from ingest.images.classes import FolderClass
from queries.graphs.resampling.replicates import FILE


def class_files(
    task: Task, image_class: FolderClass, tally: Tally, result: ClassResult, keep_votes: bool
) -> dict[str, pyarrow.Table | bytes]:
    """File name -> content, see ingest/run/files.py and RunWriter.write_class.

    Without replicates where they are not wanted, or votes are lacking: of a method that has none, or of pictures that
    were counted before and whose votes were not kept.
    """
    tables = class_tables(task, image_class, tally, result, keep_votes)
    found = replicate(task.counter, result, counts_digest(tables)) if task.settings.resample else None
    return {**tables, **({FILE: found.to_bytes()} if found else {})}
