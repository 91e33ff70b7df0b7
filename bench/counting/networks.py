"""What `summit ingest` makes of each family of torchvision and timm: docs/networks.md, traced and measured.

    OMP_NUM_THREADS=1 python -m bench.counting.networks > docs/networks.md

One network of each family, with random weights, at its own input size. Takes about half an hour.
"""

import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ingest.count.instrument import InstrumentedNetwork
from ingest.count.rules import Rules
from ingest.count.tally import ChannelCounter
from ingest.errors import NetworkRefused
from ingest.network.load import load_network
from ingest.tracing.wiring import Wiring, wire
from queries.errors import GraphError

REPEAT = 3
TORCHVISION = (
    "alexnet vgg11 vgg11_bn resnet18 resnext50_32x4d wide_resnet50_2 densenet121 googlenet inception_v3 squeezenet1_1 "
    "shufflenet_v2_x0_5 mobilenet_v2 mobilenet_v3_small mnasnet0_5 efficientnet_b0 efficientnet_v2_s regnet_x_400mf "
    "regnet_y_400mf convnext_tiny vit_b_16 swin_t maxvit_t"
)
TIMM = (
    "byobnet:repvgg_a0 byobnet:mobileone_s0 byobnet:gernet_s byobnet:eca_resnext26ts byobnet:gcresnext26ts "
    "byoanet:botnet26t_256 convmixer:convmixer_768_32 convnext:convnext_atto convnext:convnextv2_atto "
    "cspnet:cspdarknet53 cspnet:cs3darknet_s densenet:densenet121 dla:dla34 dpn:dpn68 edgenext:edgenext_xx_small "
    "efficientnet:efficientnet_lite0 efficientnet:tf_efficientnet_b0 efficientnet:mixnet_s "
    "efficientnet:mobilenetv4_conv_small efficientnet:mnasnet_small efficientnet:fbnetc_100 fasternet:fasternet_t0 "
    "ghostnet:ghostnet_050 hardcorenas:hardcorenas_a hgnet:hgnetv2_b0 hrnet:hrnet_w18_small "
    "inception_next:inception_next_atto inception_resnet_v2:inception_resnet_v2 inception_v4:inception_v4 "
    "lcnetv2:lcnetv2_small mambaout:mambaout_femto maxxvit:coatnet_nano_rw_224 metaformer:convformer_s18 "
    "metaformer:poolformer_s12 mobilenetv3:lcnet_050 mobilenetv3:tf_mobilenetv3_small_100 mobilevit:mobilevit_xxs "
    "nasnet:nasnetalarge nfnet:nf_resnet26 nfnet:dm_nfnet_f0 pnasnet:pnasnet5large rdnet:rdnet_tiny regnet:regnety_002 "
    "repghost:repghostnet_050 repvit:repvit_m0_9 res2net:res2net50_14w_8s resnest:resnest14d resnet:resnet18 "
    "resnet:seresnet18 resnet:ecaresnet26t resnetv2:resnetv2_50x1_bit rexnet:rexnet_100 selecsls:selecsls42 "
    "senet:legacy_seresnet18 sknet:skresnet18 starnet:starnet_s050 swin_transformer:swin_tiny_patch4_window7_224 "
    "tresnet:tresnet_m vgg:vgg11 vision_transformer:vit_tiny_patch16_224 vovnet:ese_vovnet19b_dw "
    "xception:legacy_xception xception_aligned:xception41"
)
HEADER = """# Networks

`summit ingest --network NAME` takes each of these, or says why not. `python -m bench.counting.networks` prints the
tables. It traces one network of each family of torchvision and timm, with random weights and without `--layers`.

- **Layers** are those that are counted without `--layers`, and how many there are.
- **Coverage** is the share of the network's convolutions that lie between two of these layers; the others are, for
  instance, below the first layer.
- **Checked** is the number of convolutions between two layers. Before anything is counted, each runs on random numbers
  as the network runs it, and what is counted must add up to what it computes; where channels meet, on a random picture,
  each may change only with what it is followed to. `python -m bench.counting.checking` measures how long that takes.
- **A picture**: how long counting it takes, in seconds of one thread of a shared virtual core, and as a multiple of
  what the network itself takes.

"""
FOOTER = """
Refused means that nothing is counted and the module is named, never that something is counted approximately. Often part
of the network can still be counted: choose `--layers` that have no such module between them. `summit ingest --dry-run`
says what would be counted of your own network.

Split attention (SK, ResNeSt) keeps parallel branches in one tensor and takes a softmax across them: each branch's share
depends on the others without a convolution between them. To follow it, channels would have to be told apart along two
axes, which is not supported. Global context and attention by einsum weigh positions by the picture itself. A gate of
squeeze-and-excitation, which weighs each channel by its own value, is counted.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A row of the table."""

    family: str
    name: str
    layers: str
    coverage: str
    checked: str
    seconds: str


