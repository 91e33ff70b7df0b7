"""Addresses of pictures on this service."""

from functools import lru_cache
from urllib.parse import quote

LAYERS_KEPT = 4_096  # addresses in memory


@lru_cache(LAYERS_KEPT)
def layer_address(model: str, layer: str) -> str:
    """What the addresses of a layer's pictures begin with; names may have any characters."""
    return f"/pictures/{quote(model, safe='')}/{quote(layer, safe='')}"
