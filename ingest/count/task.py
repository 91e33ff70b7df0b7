"""What a run works with: the network instrumented for counting, and the folders matched to its outputs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ingest.count.forward import choose_device
from ingest.count.instrument import InstrumentedNetwork
from ingest.count.ranks import Ranks
from ingest.count.settings import Settings
from ingest.count.tally import ChannelCounter
from ingest.images.classes import FolderClass, known_outputs, match_folders, read_mapping
from ingest.images.files import digest_of_list, list_folders
from ingest.images.reading import read_all
from ingest.network.classifier import Network
from ingest.network.follow import Hop
from ingest.network.load import load_network
from ingest.network.outputs import find_scores
from ingest.network.wiring import Wiring, wire
from queries.errors import QueryError
from queries.load.tables import read_class_list


@dataclass(frozen=True, eq=False)
class Task:
    """Everything that stays the same from class to class."""

    settings: Settings
    ranks: Ranks
    network: Network
    wiring: Wiring
    instrumented: InstrumentedNetwork
    counter: ChannelCounter
    device: torch.device
    classes: tuple[FolderClass, ...]
    folders: dict[str, list[Path]]
    excluded: tuple[str, ...]

    def share(self, image_class: FolderClass) -> list[tuple[int, Path]]:
        """(position, path) of the pictures of a class that this process counts."""
        return list(self.ranks.share(list(enumerate(self.folders[image_class.folder]))))

    def read(self, classes: Sequence[FolderClass]) -> Iterator[Tensor | str]:
        """Every picture this process counts, class after class, read ahead."""
        paths = [path for each in classes for _, path in self.share(each)]
        return read_all(paths, self.network.preprocessing, self.settings.workers)

    def name(self, path: Path) -> str:
        """A picture's name in the run: its path below the folder of all pictures."""
        return path.relative_to(self.settings.images).as_posix()

    def digest(self, image_class: FolderClass) -> str:
        """SHA-256 of the list of a class's pictures."""
        return digest_of_list(self.folders[image_class.folder], self.settings.images)

    def identity(self) -> dict[str, Any]:
        """Everything a count depends on."""
        return {
            "network": self.network.name,
            "weights": self.network.weights,
            "weights_sha256": self.network.digest,
            "preprocessing": asdict(self.network.preprocessing),
            "output": self.instrumented.scores.part,
            "switches": dict(self.network.switches),
            "layers": [{"name": layer.name, "channels": layer.channels} for layer in self.wiring.layers],
            "convolutions": [_described(hop) for hop in self.wiring.hops],
            "excluded": list(self.excluded),
            "rules": asdict(self.settings.rules),
            "images": str(self.settings.images.resolve()),
            "limit": self.settings.limit,
            "device": self.device.type,
            "votes": self.keeps_votes,
        }

    @property
    def keeps_votes(self) -> bool:
        return self.settings.keep_votes and not self.settings.rules.needs_maps


def prepare(settings: Settings, ranks: Ranks) -> Task:
    """Load and trace the network, and match folders to its outputs."""
    folders = _folders(settings)
    network = load_network(settings.network, settings.weights, settings.transform_input).adjusted(settings.adjustments)
    side = network.preprocessing.crop
    probe = torch.randn(1, 3, side, side, generator=torch.Generator().manual_seed(0))
    wiring = wire(network.module, probe, settings.layers or None)
    device = choose_device(settings.device, ranks.rank)
    listed = read_class_list(settings.class_list) if settings.class_list else []
    scores = find_scores(network.name, wiring.traced.module, probe, settings.output, len(network.class_names or listed))
    network = network.noted(scores.notes(network.name))
    instrumented = InstrumentedNetwork(wiring, scores, whole_maps=settings.rules.needs_maps).to(device)
    counter = ChannelCounter(wiring, settings.rules, read_excluded(settings.exclude, wiring), device)
    classes = _classes(settings, network, listed, list(folders), scores.classes)
    excluded = tuple(sorted(settings.exclude))
    return Task(settings, ranks, network, wiring, instrumented, counter, device, classes, folders, excluded)


def read_excluded(names: Sequence[str], wiring: Wiring) -> list[Tensor]:
    """One per layer, (C,) bool, from "<layer>/<index>" each. QueryError for a channel that does not exist."""
    excluded = {layer.name: torch.zeros(layer.channels, dtype=torch.bool) for layer in wiring.layers}
    for name in names:
        layer, _, index = name.rpartition("/")
        if layer not in excluded or not index.isdecimal() or int(index) >= len(excluded[layer]):
            raise QueryError(
                f"--exclude {name}: no such channel; expected <layer>/<index> with a layer of {', '.join(excluded)}"
            )
        excluded[layer][int(index)] = True
    return list(excluded.values())


def _folders(settings: Settings) -> dict[str, list[Path]]:
    folders = list_folders(settings.images)
    return {name: pictures[: settings.limit] for name, pictures in folders.items()}


def _classes(
    settings: Settings, network: Network, listed: Sequence[Mapping[str, Any]], folders: list[str], outputs: int
) -> tuple[FolderClass, ...]:
    """The classes to count: those asked for, each with the index it has among all folders."""
    mapping = read_mapping(settings.mapping) if settings.mapping else None
    classes = match_folders(folders, outputs, known_outputs(network.class_names, listed), mapping)
    unknown = sorted(set(settings.classes) - set(folders))
    if unknown:
        raise QueryError(f"--classes {unknown}: no such folders in {settings.images}")
    return tuple(each for each in classes if not settings.classes or each.folder in settings.classes)


def _described(hop: Hop) -> dict[str, Any]:
    convolution = hop.convolution
    return {
        "name": convolution.name,
        "targets": convolution.targets,
        "sources": convolution.sources,
        "groups": convolution.groups,
        **{key: value for key, value in convolution.geometry._asdict().items() if key != "channels_last"},
    }
