"""The ways without a convolution through a whole network, in a file of our own, taken apart and checked. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from queries.errors import DataError
from queries.records import Record, Skips

KINDS = ("alone", "beside")  # as in Skips
AGAIN = "export the file again"


def read_skips(about: Record, layers: Sequence[str], sizes: Sequence[int] | None) -> dict[str, Skips] | None:
    """Layer -> skips into its channels, for all layers; None where the file does not say.

    about  its generation_settings; layers: names, lowest first; sizes: their numbers of channels
    Raises DataError for a channel that is not in its layer, or is listed twice.
    """
    told = about.get("skips")
    if told is None or sizes is None:
        return None
    if not isinstance(told, dict) or (odd := next((name for name in told if name not in layers), None)):
        what = told if not isinstance(told, dict) else odd
        raise DataError(f"its skips name {what!r:.60}; expected the file's layers; {AGAIN}")
    found = {}
    for height, name in enumerate(layers):
        below = sizes[height - 1] if height else 0
        found[name] = Skips(
            *(_by_target(told.get(name, {}).get(kind, []), name, sizes[height], below) for kind in KINDS)
        )
        if both := _pairs(found[name].alone) & _pairs(found[name].beside):
            raise DataError(f"its skips into {name} have {min(both)} in both lists; {AGAIN}")
    return found


def _by_target(told: Sequence[Any], layer: str, size: int, below: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for target, sources in told:
        in_place = _is_index(target, size) and all(_is_index(source, below) for source in sources)
        if not in_place or target in found or not sources or sorted(set(sources)) != sources:
            raise DataError(
                f"its skips into {layer} have {[target, sources]!r:.60}; expected a channel, once, and ascending "
                f"channels of the layer below; {AGAIN}"
            )
        found[target] = list(sources)
    return found


def _is_index(value: object, size: int) -> bool:
    return type(value) is int and 0 <= value < size


def _pairs(by_target: Mapping[int, Sequence[int]]) -> set[tuple[int, int]]:
    return {(source, target) for target, sources in by_target.items() for source in sources}
