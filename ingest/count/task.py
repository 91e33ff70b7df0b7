"""What a run works with: the network instrumented for counting, and the folders matched to its outputs."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from ingest.count.forward import check_attribution, check_batch, choose_device
from ingest.count.instrument import InstrumentedNetwork
from ingest.count.ranks import Ranks
from ingest.count.rules import ATTRIBUTION_SHARE
from ingest.count.settings import SORTED, Settings
from ingest.count.tally import ChannelCounter
from ingest.images.classes import (
    FolderClass,
    Output,
    composed,
    known_outputs,
    match_folders,
    output_names,
    read_mapping,
    refuse_other_outputs,
    sorted_mapping,
)
from ingest.images.listing import Listing
from ingest.images.picture import Picture, choose_pictures
from ingest.images.reading import ReadPicture, read_all
from ingest.images.sources import list_source
from ingest.network.attribution import Aim
from ingest.network.load import load_network
from ingest.network.outputs import find_scores
from ingest.network.sources.classifier import Network
from ingest.tracing.convolution import Geometry
from ingest.tracing.head import Head, find_head
from ingest.tracing.labels import Hop
from ingest.tracing.wiring import Wiring, wire
from queries.errors import QueryError
from queries.load.tables import read_class_list
from queries.records import Record


@dataclass(frozen=True, slots=True)
class ClassWork:
    """A class with pictures to count.

    counted  names of its pictures that are counted already
    """

    image_class: FolderClass
    counted: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Task:
    """Everything that stays the same from class to class.

    means  one per layer: (C,) float64, what attribution is taken from; None where it is not counted, or not yet found
    """

    settings: Settings
    ranks: Ranks
    network: Network
    wiring: Wiring
    instrumented: InstrumentedNetwork
    counter: ChannelCounter
    device: torch.device
    outputs: tuple[Output | None, ...]
    classes: tuple[FolderClass, ...]
    listing: Listing
    excluded: tuple[str, ...]
    means: tuple[Tensor, ...] | None = None

    def aim(self, image_class: FolderClass) -> Aim | None:
        """What to count the attribution of in a class's pictures; None without attribution or an output."""
        if self.means is None or image_class.output is None:
            return None
        return Aim(image_class.output, self.means)

    def chosen(self, image_class: FolderClass) -> Sequence[Picture]:
        """The pictures of a class that its run is to have, in order of name."""
        pictures = self.listing.classes[image_class.folder]
        return choose_pictures(pictures, self.settings.limit, self.settings.first, self.settings.seed)

    def missing(self, work: ClassWork) -> list[Picture]:
        """The pictures of a class that are to be counted."""
        return [picture for picture in self.chosen(work.image_class) if picture.name not in work.counted]

    def share(self, work: ClassWork) -> list[tuple[int, Picture]]:
        """(place in order of name, picture) of those that this process is to count."""
        missing = self.missing(work)
        places = {name: place for place, name in enumerate(sorted(picture.name for picture in missing))}
        return list(self.ranks.share([(places[picture.name], picture) for picture in missing]))

    def read(self, works: Sequence[ClassWork]) -> Iterator[ReadPicture]:
        """Every picture this process is to count, class after class, read ahead."""
        pictures = [picture for work in works for _, picture in self.share(work)]
        return read_all(pictures, self.network.preprocessing, self.settings.workers, self.settings.oriented)

    def identity(self) -> Record:
        """Everything a count depends on."""
        return {
            "network": self.network.name,
            "weights": self.network.weights,
            "weights_sha256": self.network.digest,
            "preprocessing": asdict(self.network.preprocessing),
            "output": self.instrumented.scores.part,
            "switches": dict(self.network.switches),
            "layers": [layer.identity for layer in self.wiring.layers],
            "convolutions": described_hops(self.wiring),
            "excluded": list(self.excluded),
            "rules": asdict(self.settings.rules),
            "oriented": self.settings.oriented,
            "device": self.device.type,
            "votes": self.keeps_votes,
            **({"scores_of": of} if (of := self._scores_of()) else {}),
            **({"attribution": {"share": ATTRIBUTION_SHARE}} if self.settings.attribution else {}),
        }

    def _scores_of(self) -> list[str]:
        """What was undone to get class scores out of the network's answer."""
        return [*self.wiring.traced.undone, *(["probabilities"] if self.instrumented.scores.shares else [])]

    @cached_property
    def head(self) -> Head:
        """What follows the last layer, measured when all ranks first ask for it; rank 0's verdict is that of all."""
        found = find_head(self.wiring.traced, self.wiring.layers[-1], self.instrumented.scores, self.device)
        return replace(found, about=self.ranks.broadcast(lambda: found.about))

    @cached_property
    def map_sizes(self) -> tuple[tuple[int, int, int], ...]:
        """Channels, height and width of each layer."""
        facts = self.wiring.traced.facts
        return tuple((layer.channels, *facts[layer.value].shape[-2:]) for layer in self.wiring.layers)

    @property
    def keeps_votes(self) -> bool:
        return self.settings.keep_votes and not self.settings.rules.needs_maps

    @property
    def needs_votes(self) -> bool:
        """Whether what each picture votes for is held until its class is written, to be kept or resampled."""
        return self.keeps_votes or self.settings.resample


