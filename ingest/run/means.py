"""The layer means of a run with attribution counts: what an activation is compared with. Stored once, then fixed.

Attribution counts add up only if they were taken from the same means, so a run keeps those it began with, whatever
pictures are added to it later.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.run.files import read_manifest
from ingest.run.write import RunWriter, write_json
from queries.errors import DataError
from queries.records import Record, digest_of

FILE = "means.json"
SAME_NETWORK = ("weights_sha256", "preprocessing", "layers", "output", "switches")  # of an identity


@dataclass(frozen=True, slots=True)
class LayerMeans:
    """The mean of each channel over positions and pictures.

    pictures  over how many
    layers    name -> one float64 per channel, lowest layer first
    """

    pictures: int
    layers: Mapping[str, Sequence[float]]

    @property
    def digest(self) -> str:
        return digest_of(asdict(self))


def read_means(run: Path) -> LayerMeans | None:
    """The means of a run; None where it has none yet. Raises DataError where they are not those it was counted with."""
    recorded = read_manifest(run).get("means")
    if recorded is None:
        return None
    try:
        content: Record = json.loads((run / FILE).read_text(encoding="utf-8"))
        means = LayerMeans(content["pictures"], content["layers"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{run / FILE} cannot be read ({type(error).__name__}: {error}); restore it, or count the run again under "
            "another name"
        ) from error
    if means.digest != recorded["digest"]:
        raise DataError(
            f"{run / FILE} has other means than the run was counted with; restore it, or count the run again under "
            "another name"
        )
    return means


def keep_means(run: RunWriter, means: LayerMeans) -> LayerMeans:
    """Give a run its means. Raises DataError where it has others."""
    ours = read_means(run.path)
    if ours is None:
        write_json(run.path / FILE, asdict(means))
        run.update({"means": {"pictures": means.pictures, "digest": means.digest}})
    elif ours.digest != means.digest:
        raise DataError(
            f"{run.path} has attribution counts from other layer means, and they cannot be added up; count new runs "
            f"with `summit ingest --attribution --means {run.path.name}`, which uses the means of this one"
        )
    return means


def means_of_other(other: Path, identity: Record) -> LayerMeans:
    """The means of another run, for one with this identity.

    Raises DataError where it has none, or those of another network.
    """
    means = read_means(other)
    if means is None:
        raise DataError(f"--means {other}: the run has no layer means; name one that was counted with --attribution")
    ours, theirs = json.loads(json.dumps(identity)), read_manifest(other)["identity"]
    if differing := [key for key in SAME_NETWORK if ours.get(key) != theirs.get(key)]:
        raise DataError(
            f"--means {other}: the run was counted with another network or other layers ({', '.join(differing)} "
            "differ); expected the same"
        )
    return means
