"""Writes of a network's model, layers and channels, and of one class's counts of channels."""

import json
from collections.abc import Mapping, Sequence

from queries.graphs.stored import removal_steps
from queries.load.counts import ChannelCounts, ClassCounts, CountedRun
from queries.lookup import skips_of
from queries.records import LayerSize, Record, channel_id, digest_of_skips
from queries.store import Row, Step, Store
from queries.values import utc_now

SOURCE = "counted by summit ingest"


def model_step(model: str, properties: Record) -> Step:
    """Create the model or change its properties; what is None is removed."""
    return "upsert_model", {"model": model, "properties": dict(properties), "now": utc_now()}


def described_model(run: CountedRun) -> Record:
    """The properties of a model that was loaded from a run."""
    return {**run.properties, "source": SOURCE, "parameters": json.dumps(run.settings, sort_keys=True)}


def layer_rows(model: str, layers: Sequence[LayerSize]) -> list[Record]:
    """Rows for upsert_layers."""
    return [
        {"id": f"{model}/{layer.name}", "name": layer.name, "index": layer.index, "channels": layer.channels}
        for layer in layers
    ]


def layer_steps(model: str, layers: Sequence[LayerSize]) -> list[Step]:
    """The writes that create all layers and channels of a model, or change what is known of its channels."""
    channels: list[Step] = [
        (
            "upsert_channels",
            {
                "model": model,
                "layer": layer.name,
                "rows": [
                    {
                        "id": channel_id(model, layer.name, index),
                        "index": index,
                        "excluded": index in layer.excluded,
                        "skips": layer.skips_of(index),
                    }
                    for index in range(layer.channels)
                ],
            },
        )
        for layer in layers
    ]
    return [("upsert_layers", {"model": model, "rows": layer_rows(model, layers)}), *channels]


async def has_layers(store: Store, model: str, layers: Sequence[LayerSize]) -> bool:
    """Whether the model has exactly these layers, with all their channels."""
    expected = [(layer.name, layer.index, layer.channels, layer.channels) for layer in layers]
    found = await store.run("layer_totals", model=model)
    return [(row["layer"], row["index"], row["channels"], row["held"]) for row in found] == expected


async def skips_digest(store: Store, model: str, layers: Sequence[LayerSize]) -> str | None:
    """Digest of the skips that the channels of a model keep; None where they keep none, another where some are lost."""
    rows = await store.run("channel_skips", model=model)
    if not rows:
        return None
    complete = [len(rows), *(len((*(row["skip_sources"] or ()), *(row["both_sources"] or ()))) for row in rows)]
    if complete != [sum(layer.channels for layer in layers), *(row["skips"] for row in rows)]:
        return "incomplete"
    return digest_of_skips(skips_of(rows, [layer.name for layer in layers]))


def made_of_counts(name: str) -> list[Step]:
    """The writes that take out what was made of a class's counts."""
    scored: Step = ("remove_scored_graphs", {"classes": [name]})
    subsets: Step = ("remove_subset_graphs", {"classes": [name], "subsets": None, "score": None})
    effects: Step = ("remove_channel_effects", {"class": name})
    edges: Step = ("remove_edge_attributions", {"classes": [name]})
    return [*removal_steps([name]), ("remove_rankings", {"classes": [name]}), scored, subsets, effects, edges]


def activation_steps(name: str, model: str, counts: ClassCounts) -> list[Step]:
    """The writes that put A of a class in place of what it has."""
    rows = count_rows(name, model, counts.activations)
    return [("remove_activations", {"classes": [name]}), ("add_activations", {"rows": rows})]


def attribution_steps(name: str, model: str, counts: ClassCounts) -> list[Step]:
    """The writes that put R of a class in place of what it has; without R they only remove."""
    remove: Step = ("remove_attributions", {"classes": [name]})
    rows = count_rows(name, model, counts.attributions)
    return [remove, ("add_attributions", {"rows": rows})] if rows else [remove]


def count_rows(name: str, model: str, counts: Mapping[str, ChannelCounts]) -> list[Row]:
    """Counts of a class as add_activations and add_attributions take them."""
    return [
        {"class": name, "channel": channel_id(model, layer, channel), "count": count}
        for layer, columns in counts.items()
        for channel, count in zip(columns.channels, columns.counts, strict=True)
    ]
