"""The skips of a run's network: which edges between its layers have a way without a convolution. Needs no torch.

They follow from the network and its layers, so a run that was begun without them gets them when it is resumed, and
merged runs have the same.
"""

from collections.abc import Mapping
from pathlib import Path

import pyarrow
import pyarrow.parquet

from ingest.run.files import read_manifest
from ingest.run.write import RunWriter
from queries.errors import DataError
from queries.records import Skips, digest_of_skips

FILE = "skips.parquet"
REMEDY = "restore it, or delete the entry `skips` of the manifest and repeat the run's `summit ingest` command"
Ways = dict[int, list[int]]  # by target
SCHEMA = pyarrow.schema(
    [
        ("layer", pyarrow.string()),
        ("target", pyarrow.int32()),
        ("source", pyarrow.int32()),
        ("convolved", pyarrow.bool_()),
    ]
)


def read_skips(run: Path) -> dict[str, Skips] | None:
    """Layer -> skips into its channels; None for a run of a version that did not keep them. DataError where damaged."""
    recorded = read_manifest(run).get("skips")
    if recorded is None:
        return None
    try:
        table = pyarrow.parquet.read_table(run / FILE)
        rows = table.select(["layer", "target", "source", "convolved"]).to_pylist()
    except (OSError, KeyError, pyarrow.ArrowException) as error:
        raise DataError(f"{run / FILE} cannot be read ({error}); {REMEDY}") from error
    ways: dict[str, tuple[Ways, Ways]] = {layer: ({}, {}) for layer in recorded["layers"]}
    for row in rows:
        by_target = ways.setdefault(row["layer"], ({}, {}))[row["convolved"]]
        by_target.setdefault(row["target"], []).append(row["source"])
    skips = {layer: Skips(*both) for layer, both in ways.items()}
    if digest_of_skips(skips) != recorded["digest"]:
        raise DataError(f"{run / FILE} does not hold what the run recorded; {REMEDY}")
    return skips


def keep_skips(run: RunWriter, skips: Mapping[str, Skips]) -> None:
    """Give a run its skips."""
    rows = [
        {"layer": layer, "target": target, "source": source, "convolved": convolved}
        for layer, found in skips.items()
        for convolved, by_target in ((False, found.alone), (True, found.beside))
        for target, sources in sorted(by_target.items())
        for source in sources
    ]
    run.write_table(FILE, pyarrow.Table.from_pylist(rows, SCHEMA))
    run.update({"skips": {"layers": list(skips), "digest": digest_of_skips(skips)}})
