"""Addresses of pictures on this service."""

from urllib.parse import quote


def layer_address(model: str, layer: str) -> str:
    """What the addresses of a layer's pictures begin with; names may have any characters."""
    return f"/pictures/{quote(model, safe='')}/{quote(layer, safe='')}"
