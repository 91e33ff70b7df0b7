"""Which channels stored graphs have."""

from queries.store import Store


async def channels_in_graphs(store: Store, model: str) -> dict[str, set[int]]:
    """Layer -> indexes of its channels that are in any stored attribution graph of a model; no layer without one."""
    found = {}
    for layer in await store.run("layers", model=model):
        rows = await store.run_packed("layer_counts", model=model, layer=layer["name"])
        if channels := {channel for row in rows for channel in row["channels"]}:
            found[layer["name"]] = channels
    return found
