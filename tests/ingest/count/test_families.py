"""Families of torchvision and timm: counts equal to brute force on the unmodified network, or a refusal by name.

With the twelve networks of test_agreement.py these are more than thirty. Weights are random, gammas of both signs, and
the brute force looks at some targets of every hop.
"""

import warnings
from collections.abc import Callable

import pytest
import torch
from timm.models import create_model
from torch import nn
from torchvision import models

from ingest.count.instrument import InstrumentedNetwork
from ingest.count.rules import Rules
from ingest.count.tally import ChannelCounter
from ingest.errors import NetworkRefused
from ingest.tracing.wiring import wire
from tests.ingest import reference
from tests.ingest.networks import pictures, settle

CPU = torch.device("cpu")
TARGETS = 6  # of each hop that brute force counts
COUNTED = {  # network: side of its picture
    "torchvision:shufflenet_v2_x0_5": 64,
    "torchvision:mnasnet0_5": 64,
    "torchvision:regnet_y_400mf": 64,
    "torchvision:mobilenet_v2": 64,
    "timm:tf_mobilenetv3_small_100": 64,  # "same" padding
    "timm:tf_efficientnet_lite0": 64,
    "timm:mobilenetv3_small_050": 64,  # norms that assert shapes
    "timm:mobilenetv4_conv_small": 64,
    "timm:resnetv2_50x1_bit": 32,  # standardised weights
    "timm:nf_resnet26": 32,
    "timm:repvgg_a0": 32,
    "timm:res2net50_14w_8s": 32,
    "timm:hrnet_w18_small": 32,
    "timm:dla46_c": 64,
    "timm:xception41": 64,
    "timm:regnetx_002": 64,
    "timm:convnext_atto": 64,
    "timm:mixnet_s": 64,
    "timm:seresnet18": 64,
    "timm:dpn68": 32,
    "timm:selecsls42": 64,
    "timm:ghostnet_100": 64,
    "timm:rexnet_100": 64,
    "timm:lcnet_050": 64,
    "timm:fbnetc_100": 64,
    "timm:ese_vovnet19b_dw": 64,
    "timm:ecaresnet26t": 32,  # gates by a convolution along the channels
    "timm:convnextv2_atto": 64,  # a norm over the sizes of all maps
    "timm:poolformer_s12": 64,  # a map less itself, pooled
}
REFUSED = {
    "timm:skresnet18": (64, r"layer1\.1\.conv1: stack .*spreads channels over axes 1 and 2"),
    "timm:resnest14d": (64, r"layer2\.0\.conv2: reshape .*spreads channels over axes 1 and 2"),
    "timm:vit_tiny_patch16_224": (224, "VisionTransformer has no channel maps to count"),
    "timm:pit_ti_224": (
        224,
        "has no channel maps to count: it has 3 convolutions, of which none leads to another, .*d$",
    ),
}


def make(name: str, side: int) -> nn.Module:
    source, _, model = name.partition(":")
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        build: Callable[..., nn.Module] = models.get_model if source == "torchvision" else create_model
        module = build(model)
        settle(module, pictures(4, side))
    return module.eval()


@pytest.mark.parametrize("name", COUNTED)
def test_a_family_counts_what_brute_force_counts(name: str) -> None:
    module, picture = make(name, COUNTED[name]), pictures(1, COUNTED[name])
    plan = wire(module, picture)
    assert not plan.coverage.left_out
    counter = ChannelCounter(plan, Rules(), [torch.zeros(layer.channels).bool() for layer in plan.layers], CPU)
    tally = counter.empty_tally()
    with torch.inference_mode():
        counter.add(InstrumentedNetwork(plan)(picture), tally)
    received = reference.listen(module, picture)
    generator = torch.Generator().manual_seed(0)
    for hop, table in zip(plan.hops, tally.hops, strict=True):
        targets = torch.randperm(len(table), generator=generator)[:TARGETS]
        values = reference.influences(reference.turned(received[hop.convolution.name], hop.turned), targets=targets)
        wrong = int((table[targets] != reference.largest(values, 5)).sum())
        assert wrong == 0, f"{hop.convolution.name}: {wrong} counts differ"


@pytest.mark.parametrize("name", REFUSED)
def test_a_family_that_cannot_be_counted_is_refused_by_name(name: str) -> None:
    side, says = REFUSED[name]
    with pytest.raises(NetworkRefused, match=says):
        wire(make(name, side), pictures(1, side))
