"""Counts agree exactly with a brute-force float64 reference, for every supported network."""

from functools import lru_cache

import pytest
import torch

from ingest.count.influence import PreparedConvolution
from ingest.count.instrument import InstrumentedNetwork, concatenate
from ingest.count.rules import Rules
from ingest.count.tally import ChannelCounter, Tally
from ingest.tracing.wiring import Wiring, wire
from tests.ingest import reference
from tests.ingest.networks import TESTED, network, pictures

IMAGES = 2


@pytest.fixture(scope="module", params=TESTED)
def name(request: pytest.FixtureRequest) -> str:
    """Each network in turn, with all its tests, so that one is in memory at a time."""
    return str(request.param)


@lru_cache(maxsize=1)
def wiring(name: str) -> Wiring:
    return wire(network(name), pictures(1, TESTED[name]))


def counted(name: str, rules: Rules, images: int = IMAGES) -> tuple[ChannelCounter, Tally]:
    plan = wiring(name)
    nothing = [torch.zeros(layer.channels, dtype=torch.bool) for layer in plan.layers]
    counter = ChannelCounter(plan, rules, nothing, torch.device("cpu"))
    instrumented = InstrumentedNetwork(plan, whole_maps=rules.needs_maps)
    tally = counter.empty_tally()
    with torch.inference_mode():
        counter.add(
            concatenate([instrumented(picture) for picture in torch.split(pictures(images, TESTED[name]), 1)]), tally
        )
    return counter, tally


def test_every_hop_counts_what_brute_force_counts(name: str) -> None:
    _, tally = counted(name, Rules())
    hops = wiring(name).hops
    expected = [torch.zeros_like(table) for table in tally.hops]
    for picture in torch.split(pictures(IMAGES, TESTED[name]), 1):
        received = reference.listen(network(name), picture)
        for hop, table in zip(hops, expected, strict=True):
            table += reference.largest(
                reference.influences(reference.turned(received[hop.convolution.name], hop.turned)), 5
            )

    for hop, table, truth in zip(hops, tally.hops, expected, strict=True):
        assert torch.equal(table, truth), f"{hop.convolution.name}: {int((table != truth).sum())} counts differ"


def test_the_wiring_has_every_convolution_between_the_first_and_the_last_layer_once(name: str) -> None:
    plan = wiring(name)
    names = [hop.convolution.name for hop in plan.hops]
    assert len(names) == len(set(names))
    received = list(reference.listen(network(name), pictures(1, TESTED[name])))
    first, last = (received.index(names[0]), received.index(names[-1]))
    assert sorted(names) == sorted(path for path in received[first : last + 1])


@pytest.mark.parametrize("measure", ["max", "sum", "frobenius"])
@pytest.mark.parametrize("method", [1, 2])
def test_every_method_and_measure_counts_what_brute_force_counts(method: int, measure: str) -> None:
    name = "mobilenet_v3_small"
    rules = Rules(activation_method=1, influence_method=method, measure=measure, influence_share=0.3)
    _, tally = counted(name, rules, images=1)
    received = reference.listen(network(name), pictures(1, TESTED[name]))
    for hop, table in zip(wiring(name).hops, tally.hops, strict=True):
        values = reference.influences(reference.turned(received[hop.convolution.name], hop.turned), measure)
        truth = reference.largest(values, 5) if method == 1 else reference.by_mass(values, 0.3)
        assert torch.equal(table, truth), hop.convolution.name


def test_a_prepared_convolution_has_no_weights_for_excluded_sources() -> None:
    hop = wiring("alexnet").hops[0]
    excluded = torch.zeros(hop.convolution.sources, dtype=torch.bool)
    excluded[3] = True
    assert not PreparedConvolution.of(hop.convolution, torch.device("cpu"), excluded).weights[:, :, 3].any()
