"""What counts as an activation and as an influence: the parameters of the method, checked once."""

from dataclasses import dataclass

from queries.errors import QueryError

ATTRIBUTION_SHARE = 0.25  # of an image's positive attribution in a layer, which the counted channels hold


@dataclass(frozen=True, slots=True)
class Rules:
    """The defaults are those of SUMMIT.

    activation_method  2: the channels that hold the first `activation_share` of an image's activation mass;
                       1: the `activation_top` channels with the largest peaks
    influence_method   1: the `influence_top` strongest sources of every target; 2: the sources that hold the first
                       `influence_share` of its influence
    measure            how an influence is taken over positions: "max", "sum" or "frobenius"
    join               which edges to keep where several convolutions lie between two layers: "all", or "strongest" for
                       the K strongest of every target, K = floor(mean number of direct edges)
    Shares are above 0 and at most 1. Raises QueryError for a value out of range.
    """

    activation_method: int = 2
    activation_share: float = 0.03
    activation_top: int = 5
    influence_method: int = 1
    influence_top: int = 5
    influence_share: float = 0.03
    measure: str = "max"
    join: str = "all"

    def __post_init__(self) -> None:
        _one_of("activation_method", self.activation_method, (1, 2))
        _one_of("influence_method", self.influence_method, (1, 2))
        _one_of("measure", self.measure, ("max", "sum", "frobenius"))
        _one_of("join", self.join, ("all", "strongest"))
        for name in ("activation_share", "influence_share"):
            if not 0.0 < getattr(self, name) <= 1.0:
                raise QueryError(f"{name} {getattr(self, name)} is not a share (above 0, at most 1)")
        for name in ("activation_top", "influence_top"):
            if getattr(self, name) < 1:
                raise QueryError(f"{name} {getattr(self, name)} must be at least 1")

    @property
    def needs_maps(self) -> bool:
        """Whether extremes are not enough for one-tap convolutions."""
        return self.influence_method != 1 or self.measure != "max"


def _one_of(name: str, value: object, choices: tuple[object, ...]) -> None:
    if value not in choices:
        raise QueryError(f"{name} {value!r} is not one of {', '.join(map(str, choices))}")
