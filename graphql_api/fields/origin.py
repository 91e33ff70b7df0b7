"""Where an attribution graph comes from."""

import strawberry

field = strawberry.field


@strawberry.type(description="How an attribution graph was cut from personalized PageRank; null where unknown.")
class GraphOrigin:
    threshold: float | None = field(description="Asked for: percent of a layer's PageRank, or of the network's.")
    unified: bool | None = field(description="Whether the threshold is one of the whole network.")
    step: float | None = field(description="Points it was raised by where a layer would have had no edge.")
    dead_ends: bool | None = field(description="Whether edges from channels that nothing below influences are in.")
    thresholds: list[float] | None = field(description="Final threshold of each layer, lowest first, in percent.")
    damping: float | None = field(description="PageRank's chance to walk on.")
    variant: str | None = field(description="What computed PageRank: procedure, portable or gds.")
    replicates: int | None = field(
        description="Resamples of the class's pictures that probabilities are shares of; null where they are not known."
    )
    no_probability: str | None = field(description="Why probabilities are not known; null where they are.")
