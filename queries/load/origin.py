"""Which models of the database were loaded from a run."""

from queries.store import Store


async def models_of_run(store: Store, run: str) -> dict[str, int]:
    """Model -> number of its classes with complete counts, of the models that were loaded from the run at this path."""
    models = [row["model"] for row in await store.run("model_records") if row["record"].get("run") == run]
    digests = {model: await store.run("class_digests", model=model) for model in models}
    return {model: sum(row["counts"] is not None for row in rows) for model, rows in digests.items()}
