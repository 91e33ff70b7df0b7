"""Networks by name: torchvision's, EfficientNet-Lite0 from its packages, or any function that returns a module."""

import torch

from ingest.errors import NetworkRefused
from ingest.network.classifier import Network
from ingest.network.own import from_function
from ingest.network.zoo import DEFAULT, INCEPTIONS, LITE0, efficientnet_lite0, from_torchvision


def load_network(name: str, weights: str = DEFAULT, transform_input: bool | None = None) -> Network:
    """The network called `name`: a torchvision classifier, "efficientnet-lite0", or "module:function".

    weights          "default" (torchvision's best, or the package's), a torchvision name such as "IMAGENET1K_V1", the
                     path of a state dict, or "none" for random weights, always the same
    transform_input  whether googlenet or inception_v3 converts its input itself; None: as its weights need it
    Downloads torchvision's weights the first time they are used.
    """
    if transform_input is not None and name not in INCEPTIONS:
        raise NetworkRefused(f"--transform-input: {name} has no such switch; only {' and '.join(INCEPTIONS)} have it")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        if ":" in name:
            return from_function(name, weights)
        if name.lower().replace("_", "-") == LITE0:
            return efficientnet_lite0(weights)
        return from_torchvision(name, weights, transform_input)
