"""How well the maps of the published classes keep what the counts say, next to the cosine neighbours themselves.

    python -m bench.maps.embedding [FOLDER WITH summit-published AND imagenet_groups.tsv]

overlap@10  share of a class's ten nearest by cosine that are among its ten nearest on the map
purity      share of the ten nearest whose label (the smallest of LABELS that holds a class) is the class's own
move        median distance that a class moves between neighbouring layers, at a root mean square radius of 5
All are means over classes and layers.
"""

import sys
import time
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from queries.load import published
from queries.load.tables import read_group_list
from queries.map.embedding import Map
from queries.map.neighbours import Counts, nearest
from queries.map.stored import draw
from queries.progress import ignore_progress

NEAR = 10
LABELS = """dog, cat, bear, primate, ungulate, rodent, bird, snake, lizard, turtle, salamander, fish, insect, spider,
crustacean, motor vehicle, vehicle, vessel, aircraft, boat, musical instrument, furniture, garment, clothing, fruit,
vegetable, building, structure, tool, container, weapon, electronic equipment, food, geological formation, instrument,
equipment, mammal, reptile, invertebrate, covering, device, artifact, plant, animal""".replace("\n", " ").split(", ")


def main() -> None:
    data = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")
    layers = published_counts(data / "summit-published")
    labels = class_labels(data / "imagenet_groups.tsv")
    started = time.process_time()
    maps = draw(list(layers.items()), ignore_progress)
    seconds = time.process_time() - started
    by_cosine = {layer: nearest(counts, NEAR) for layer, counts in layers.items()}
    on_map = {layer: nearest_on_map(drawn) for layer, drawn in maps.items()}
    print(f"{len(maps)} layers, {max(len(counts) for counts in layers.values()):,} classes; {seconds:.1f} CPU s")
    overlaps = [overlap(by_cosine[layer], on_map[layer]) for layer in layers]
    print(f"overlap@{NEAR} {np.mean(overlaps):.3f}  (expected at least 0.54)")
    pure = np.mean([purity(on_map[layer], labels) for layer in layers])
    baseline = np.mean([purity(by_cosine[layer], labels) for layer in layers])
    print(f"purity {pure:.3f}  (expected at least 0.31; the cosine neighbours themselves: {baseline:.3f})")
    print(f"move {np.mean(moves(list(maps.values()))):.1f}")


def published_counts(folder: Path) -> dict[str, Counts]:
    """Counts of the channels in the published graphs, by layer."""
    layers: dict[str, dict[int, dict[int, int]]] = {layer.name: {} for layer in published.LAYERS}
    for graph in published.read_published(folder, ignore_progress).graphs:
        for vertex in graph.vertices:
            layers[vertex.layer].setdefault(graph.index, {})[vertex.channel] = vertex.count
    return dict(layers)


def class_labels(group_list: Path) -> dict[int, str]:
    """Each class's smallest group of LABELS; of two groups of one name the last one listed counts."""
    groups = {row["name"]: row["classes"] for row in read_group_list(group_list) if row["name"] in LABELS}
    smallest_last = sorted(groups, key=lambda name: -len(groups[name]))
    return {index: name for name in smallest_last for index in groups[name]}


def nearest_on_map(drawn: Map) -> dict[int, tuple[int, ...]]:
    places = np.array([drawn.x, drawn.y]).T
    distances = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    ranked = np.argsort(distances, axis=1, kind="stable")[:, :NEAR].tolist()
    return {index: tuple(drawn.classes[at] for at in row) for index, row in zip(drawn.classes, ranked, strict=True)}


def overlap(by_cosine: Mapping[int, tuple[int, ...]], on_map: Mapping[int, tuple[int, ...]]) -> float:
    return float(np.mean([len(set(near) & set(on_map[index])) / NEAR for index, near in by_cosine.items()]))


def purity(near: Mapping[int, tuple[int, ...]], labels: Mapping[int, str]) -> float:
    same = [labels.get(other) == labels.get(index) for index, others in near.items() for other in others]
    return float(np.mean(same))


def moves(maps: list[Map]) -> list[float]:
    """The median move between each layer and the next."""
    placed = [dict(zip(drawn.classes, scaled(drawn), strict=True)) for drawn in maps]
    return [
        float(np.median([np.linalg.norm(after[index] - before[index]) for index in before.keys() & after.keys()]))
        for before, after in pairwise(placed)
    ]


def scaled(drawn: Map) -> NDArray[np.float64]:
    places = np.array([drawn.x, drawn.y]).T
    centred = places - places.mean(axis=0)
    made: NDArray[np.float64] = 5 * centred / np.sqrt((centred**2).sum(axis=1).mean())
    return made


if __name__ == "__main__":
    main()
