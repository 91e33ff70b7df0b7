"""Whether a run's classes look like the network's outputs in another order."""

from collections.abc import Sequence

from ingest.images.classes import Listed
from queries.records import Record

NAMED = 3  # classes that are named
LOW = 0.1  # top-1 accuracy near chance, unless the network has so few outputs that twice chance is more
GAIN = 0.3  # by how much accuracy must rise with other outputs


def other_order(rows: Sequence[Record], outputs: Sequence[Listed]) -> str | None:
    """A warning where pictures are hardly ever taken for their class, but consistently for another one each; or None.

    rows     of classes, see `read_class_row`
    outputs  (wnid, name) of each output, or None where nothing is known of it
    Every output is given to one class at most, most pictures first. What one picture of a class says is left out, so
    that classes of a single picture, which always agree with themselves, say nothing; nor does a network that takes
    every picture for the same output, as one that is not trained does.
    """
    rows = [row for row in rows if row["output"] is not None and row["images"] > 1]
    if len(rows) < 2:
        return None
    images = [row["images"] for row in rows]
    accuracy, constant = sum(row["correct"] for row in rows) / sum(images), max(images) / sum(images)
    found = _one_to_one(rows)
    repeated = sum(row["images"] - 1 for row in rows)
    better = sum(pictures - 1 for _, pictures in found.values()) / repeated
    chance = 1 / len(outputs) if outputs else 0.0  # a run of an earlier version does not say how many
    if accuracy >= max(LOW, 2 * chance) or better < max(accuracy, constant) + GAIN:
        return None
    worst = sorted(
        (row for row in rows if found.get(row["index"], (row["output"], 0))[0] != row["output"]),
        key=lambda row: (-found[row["index"]][1] / row["images"], row["index"]),
    )
    named = ", ".join(f"{row['name']} for {_called(found[row['index']][0], outputs)}" for row in worst[:NAMED])
    return (
        f"top-1 accuracy is {accuracy:.3f}, but would be about {better:.2f} with other outputs: most pictures of a "
        f"class are taken for another one ({named}). The class names seem to be in another order than the network's "
        "outputs; give the right one with --class-list or --mapping (`--mapping sorted` where folders in order of name "
        "are the outputs) and another run name"
    )


def _one_to_one(rows: Sequence[Record]) -> dict[int, tuple[int, int]]:
    """Class index -> (output, pictures taken for it), each output once, most pictures first."""
    votes = [
        (pictures, row["index"], output)
        for row in rows
        for output, pictures in zip(row["confused_outputs"], row["confused_images"], strict=True)
    ]
    found: dict[int, tuple[int, int]] = {}
    taken: set[int] = set()
    for pictures, index, output in sorted(votes, key=lambda vote: (-vote[0], vote[1:])):
        if index not in found and output not in taken:
            found[index] = (output, pictures)
            taken.add(output)
    return found


def _called(output: int, outputs: Sequence[Listed]) -> str:
    known = outputs[output] if output < len(outputs) else None
    return f"output {output} ({known[1]})" if known else f"output {output}"
