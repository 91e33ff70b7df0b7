"""Each channel's mean over a sample of a run's pictures, which attribution compares activations with."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from ingest.count.task import Task
from ingest.images.picture import Picture, choose_pictures
from ingest.images.reading import read_all
from ingest.run.files import MANIFEST
from ingest.run.means import LayerMeans, keep_means, means_of_other, read_means
from ingest.run.write import RunWriter
from queries.errors import DataError
from queries.values import counted

SAMPLE = 200  # pictures at most; drawn by their names and the run's seed


def find_means(task: Task, run: RunWriter) -> tuple[Tensor, ...]:
    """The means of a run: those it has, those of another run where the settings say so, or its own, which are stored.

    Called by every rank; costs one forward pass for each picture of the sample where the run has none.
    """
    known = task.ranks.broadcast(lambda: stored_means(task))
    if known is None:
        measured = task.ranks.gather(dict(_measured(task, task.ranks.share(sample(task)))))
        found = {name: means for part in measured for name, means in part.items()}
        known = task.ranks.broadcast(lambda: _joined(task, found))
    kept = task.ranks.broadcast(lambda: keep_means(run, known))
    return as_tensors(task, kept)


def stored_means(task: Task) -> LayerMeans | None:
    """The means of the run that the settings name, or of the run itself; None where it has none yet."""
    run, other = task.settings.run, task.settings.means
    if other is not None:
        return means_of_other(other, task.identity())
    return read_means(run) if (run / MANIFEST).exists() else None


def sample(task: Task) -> Sequence[Picture]:
    """The pictures that means are taken over, of all classes that are to be counted."""
    pictures = {picture.name: picture for each in task.classes for picture in task.chosen(each)}
    return choose_pictures([pictures[name] for name in sorted(pictures)], SAMPLE, None, task.settings.seed)


def measure_means(task: Task, pictures: Sequence[Picture]) -> LayerMeans | None:
    """Over some pictures, by this process alone; None where none of them can be counted."""
    found = dict(_measured(task, pictures))
    return _joined(task, found) if found else None


def as_tensors(task: Task, means: LayerMeans) -> tuple[Tensor, ...]:
    """One per layer: (C,) float64 on the run's device."""
    layers = (means.layers[layer.name] for layer in task.wiring.layers)
    return tuple(torch.tensor(values, dtype=torch.float64, device=task.device) for values in layers)


def _measured(task: Task, pictures: Sequence[Picture]) -> Iterator[tuple[str, Tensor]]:
    """(name, means of all channels) of each picture that can be read, each alone in a forward pass."""
    read = read_all(pictures, task.network.preprocessing, task.settings.workers, task.settings.oriented)
    for picture, each in zip(pictures, read, strict=True):
        if isinstance(each.content, Tensor):
            means = torch.cat(task.instrumented.means(each.content[None].to(task.device)), 1)[0].cpu()
            if bool(means.isfinite().all()):
                yield picture.name, means


def _joined(task: Task, found: dict[str, Tensor]) -> LayerMeans:
    """Summed in order of name, so that the result does not depend on how pictures were shared."""
    if not found:
        raise DataError(
            f"none of {counted(len(sample(task)), 'picture')} that layer means are taken over could be counted; "
            "repair the pictures, or name a run that has means with --means"
        )
    means = torch.stack([found[name] for name in sorted(found)]).mean(0)
    sizes = [layer.channels for layer in task.wiring.layers]
    layers = zip(task.wiring.layers, torch.split(means, sizes), strict=True)
    return LayerMeans(len(found), {layer.name: values.tolist() for layer, values in layers})