def wired(name: str) -> tuple[Wiring, Tensor]:
    """A network with random weights and a picture (1, 3, side, side) for it. Raises NetworkRefused, GraphError."""
    network = load_network(name, "none")
    side = network.preprocessing.crop
    picture = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0))
    return wire(network.module, picture), picture


def examined(family: str, name: str) -> Found | str:
    """The row of a network, or the sentence with which it is refused."""
    try:
        plan, picture = wired(name)
    except (NetworkRefused, GraphError) as refusal:
        return str(refusal)
    plain, counting = timed(plan, picture)
    left_out = "; some left out" if plan.coverage.left_out else ""
    return Found(
        family=family,
        name=f"`{name}`",
        layers=f"{len(plan.layers)}: {plan.layers[0].name} to {plan.layers[-1].name}{left_out}",
        coverage=f"{100 * plan.coverage.counted // plan.coverage.convolutions} %",
        checked=f"{len(plan.hops)}",
        seconds=f"{counting:.2f} s ({counting / plain:.1f} times)",
    )


def timed(plan: Wiring, picture: Tensor) -> tuple[float, float]:
    """Seconds of the plain network and of counting, the best of some turns each."""
    cpu = torch.device("cpu")
    counter = ChannelCounter(plan, Rules(), [torch.zeros(layer.channels).bool() for layer in plan.layers], cpu)
    instrumented, tally = InstrumentedNetwork(plan), counter.empty_tally()

    def count() -> None:
        counter.add(instrumented(picture), tally)

    with torch.inference_mode():
        times = [(cpu_seconds(lambda: plan.traced.module(picture)), cpu_seconds(count)) for _ in range(REPEAT)]
    return min(plain for plain, _ in times), min(counting for _, counting in times)


def cpu_seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def print_table() -> None:
    """The whole document on standard output, progress on standard error."""
    pairs = [("torchvision", name) for name in TORCHVISION.split()]
    pairs += [(f"timm, {word.split(':')[0]}", f"timm:{word.split(':')[1]}") for word in TIMM.split()]
    counted, refused = list[Found](), list[tuple[str, str, str]]()
    for at, (family, name) in enumerate(pairs, 1):
        print(f"{at} of {len(pairs)}: {name}", file=sys.stderr)
        row = examined(family, name)
        if isinstance(row, Found):
            counted.append(row)
        else:
            refused.append((family, name, row))
    print(HEADER + f"## Counted: {len(counted)}\n")
    print("| family | network | layers | coverage | checked | a picture |\n| --- | --- | --- | --- | --- | --- |")
    for each in counted:
        cells = (each.family, each.name, each.layers, each.coverage, each.checked, each.seconds)
        print(f"| {' | '.join(cells)} |")
    print(f"\n## Refused: {len(refused)}\n\n| family | network | why |\n| --- | --- | --- |")
    for family, name, why in refused:
        print(f"| {family} | `{name}` | {why} |")
    print(FOOTER, end="")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    print_table()