def prepare(settings: Settings, ranks: Ranks) -> Task:
    """Load and trace the network, and match folders to its outputs."""
    listing = list_source(settings.images)
    network = load_network(settings.network, settings.weights, settings.transform_input).adjusted(settings.adjustments)
    side = network.preprocessing.crop
    probe = torch.randn(1, 3, side, side, generator=torch.Generator().manual_seed(0))
    wiring = wire(network.module, probe, settings.layers or None)
    device = choose_device(settings.device, ranks.rank)
    listed = read_class_list(settings.class_list) if settings.class_list else []
    scores = find_scores(network.name, wiring.traced.module, probe, settings.output, len(network.class_names or listed))
    network = network.noted(scores.notes(network.name))
    instrumented = InstrumentedNetwork(wiring, scores, whole_maps=settings.rules.needs_maps).to(device)
    if device.type == "cuda":
        check_batch(instrumented, probe, device)
    if settings.attribution:
        check_attribution(instrumented, probe, device, [layer.channels for layer in wiring.layers])
    excluded_channels = read_excluded(settings.exclude, wiring)
    refuse_whole_layers(excluded_channels, wiring)
    counter = ChannelCounter(wiring, settings.rules, excluded_channels, device, settings.attribution)
    known = _known_outputs(settings, network, listed, listing)
    classes = _classes(settings, listing, known, scores.classes)
    refuse_other_outputs(str(settings.class_list or f"class_names of {network.name}"), known, scores.classes)
    excluded = tuple(sorted(settings.exclude))
    names = tuple(output_names(scores.classes, known))
    return Task(settings, ranks, network, wiring, instrumented, counter, device, names, classes, listing, excluded)


def read_excluded(names: Sequence[str], wiring: Wiring) -> list[Tensor]:
    """One per layer, (C,) bool, from "<layer>/<index>" each. QueryError for a channel that does not exist."""
    excluded = {layer.name: torch.zeros(layer.channels, dtype=torch.bool) for layer in wiring.layers}
    for name in names:
        layer, _, index = name.rpartition("/")
        if layer not in excluded or not index.isdecimal() or int(index) >= len(excluded[layer]):
            raise QueryError(
                f"--exclude {name}: no such channel; expected <layer>/<index> with a layer of {', '.join(excluded)}, "
                "or a file with one per line"
            )
        excluded[layer][int(index)] = True
    return list(excluded.values())


def refuse_whole_layers(excluded: Sequence[Tensor], wiring: Wiring) -> None:
    """Raises QueryError where no channel of a layer is left."""
    whole = [layer.name for layer, channels in zip(wiring.layers, excluded, strict=True) if bool(channels.all())]
    if whole:
        raise QueryError(
            f"--exclude has every channel of {', '.join(whole)}; leave at least one of each layer, or choose other "
            "layers with --layers"
        )


def _known_outputs(settings: Settings, network: Network, listed: Sequence[Record], listing: Listing) -> list[Output]:
    names: Sequence[str] = network.class_names
    if settings.mapping == SORTED and not listed:
        names = sorted([*listing.classes, *listing.empty])
    return known_outputs(names, listed)


def _classes(settings: Settings, listing: Listing, known: Sequence[Output], outputs: int) -> tuple[FolderClass, ...]:
    """The classes to count: those asked for, each with the index it has among all folders."""
    folders, empty = list(listing.classes), set(map(composed, listing.empty))
    if settings.mapping == SORTED:
        every = sorted_mapping([*folders, *listing.empty], outputs)
    else:
        every = read_mapping(settings.mapping) if settings.mapping else {}
    mapping = {folder: output for folder, output in every.items() if folder not in empty}
    classes = match_folders(folders, outputs, known, mapping)
    asked = {composed(word) for word in settings.classes}
    unknown = asked - {composed(folder) for folder in folders}
    if missing := sorted(unknown - empty):
        raise QueryError(f"--classes {missing}: no such folders in {settings.images}")
    if unknown:
        raise QueryError(f"--classes {sorted(unknown)}: no pictures in these folders of {settings.images}")
    return tuple(each for each in classes if not asked or composed(each.folder) in asked)


def described_hops(wiring: Wiring) -> list[Record]:
    """The convolutions between its layers, as the identity of a run names them."""
    return [_described(hop) for hop in wiring.hops]


def _described(hop: Hop) -> Record:
    convolution = hop.convolution
    geometry = convolution.geometry._asdict()
    del geometry["channels_last"]
    if geometry["spread"] == Geometry().spread:  # as earlier versions described it
        del geometry["spread"]
    return {
        "name": convolution.name,
        "targets": convolution.targets,
        "sources": convolution.sources,
        "groups": convolution.groups,
        **geometry,
        **({"turned": int(hop.turned.sum())} if hop.turned is not None else {}),
    }
