"""What `summit probe` found about a model's layers, in the database."""

from collections.abc import Sequence

from queries.records import Record
from queries.store import Step


def probe_step(model: str, rows: Sequence[Record]) -> Step:
    """The write that puts a probe in place of the one that the model has.

    rows  one per layer, lowest first, with the columns of layer_probes
    """
    kept = [{**row, "id": f"{model}/{row['layer']}", "layer_index": at} for at, row in enumerate(rows)]
    return "store_probe", {"model": model, "rows": kept}
