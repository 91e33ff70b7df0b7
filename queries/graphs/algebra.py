"""Set algebra over graphs in memory: the rows of compared_channels, compared_edges and layer_overlap. Pure."""

from collections.abc import Mapping, Sequence

from queries.store import Row

Holders = dict[str, list[Row]]  # class id -> rows of its graph


def compared_channels(graphs: Holders, operation: str, at_least: int, heights: Mapping[str, int]) -> list[Row]:
    """graphs: channels of each class, in the order asked; heights: layer -> its index. Highest layer first."""
    found: dict[str, list[tuple[str, Row]]] = {}
    for name in by_index(graphs):
        for row in graphs[name]:
            found.setdefault(row["channel"], []).append((name, row))
    rows = []
    for channel, held in found.items():
        if keeps([name for name, _ in held], list(graphs), operation, at_least):
            _, layer, index = channel.rsplit("/", 2)
            place: Row = {"channel": channel, "layer": layer, "index": int(index)}
            columns = {"counts": [row["count"] for _, row in held], "pageranks": [row["pagerank"] for _, row in held]}
            rows.append({**place, "classes": [name for name, _ in held], **columns})
    return sorted(rows, key=lambda row: (-heights[row["layer"]], row["index"]))


def compared_edges(graphs: Holders, operation: str, at_least: int) -> list[Row]:
    """graphs: edges of each class, in the order asked. By source, then target."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for name in by_index(graphs):
        for row in graphs[name]:
            found.setdefault((row["source"], row["target"]), []).append((name, row["weight"]))
    rows = []
    for (source, target), held in sorted(found.items()):
        names, weights = [name for name, _ in held], [weight for _, weight in held]
        if keeps(names, list(graphs), operation, at_least):
            rows.append({"source": source, "target": target, "classes": names, "weights": weights})
    return rows


def layer_overlap(graphs: Holders, heights: Mapping[str, int]) -> list[Row]:
    """graphs: channels of each class. One row per class and layer that any of them has a channel of, lowest first."""
    layers: dict[str, dict[str, set[str]]] = {}
    for name, rows in graphs.items():
        for row in rows:
            layer = row["channel"].rsplit("/", 2)[1]
            layers.setdefault(layer, {each: set() for each in graphs})[name].add(row["channel"])
    found = []
    for layer in sorted(layers, key=heights.__getitem__):
        held = layers[layer]
        shared, total = len(set.intersection(*held.values())), len(set.union(*held.values()))
        for name in sorted(held):
            sizes = {"channels": len(held[name]), "shared": shared, "total": total, "jaccard": shared / total}
            found.append({"layer": layer, "class": name, **sizes})
    return found


def by_index(classes: Mapping[str, object]) -> list[str]:
    """Class ids by the index of the class."""
    return sorted(classes, key=lambda name: int(name.rpartition("/")[2]))


def keeps(holders: Sequence[str], classes: Sequence[str], operation: str, at_least: int) -> bool:
    """Whether an operation over `classes` keeps what `holders` of them have."""
    kept = {
        "UNION": True,
        "INTERSECTION": len(holders) == len(classes),
        "DIFFERENCE": list(holders) == [classes[0]],
        "SYMMETRIC_DIFFERENCE": len(holders) % 2 == 1,
        "AT_LEAST": len(holders) >= at_least,
    }
    return kept[operation]
