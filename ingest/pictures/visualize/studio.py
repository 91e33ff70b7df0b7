"""What a process needs to make the pictures of a run: its network, cut at each layer, and the colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy
import torch
from numpy.typing import NDArray
from torch import Tensor

from ingest.count.forward import choose_device
from ingest.errors import NetworkRefused
from ingest.network.preprocess import Preprocessing
from ingest.pictures.counted import load_counted, preprocessing_of_run
from ingest.pictures.visualize.colours import colour_root
from ingest.pictures.visualize.field import receptive_field
from ingest.pictures.visualize.plan import Sizes
from ingest.pictures.visualize.quality import Measured, encode, measure
from ingest.pictures.visualize.recipe import Colours, Recipe, Wanted, make_pictures
from ingest.pictures.visualize.subnetwork import Subnetwork, cut, plain_value
from ingest.run.read import RunReader
from ingest.tracing.layers import TracedLayer
from ingest.tracing.trace import Traced

SIDES = ((19, 48), (83, 64))  # receptive field up to, side of the picture; small sides show fine textures larger
SIDE = 96  # above
WIDE, REACH = 400, 2.0  # pixels: layers that see as much show large forms, which are moved further
SIZES = {
    "cpu": Sizes(8, 2),
    "cuda": Sizes(64, 64),
}  # a picture in a batch of 2 costs a CPU a quarter more than in one of 8


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was made: the content of its file, and what was measured of it."""

    content: bytes
    measured: Measured


@dataclass(frozen=True, eq=False)
class Studio:
    """weights  digest of the network's
    crop     side of the network's input, pixels
    side     of the pictures, where the user chose one
    largest  layer -> its channels' largest peaks over the run's pictures, None where the run did not keep them
    """

    weights: str
    traced: Traced
    layers: Mapping[str, TracedLayer]
    colours: Colours
    crop: int
    side: int | None
    largest: Mapping[str, NDArray[numpy.float32]] | None

    @cached_property
    def _cuts(self) -> dict[tuple[str, int], Subnetwork]:
        return {}

    def recipe(self, layer: str, steps: int) -> Recipe:
        """How pictures of a layer are made: large enough for what it sees, never larger than the network's input.

        A network that does not run on pictures so small gets them as large as its input.
        """
        field = receptive_field(self.traced, self.layers[layer].value).side
        fitting = self.side or min(next((side for most, side in SIDES if field <= most), SIDE), self.crop)
        return Recipe(steps, fitting if self.runs(layer, fitting) else self.crop, REACH if field >= WIDE else 1.0)

    @cached_property
    def _runs(self) -> dict[tuple[str, int], bool]:
        return {}

    def runs(self, layer: str, side: int) -> bool:
        """Whether the network computes a layer of pictures of a side."""
        if (layer, side) not in self._runs:
            try:
                with torch.inference_mode():
                    plain_value(self.traced, self.layers[layer], torch.zeros(1, 3, side, side))
                self._runs[layer, side] = True
            except (RuntimeError, ValueError):
                self._runs[layer, side] = False
        return self._runs[layer, side]

    def cut(self, layer: str, side: int) -> Subnetwork:
        """The network up to a layer, on the device; the last one is kept."""
        if (layer, side) not in self._cuts:
            self._cuts.clear()
            probe = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0))
            found = cut(self.traced, self.layers[layer], (probe - self.colours.mean.cpu()) / self.colours.std.cpu())
            self._cuts[layer, side] = found.to(self.colours.root.device)
        return self._cuts[layer, side]

    @property
    def sizes(self) -> Sizes:
        return SIZES[self.colours.root.device.type]

    def make(self, layer: str, channels: Sequence[int], steps: int, size: int) -> list[Picture]:
        """One picture for each of at most `size` channels, made in a batch of this size; none depends on the others."""
        recipe = self.recipe(layer, steps)
        wanted = [Wanted(channel, f"{layer}/{channel}/mean") for channel in channels]
        filled = [*wanted, *[wanted[0]] * (size - len(wanted))]
        return self._made(layer, recipe, filled, diverse=False)[: len(wanted)]

    def make_diverse(self, layer: str, channel: int, count: int, steps: int) -> list[Picture]:
        """`count` pictures of one channel that differ from each other."""
        recipe = self.recipe(layer, steps)
        wanted = [Wanted(channel, f"{layer}/{channel}/diverse-{k}") for k in range(count)]
        return self._made(layer, recipe, wanted, diverse=True)

    def _made(self, layer: str, recipe: Recipe, wanted: Sequence[Wanted], diverse: bool) -> list[Picture]:
        value = self.cut(layer, recipe.side)
        made = make_pictures(value, recipe, wanted, self.colours, diverse)
        files = [encode(picture) for picture in made]
        channels = [each.channel for each in wanted]
        largest = None if self.largest is None else self.largest[layer]
        found = measure(value, self.colours, files, channels, recipe.side, recipe.steps, largest)
        return [Picture(*each) for each in zip(files, found, strict=True)]


def open_studio(run: RunReader, device: str, side: int | None) -> Studio:
    """Load and trace the network of a run. Raises DataError where it has other weights now, or its pictures are gone.

    side  of the pictures in pixels; None: by what each layer sees
    """
    found, preprocessing = load_counted(run), preprocessing_of_run(run.settings)
    network, traced, layers = found.network, found.traced, {layer.name: layer for layer in found.layers}
    counted = {layer.name: layer.channels for layer in run.layers}
    if counted != {name: layer.channels for name, layer in layers.items()}:
        raise NetworkRefused(f"{network.name} has other layers than the run {run.name} was counted with: {counted}")
    place = choose_device(device)
    colours = colours_of(run, preprocessing, place)
    return Studio(network.digest, traced, layers, colours, preprocessing.crop, side, largest_peaks(run))


def colours_of(run: RunReader, preprocessing: Preprocessing, device: torch.device) -> Colours:
    def column(values: Sequence[float]) -> Tensor:
        return torch.tensor(values, device=device).view(3, 1, 1)

    return Colours(colour_root(run, preprocessing).to(device), column(preprocessing.mean), column(preprocessing.std))


def largest_peaks(run: RunReader) -> dict[str, NDArray[numpy.float32]] | None:
    """Layer -> (C,): each channel's largest peak over the run's pictures; None where a class did not keep its peaks."""
    if not all(run.has_table(index, "votes") for index in run.classes):
        return None
    sizes = [layer.channels for layer in run.layers]
    largest = numpy.zeros(sum(sizes), numpy.float32)
    for index in run.classes:
        peaks = run.table(index, "votes")["peaks"].combine_chunks().flatten().to_numpy().reshape(-1, sum(sizes))
        largest = numpy.maximum(largest, peaks.max(0, initial=0))
    parts = numpy.split(largest, numpy.cumsum(sizes)[:-1])
    return {layer.name: part for layer, part in zip(run.layers, parts, strict=True)}
