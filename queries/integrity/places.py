"""Whether every node can be found again: by an id of a model that is there, and from the node that it belongs to."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import replace

from queries.integrity.damage import COUNTS, NETWORK, NODES, NOTES, RANKINGS, SCORED, START_OVER, Damage, Model
from queries.integrity.model import labels
from queries.integrity.statements import count_apart, count_by_model
from queries.store import Row, Store
from queries.values import counted

NOTE = "Annotation"  # what people wrote, which stays where its model is gone
PARTS = dict.fromkeys(("Model", "Layer", "Channel", "ImageClass"), NETWORK) | {NOTE: NOTES}  # by label; others: NODES
TELLING_MODEL = {"Layer", "Channel", "ImageClass", NOTE}  # labels whose nodes are found by their property `model`
ALONE = {"ClassGroup", "Model", NOTE}  # labels whose nodes may have no relationship
REWRITTEN = {"Adjacency": COUNTS, "LayerRanking": RANKINGS, "ScoredRanking": SCORED, "ScoredGraph": SCORED}  # with this
UNKNOWN = "(unknown)"


async def lost_nodes(store: Store, models: Sequence[Model], among: Collection[str] | None = None) -> list[Damage]:
    """Nodes by whose ids nobody finds them: none, one of no model here, or one of another model than they say.

    among  labels to look at; None for all
    Where the network itself has them, no other check can read it. What comes or goes meanwhile is no damage.
    """
    asked = [label for label in labels() if among is None or label in among]
    rows = {label: await store.read_text(count_by_model(label)) for label in asked}
    known = {each.id for each in models} | {row["model"] for row in await store.run("model_records")}
    return [*orphans(rows, known), *(flaw for label in rows for flaw in misplaced(label, rows[label], known))]


def orphans(rows: Mapping[str, Sequence[Row]], known: Set[str]) -> Iterable[Damage]:
    """What is there of models that are not, one damage a model."""
    left: dict[str, int] = {}
    for row in (row for label, found in rows.items() if label != NOTE for row in found):
        if row["of"] is not None and row["of"] not in known:
            left[row["of"]] = left.get(row["of"], 0) + row["nodes"]
    for of, nodes in sorted(left.items()):
        yield damage(NETWORK, of, f"the model itself is not there, and {there_are(nodes)} with ids of it")


def misplaced(label: str, rows: Iterable[Row], known: Set[str]) -> Iterable[Damage]:
    """Nodes of one label that have no id, or whose model is not that of their ids."""
    part = PARTS.get(label, NODES)
    for row in rows:
        of, told, nodes = row["of"], row["model"], row["nodes"]
        is_text = isinstance(told, str)
        if of is None:
            yield damage(part, told if is_text else UNKNOWN, f"{there_are(nodes)} labelled {label} without an id")
        elif is_text if label == NOTE else of not in known:
            continue  # the note is among those of the model that it names; the model is gone
        elif told != of and (told is not None or label in TELLING_MODEL):
            yield damage(part, of, f"{there_are(nodes)} labelled {label} with ids of it and the model {told!r:.60}")


async def loose_nodes(store: Store, models: Sequence[Model]) -> list[Damage]:
    """Nodes that have lost the relationship from what they belong to, so that no statement leads to them."""
    known, found = {each.id: each for each in models}, list[Damage]()
    for label in labels():
        for row in await store.read_text(count_apart(label)) if label not in ALONE else ():
            if (of := row["of"]) is not None:
                flaw = damage(NODES, of, f"{there_are(row['nodes'])} labelled {label} that nothing leads to")
                is_rewritten = label in REWRITTEN and of in known
                found.append(replace(flaw, remedy=known[of].remedy(REWRITTEN[label])) if is_rewritten else flaw)
    return found


def damage(part: str, model: str, problem: str) -> Damage:
    """A flaw. Only notes are mended by being written again; of anything else, what is lost would stay beside it."""
    flaw = Model(model, {}).damage(part, None, problem)
    return flaw if part == NOTES and model != UNKNOWN else replace(flaw, remedy=START_OVER)


def there_are(nodes: int) -> str:
    return f"there {'is' if nodes == 1 else 'are'} {counted(nodes, 'node')}"
