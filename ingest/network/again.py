"""The network that a run was counted with, loaded again."""

from collections.abc import Mapping
from typing import Any

from ingest.errors import NetworkRefused
from ingest.network.load import load_network
from ingest.network.preprocess import Preprocessing
from ingest.network.sources.classifier import Network
from ingest.network.sources.own import DEFAULT
from ingest.network.sources.zoo import LITE0, LITE0_WEIGHTS


def load_again(settings: Mapping[str, Any]) -> tuple[Network, Preprocessing]:
    """The network of a run, and how its pictures were prepared.

    settings  of the run: network, weights, weights_sha256, preprocessing, switches
    Raises NetworkRefused where its weights are others now.
    """
    name, weights = settings["network"], settings["weights"]
    network = load_network(name, DEFAULT if _brought(name, weights) else weights, **settings.get("switches", {}))
    if network.digest != settings["weights_sha256"]:
        raise NetworkRefused(
            f"{name} with weights {weights} is not the network that was counted: it has other weights now; bring back "
            "those, or count again under another run name"
        )
    kept = {key: tuple(value) if isinstance(value, list) else value for key, value in settings["preprocessing"].items()}
    return network, Preprocessing(**kept)


def _brought(name: str, weights: str) -> bool:
    """Whether a network came with its own weights, whose description a run keeps instead of a name."""
    own_function = weights == name
    of_timm = name.startswith("timm:") and weights.startswith(f"{name.removeprefix('timm:').partition('.')[0]}.")
    return own_function or of_timm or (name == LITE0 and weights == LITE0_WEIGHTS)
