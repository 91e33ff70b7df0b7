"""What a run works with: the network wired for counting, and the folders matched to its outputs."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ingest.count.forward import choose_device, show
from ingest.count.instrument import Instrumented
from ingest.count.ranks import Ranks
from ingest.count.settings import Settings
from ingest.count.tally import Counter
from ingest.images.classes import FolderClass, known_outputs, match_folders, read_mapping
from ingest.images.files import digest_of_list, list_folders
from ingest.images.reading import read_all
from ingest.network.follow import Hop
from ingest.network.load import Network, load_network
from ingest.network.wiring import Wiring, wire
from queries.errors import DataError
from queries.load.tables import read_class_list


@dataclass(frozen=True, eq=False)
class Task:
    """Everything that stays the same from class to class."""

    settings: Settings
    ranks: Ranks
    network: Network
    wiring: Wiring
    probe: Instrumented
    counter: Counter
    device: torch.device
    classes: tuple[FolderClass, ...]
    folders: dict[str, list[Path]]
    excluded: tuple[str, ...]

    def shares(self, one: FolderClass) -> list[tuple[int, Path]]:
        """(position, path) of the pictures of a class that this process counts."""
        return list(self.ranks.share(list(enumerate(self.folders[one.folder]))))

    def read(self, classes: Sequence[FolderClass]) -> Iterator[Tensor | str]:
        """Every picture this process counts, class after class, read ahead."""
        paths = [path for one in classes for _, path in self.shares(one)]
        return read_all(paths, self.network.preprocessing, self.settings.workers)

    def name(self, path: Path) -> str:
        """A picture as the run calls it: its path below the folder of all pictures."""
        return path.relative_to(self.settings.images).as_posix()

    def digest(self, one: FolderClass) -> str:
        """SHA-256 of the list of a class's pictures."""
        return digest_of_list(self.folders[one.folder], self.settings.images)

    def identity(self) -> dict[str, Any]:
        """Everything a count depends on."""
        return {
            "network": self.network.name,
            "weights": self.network.weights,
            "weights_sha256": self.network.digest,
            "preprocessing": asdict(self.network.preprocessing),
            "layers": [{"name": row.name, "channels": row.channels} for row in self.wiring.rows],
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
    network = load_network(settings.network, settings.weights)
    if settings.size:
        network = replace(network, preprocessing=network.preprocessing.scaled_to(settings.size))
    side = network.preprocessing.crop
    probing = torch.randn(1, 3, side, side, generator=torch.Generator().manual_seed(0))
    wiring = wire(network.module, probing, settings.layers or None)
    device = choose_device(settings.device, ranks.rank)
    probe = Instrumented(wiring, whole_maps=settings.rules.needs_maps).to(device)
    outputs = show(probe, probing, device).scores.shape[1]
    excluded = read_excluded(settings.exclude, wiring)
    counter = Counter(wiring, settings.rules, excluded, device)
    classes = _classes(settings, network, list(folders), outputs)
    names = tuple(sorted(settings.exclude))
    return Task(settings, ranks, network, wiring, probe, counter, device, classes, folders, names)


def read_excluded(names: Sequence[str], wiring: Wiring) -> list[Tensor]:
    """One a row, (C,) bool, from "<layer>/<index>" each. DataError for a channel that does not exist."""
    excluded = {row.name: torch.zeros(row.channels, dtype=torch.bool) for row in wiring.rows}
    for name in names:
        layer, _, index = name.rpartition("/")
        if layer not in excluded or not index.isdecimal() or int(index) >= len(excluded[layer]):
            raise DataError(f"--exclude {name}: no such channel; it takes <layer>/<index> of {', '.join(excluded)}")
        excluded[layer][int(index)] = True
    return list(excluded.values())


def _folders(settings: Settings) -> dict[str, list[Path]]:
    folders = list_folders(settings.images)
    return {name: pictures[: settings.limit] for name, pictures in folders.items()}


def _classes(settings: Settings, network: Network, folders: list[str], outputs: int) -> tuple[FolderClass, ...]:
    """The classes to count: those asked for, each with the index that it has among all folders."""
    listed = read_class_list(settings.class_list) if settings.class_list else []
    mapping = read_mapping(settings.mapping) if settings.mapping else None
    classes = match_folders(folders, outputs, known_outputs(network.class_names, listed), mapping)
    strangers = sorted(set(settings.classes) - set(folders))
    if strangers:
        raise DataError(f"--classes {strangers}: no such folders in {settings.images}")
    return tuple(one for one in classes if not settings.classes or one.folder in settings.classes)


def _described(hop: Hop) -> dict[str, Any]:
    convolution = hop.convolution
    return {
        "name": convolution.name,
        "targets": convolution.targets,
        "sources": convolution.sources,
        "groups": convolution.groups,
        **{key: value for key, value in convolution.geometry._asdict().items() if key != "channels_last"},
    }
