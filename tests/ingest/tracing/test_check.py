"""The numeric check of every hop: it finds what is wrong, whatever made it wrong, and lets what is right pass."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from timm.layers.conv2d_same import Conv2dSame
from timm.layers.norm_act import BatchNormAct2d
from timm.layers.std_conv import StdConv2d
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import parametrizations
from torch.overrides import TorchFunctionMode
from torchvision.ops import FrozenBatchNorm2d

from ingest.count.instrument import InstrumentedNetwork
from ingest.count.rules import Rules
from ingest.count.tally import ChannelCounter
from ingest.errors import NetworkRefused
from ingest.tracing import wiring
from ingest.tracing.check.hops import check_hops
from ingest.tracing.check.kernels import check_kernel
from ingest.tracing.kernels import read_convolution
from ingest.tracing.labels import Hop, Span, Sum
from ingest.tracing.wiring import Wiring, wire
from tests.ingest import reference
from tests.ingest.networks import Branches, pictures, settle

SIDE = 9
Plant = Callable[[Hop], Hop]


def of_kernel(change: Callable[[Tensor], Tensor]) -> Plant:
    return lambda hop: replace(hop, convolution=replace(hop.convolution, kernel=change(hop.convolution.kernel)))


def of_geometry(**changes: Any) -> Plant:
    def plant(hop: Hop) -> Hop:
        geometry = hop.convolution.geometry._replace(**changes)
        return replace(hop, convolution=replace(hop.convolution, geometry=geometry))

    return plant


def swapped(kernel: Tensor) -> Tensor:
    order = torch.arange(kernel.shape[1])
    order[[0, 2]] = order[[2, 0]]
    return kernel[:, order]


def one_tap(kernel: Tensor) -> Tensor:
    return kernel.index_put((torch.tensor([1]),) * 4, torch.tensor(0.3).double())


PLANTS: dict[str, Plant] = {
    "two sources swapped": of_kernel(swapped),
    "two targets swapped": of_kernel(lambda kernel: torch.cat([kernel[1:2], kernel[:1], kernel[2:]])),
    "one tap of one pair": of_kernel(
        lambda kernel: kernel.index_put((torch.tensor([1]),) * 4, torch.tensor(0.3).double())
    ),
    "kernel upside down": of_kernel(lambda kernel: kernel.flip(2)),
    "no norm folded in": of_kernel(lambda kernel: kernel * 1.01),
    "padding on one side": of_geometry(padding=(2, 0, 1, 1)),
    "no padding": of_geometry(padding=(0, 0, 0, 0)),
    "padding with the edge": of_geometry(mode="replicate"),
    "labels rotated": lambda hop: replace(hop, labels=hop.labels.roll(1)),
}


def planted(plan: Wiring, name: str, plant: Plant) -> tuple[Span, ...]:
    def of(span: Span) -> Span:
        stages = [plant(s) if isinstance(s, Hop) and s.convolution.name == name else s for s in span.stages]
        return replace(span, stages=tuple(stages))

    return tuple(of(span) for span in plan.spans)


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
@pytest.mark.parametrize("name", ["wide", "first"])
def test_a_planted_wrong_hop_is_found_and_named(name: str, plant: Plant) -> None:
    torch.manual_seed(0)
    module, probe = Branches().eval(), pictures(1, SIDE)
    plan = wire(module, probe, ["stem", "mixed", "norm"])
    wrong = planted(plan, name, plant)
    check_hops(plan.traced, plan.spans, probe)

    with pytest.raises(NetworkRefused, match=rf"^{name}: what would be counted is not what the network computes"):
        check_hops(plan.traced, wrong, probe)


def test_wrong_labels_of_a_sum_or_a_layer_are_found_and_named() -> None:
    """Where no convolution follows, so that no hop shows them."""
    torch.manual_seed(0)
    module, probe = Ending().eval(), pictures(1, SIDE)
    plan = wire(module, probe, ["lower", "upper"])
    (span,) = plan.spans
    *others, total = span.stages
    check_hops(plan.traced, plan.spans, probe)
    assert isinstance(total, Sum)
    wrong_sum = replace(span, stages=(*others, replace(total, labels=total.labels.roll(1, 1))))
    wrong_layer = replace(span, targets=span.targets.roll(1))
    with pytest.raises(NetworkRefused, match=r"^upper: what would .*channel \d of \w+ changes although nothing does"):
        check_hops(plan.traced, (wrong_sum,), probe)
    with pytest.raises(NetworkRefused, match=r"^upper: what would .*channel \d of \w+ changes although nothing does"):
        check_hops(plan.traced, (wrong_layer,), probe)


def test_without_the_check_a_wrong_kernel_is_not_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it is the check that finds it, in the way every network takes."""

    def misread(*of: Any) -> Any:
        convolution, reads = read_convolution(*of)
        return replace(convolution, kernel=swapped(convolution.kernel)), reads

    monkeypatch.setattr("ingest.tracing.follow.read_convolution", misread)
    with pytest.raises(NetworkRefused, match="what would be counted is not what the network computes"):
        wire(Branches(), pictures(1, SIDE), ["stem", "mixed"])
    monkeypatch.setattr(wiring, "check_hops", lambda *_: None)
    assert wire(Branches(), pictures(1, SIDE), ["stem", "mixed"]).hops


def test_a_wrong_weight_is_found_though_its_source_is_silent_for_the_picture() -> None:
    torch.manual_seed(0)
    network, picture = Two(nn.Conv2d(6, 4, 3, padding=1)).eval(), pictures(1, SIDE)
    network.lower.bias = nn.Parameter(torch.tensor([-9.0] + [0.0] * 5))
    plan = wire(network, picture, ["lower", "middle"])
    assert not functional.relu(network.lower(picture))[:, 0].any()
    with pytest.raises(NetworkRefused, match=r"^middle: .*for random sources, target 1 changes by"):
        check_hops(plan.traced, planted(plan, "middle", of_kernel(lambda kernel: one_weight(kernel, 1, 0))), picture)


def one_weight(kernel: Tensor, target: int, source: int) -> Tensor:
    changed = kernel.clone()
    changed[target, source, 1, 1] += 0.1
    return changed


class Uneven(nn.Module):
    """A large map and a wide stride, whose last step ends before the map does."""

    def __init__(self) -> None:
        super().__init__()
        self.lower, self.upper = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 5, 5, stride=4, padding=2, dilation=2)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.upper(functional.relu(self.lower(x)))).mean((2, 3))


@pytest.mark.parametrize("side", range(40, 44))
def test_a_hop_is_checked_at_both_edges_whatever_the_size_of_its_map(side: int) -> None:
    """The map of the check is smaller than the network's, and ends as that does."""
    torch.manual_seed(0)
    network, picture = Uneven().eval(), pictures(1, side)
    plan = wire(network, picture, ["lower", "upper"])
    for padding in ((1, 2, 2, 2), (2, 2, 3, 2)):
        wrong = planted(plan, "upper", of_geometry(padding=padding))
        with pytest.raises(NetworkRefused, match=r"^upper: what would be counted is not what the network computes"):
            check_hops(plan.traced, wrong, picture)
    last = (side + 4 - 9) % 4  # rows that the last kernel does not reach: with one more on the far side they are read
    wrong = planted(plan, "upper", of_geometry(padding=(2, 2, 2, 2 + 4 - last)))
    with pytest.raises(NetworkRefused, match=r"^upper: .*it returns shape"):
        check_hops(plan.traced, wrong, picture)


class Placed(nn.Module):
    """Adds a number of its own to each position and multiplies by ones, each as large as the map."""

    def __init__(self, wide: bool) -> None:
        super().__init__()
        shape = (1, 6, SIDE, SIDE) if wide else (1, 1, 1, SIDE)
        self.lower, self.upper = nn.Conv2d(3, 6, 3, padding=1), nn.Conv2d(6, 6, 3, padding=1)
        self.place = nn.Parameter(torch.randn(shape))
        self.register_buffer("mask", torch.ones(shape))

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.lower(x))
        scores: Tensor = functional.relu(self.upper(x) * self.mask + self.place).mean((2, 3))
        return scores


@pytest.mark.parametrize("wide", [True, False])
def test_what_has_a_number_of_its_own_for_each_position_is_checked_on_the_whole_map(wide: bool) -> None:
    torch.manual_seed(0)
    network, picture = Placed(wide).eval(), pictures(1, SIDE)
    plan = wire(network, picture, ["lower", "upper"])
    with pytest.raises(NetworkRefused, match=r"^upper: what would be counted is not what the network computes"):
        check_hops(plan.traced, planted(plan, "upper", of_kernel(swapped)), picture)


class Tail(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.part = nn.Conv2d(6, 6, 1)

    def forward(self, x: Tensor) -> Tensor:
        return functional.max_pool2d(functional.relu(self.part(x)) + x, 2)


class Ending(nn.Module):
    """Whose upper layer ends in a sum and a pool."""

    def __init__(self) -> None:
        super().__init__()
        self.lower, self.upper = nn.Conv2d(3, 6, 1), Tail()

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.upper(functional.relu(self.lower(x))).mean((2, 3))
        return scores


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem, self.first, self.second, self.top = (nn.Conv2d(3 if at == 0 else 6, 6, 1) for at in range(4))

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.stem(x))
        x = functional.relu(x + self.second(functional.relu(self.first(x))))
        return functional.relu(self.top(x)).mean((2, 3))


def test_a_layer_within_a_residual_block_is_counted_though_a_skip_passes_it_by() -> None:
    torch.manual_seed(0)
    network, picture = Residual().eval(), pictures(1, SIDE)
    plan = wire(network, picture, ["stem", "first", "top"])
    assert [hop.convolution.name for hop in plan.hops] == ["first", "second", "top"]
    heard = reference.listen(network, picture)
    for hop in plan.hops:
        torch.testing.assert_close(hop.convolution.kernel, heard[hop.convolution.name].kernel)
    for wrong in (planted(plan, name, of_kernel(swapped)) for name in ("second", "top")):
        with pytest.raises(NetworkRefused, match="what would be counted is not what the network computes"):
            check_hops(plan.traced, wrong, picture)


class Asleep(nn.Module):
    """Whose middle is silent for the picture, but not when the layer below it is altered."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.squeeze = nn.Conv2d(3, 16, 1), nn.Conv2d(16, 5, 1)
        self.widen, self.norm, self.top = nn.Conv2d(5, 16, 1, bias=False), nn.BatchNorm2d(16), nn.Conv2d(16, 4, 1)
        with torch.no_grad():
            self.squeeze.weight.abs_().neg_()
            self.norm.weight.uniform_()
        self.stem.bias = nn.Parameter(torch.tensor([-5.0, *[5.0] * 15]))  # signed
        self.norm.register_buffer("running_var", torch.rand(16))

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = x + self.norm(self.widen(functional.relu(self.squeeze(x))))
        scores: Tensor = self.top(x).mean((2, 3))
        return scores


def test_rounding_is_allowed_for_by_the_larger_of_both_passes() -> None:
    for seed in range(8):
        torch.manual_seed(seed)
        plan = wire(Asleep().eval(), pictures(1, SIDE), ["stem", "top"])
        assert [hop.convolution.name for hop in plan.hops] == ["squeeze", "widen", "top"]


class Masked(nn.Conv2d):
    """Its forward pass is not that of its class."""

    def forward(self, input: Tensor) -> Tensor:
        mask = torch.arange(self.weight.shape[1]).view(1, -1, 1, 1) % 2
        return functional.conv2d(input, self.weight * mask, self.bias, self.stride, self.padding)


class Shifted(nn.Conv2d):
    """Its forward pass adds to that of its class, where no attribute says so."""

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(input) * -2.0


class Undecided(nn.Conv2d):
    """It looks at the picture, so that its forward pass cannot be recorded."""

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(input if input.sum() > 0 else -input)


class Two(nn.Module):
    def __init__(self, middle: nn.Module) -> None:
        super().__init__()
        self.lower, self.middle = nn.Conv2d(3, 6, 3, padding=1), middle

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.middle(functional.relu(self.lower(x)))).mean((2, 3))


def hooked() -> nn.Module:
    module = nn.Conv2d(6, 4, 3, padding=1)
    module.register_forward_hook(lambda _m, _x, y: y.flip(1))
    return module


def pre_hooked() -> nn.Module:
    module = nn.Conv2d(6, 4, 3)
    module.register_forward_pre_hook(lambda _m, x: functional.pad(x[0], (1, 1, 1, 1), value=0.0))
    return module


def replaced() -> nn.Module:
    """A forward pass of this one module, set from outside."""
    module = nn.Conv2d(6, 4, 3, padding=1)
    weight = module.weight
    module.forward = lambda x: functional.conv2d(x, weight * 2, padding=2, dilation=2)  # type: ignore[method-assign, assignment]
    return module


NOT_THEIR_CLASS: dict[str, Callable[[], nn.Module]] = {
    "own forward pass": lambda: Masked(6, 4, 3, padding=1),
    "after its class": lambda: Shifted(6, 4, 3, padding=1),
    "hook": hooked,
    "hook before": pre_hooked,
    "own forward of one module": replaced,
    "weight norm": lambda: parametrizations.weight_norm(nn.Conv2d(6, 4, 3, padding=1)),
    "spectral norm": lambda: parametrizations.spectral_norm(nn.Conv2d(6, 4, 3, padding=1)),
    "same padding": lambda: Conv2dSame(6, 4, 4, stride=2),
    "standardised weight": lambda: StdConv2d(6, 4, 3, padding=1),
    "reflected padding": lambda: nn.Conv2d(6, 4, 3, padding=1, padding_mode="reflect"),
}


@pytest.mark.parametrize("make", NOT_THEIR_CLASS.values(), ids=NOT_THEIR_CLASS)
def test_a_convolution_that_is_not_what_its_class_says_is_counted_as_it_runs(make: Callable[[], nn.Module]) -> None:
    torch.manual_seed(0)
    network, picture = Two(make()).eval(), pictures(1, SIDE)
    (hop,) = wire(network, picture, ["lower", "middle"]).hops
    assert hop.convolution.name == "middle"
    heard = reference.listen(network, picture)["middle"]
    torch.testing.assert_close(hop.convolution.kernel, heard.kernel, rtol=1e-6, atol=0)


def test_a_convolution_that_looks_at_the_picture_is_refused_by_name() -> None:
    with pytest.raises(NetworkRefused, match=r"middle: Undecided .*cannot be entered: .*control flow"):
        wire(Two(Undecided(6, 4, 3)), pictures(1, SIDE), ["lower", "middle"])


class InSteps(nn.BatchNorm2d):
    """A batch norm that spells out what it computes."""

    def forward(self, input: Tensor) -> Tensor:
        assert self.running_mean is not None and self.running_var is not None
        mean, root, gamma, beta = (
            value.view(1, -1, 1, 1)
            for value in (self.running_mean, (self.running_var + self.eps).sqrt(), self.weight, self.bias)
        )
        return (input - mean) / root * gamma + beta


def frozen(channels: int) -> nn.Module:
    norm: nn.Module = FrozenBatchNorm2d(channels)
    return norm


@pytest.mark.parametrize("norm", [InSteps, frozen])
def test_a_norm_in_steps_is_folded_and_belongs_to_its_layer_as_torchs_own(norm: Callable[[int], nn.Module]) -> None:
    torch.manual_seed(0)
    plain = nn.Sequential(nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 5, 3), nn.BatchNorm2d(5))
    settle(plain, pictures(4, SIDE))
    spelt = nn.Sequential(plain[0], norm(6), nn.ReLU(), plain[3], norm(5))
    for at in (1, 4):
        spelt[at].load_state_dict(plain[at].state_dict())
    head = (nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    plans = [wire(nn.Sequential(*network, *head).eval(), pictures(1, SIDE), ["0", "3"]) for network in (plain, spelt)]
    kernels = [plan.hops[0].convolution.kernel for plan in plans]
    torch.testing.assert_close(*kernels, rtol=1e-6, atol=0)
    for plan in plans:
        assert all(isinstance(plan.traced.operation(layer.value), nn.ReLU) for layer in plan.layers)


class Asserting(nn.Module):
    """Two spellings of one network: the second reads shapes, as timm's norms do."""

    def __init__(self, reads_shapes: bool) -> None:
        super().__init__()
        self.reads_shapes = reads_shapes
        self.lower, self.upper = nn.Conv2d(3, 6, 3), nn.Conv2d(6, 5, 3, padding=1)
        self.first, self.second = nn.BatchNorm2d(6), nn.BatchNorm2d(5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.first, self.lower(x))
        x = self.norm(self.second, self.upper(x))
        return x.mean((2, 3))

    def norm(self, norm: nn.BatchNorm2d, x: Tensor) -> Tensor:
        if self.reads_shapes:
            batch, channels, height, width = x.shape
            assert x.ndim == 4 and channels == norm.num_features and len(x.shape) == 4, f"{x.ndim} axes"
            torch._assert(height > 0, "empty")
            x = x.view(batch, -1, height, width)
        return functional.relu(norm(x))


def test_two_spellings_of_a_network_have_equal_layers_and_kernels() -> None:
    torch.manual_seed(0)
    plain = Asserting(False).eval()
    with torch.no_grad():
        plain.first.weight.copy_(torch.linspace(-1, 1, 6))
        plain.second.weight.copy_(torch.linspace(1, -1, 5))
    spelt = Asserting(True).eval()
    spelt.load_state_dict(plain.state_dict())
    plans = [wire(network, pictures(1, SIDE), ["lower", "upper"]) for network in (plain, spelt)]
    kernels = [plan.hops[0].convolution.kernel for plan in plans]
    assert torch.equal(*kernels)
    for plan in plans:
        assert [getattr(plan.traced.operation(layer.value), "__name__", None) for layer in plan.layers] == [
            "relu",
            "relu",
        ]


def test_a_norm_that_asserts_a_shape_is_folded_in() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(3, 4, 1), BatchNormAct2d(4), nn.Conv2d(4, 5, 3), BatchNormAct2d(5)).eval()
    upper, norm = network[2], network[3]
    assert isinstance(upper, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d) and norm.running_var is not None
    with torch.no_grad():
        norm.weight.copy_(torch.linspace(-2, 2, 5))
    plan = wire(nn.Sequential(*network, nn.AdaptiveAvgPool2d(1), nn.Flatten()), pictures(1, SIDE), ["0", "2"])
    scale = (norm.weight.double() / (norm.running_var.double() + norm.eps).sqrt()).view(-1, 1, 1, 1)
    torch.testing.assert_close(plan.hops[0].convolution.kernel, upper.weight.double() * scale)
    assert all(isinstance(plan.traced.operation(layer.value), nn.ReLU) for layer in plan.layers)


class Sizes(TorchFunctionMode):
    """The widths of the maps that are convolved."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[int] = set()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is torch.conv2d:
            self.seen.add(args[0].shape[-1])
        return func(*args, **(kwargs or {}))


def test_a_norm_that_is_called_as_a_function_needs_no_whole_map() -> None:
    """Its factors are one per channel, so that a small map shows the kernel; timm's networks have such norms."""
    network = nn.Sequential(nn.Conv2d(3, 4, 1), BatchNormAct2d(4), nn.Conv2d(4, 5, 3), BatchNormAct2d(5)).eval()
    plan = wire(nn.Sequential(*network, nn.AdaptiveAvgPool2d(1), nn.Flatten()), pictures(1, 32), ["0", "2"])
    (span,) = plan.spans
    (hop,) = span.hops
    assert hop.end is not hop.node
    with torch.inference_mode(), Sizes() as sizes:
        held = next(held for held in span.held if held.node is hop.end)
        check_kernel(plan.traced, hop, held, span, torch.Generator().manual_seed(0))
    assert max(sizes.seen) < 8


class Late(nn.Module):
    """Two convolutions, and a norm with negative weights after they have met."""

    def __init__(self, meet: Callable[[Any, Tensor], Tensor], norm: nn.Module) -> None:
        super().__init__()
        self.meet, self.norm = meet, norm
        self.one, self.other = nn.Conv2d(8, 4, 1, bias=False), nn.Conv2d(8, 4, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.norm(self.meet(torch.cat([self.one(x), self.other(x)], 1), x)))


class Ended(nn.Module):
    def __init__(self, upper: nn.Module) -> None:
        super().__init__()
        self.lower, self.upper = nn.Conv2d(3, 8, 3, padding=1), upper

    def forward(self, x: Tensor) -> Tensor:
        return self.upper(functional.relu(self.lower(x))).mean((2, 3))  # type: ignore[no-any-return]


def ending(meet: Callable[[Any, Tensor], Tensor], norm: nn.Module) -> Ended:
    torch.manual_seed(0)
    norm.weight = nn.Parameter(torch.tensor([1.0, -1.0] * 4))
    return Ended(Late(meet, norm).eval()).eval()


MEETINGS: dict[str, Callable[[Any, Tensor], Tensor]] = {
    "concatenated": lambda maps, _: maps,
    "pooled": lambda maps, _: functional.max_pool2d(maps, 2),
    "scaled": lambda maps, _: maps * 2.0,
}


@pytest.mark.parametrize("meet", MEETINGS.values(), ids=MEETINGS)
@pytest.mark.parametrize("norm", [lambda: nn.BatchNorm2d(8), lambda: nn.GroupNorm(2, 8)], ids=["batch", "group"])
def test_a_norm_after_maps_have_met_turns_the_sign_of_what_is_counted(
    norm: Callable[[], nn.Module], meet: Callable[[Any, Tensor], Tensor]
) -> None:
    network, picture = ending(meet, norm()), pictures(1, 8)
    plan = wire(network, picture, ["lower", "upper"])
    assert not [note for note in plan.notes if "upside" in note]
    counter = ChannelCounter(plan, Rules(), [torch.zeros(8).bool()] * 2, torch.device("cpu"))
    tally = counter.empty_tally()
    with torch.no_grad():
        counter.add(InstrumentedNetwork(plan)(picture), tally)
        received: Tensor = functional.relu(network.lower(picture)).flatten(2)[0].double()
    (edges,) = counter.edges(tally)
    upper: Any = network.upper
    weights = torch.cat([upper.one.weight, upper.other.weight])[:, :, 0, 0].double() * upper.norm.weight[:, None]
    expected = reference.largest((weights[:, :, None] * received).amax(2).detach(), 5)
    assert torch.equal(edges, expected)


def test_a_norm_after_a_sum_that_turns_channels_is_said() -> None:
    plan = wire(ending(lambda maps, x: maps + x, nn.BatchNorm2d(8)), pictures(1, 8), ["lower", "upper"])
    assert "reverses the sign of 4 channels" in plan.notes[-1]


def smoothed(x: Tensor) -> Tensor:
    return functional.avg_pool2d(x, 3, 1, 1)


REVERSED: dict[str, tuple[Callable[[Tensor, Tensor], Tensor], int]] = {  # how many of 8 channels a note is due for
    "both halves of a map": (lambda y, _: torch.cat([y, y * -1], 1), 8),
    "one half of a map": (lambda y, _: torch.cat([smoothed(y)[:, :4] * -1, y[:, 4:]], 1), 0),
    "a slice of what is reversed": (lambda y, _: torch.cat([(smoothed(y) * -1)[:, :4], y[:, 4:]], 1), 0),
    "in two sums": (lambda y, x: x + smoothed(y) * -1 + functional.max_pool2d(y, 3, 1, 1) * -1, 8),
    "twice": (lambda y, _: smoothed(smoothed(y) * -1) * -1, 0),
    "in parts": (lambda y, _: torch.cat((smoothed(y) * -1).chunk(2, 1)[::-1], 1), 0),
}


@pytest.mark.parametrize("kind", REVERSED)
def test_a_sign_is_turned_only_where_every_reader_has_it_turned(kind: str) -> None:
    """What is counted is known by its sign from what raises the upper layer's channels, taken from the network."""
    function, due = REVERSED[kind]
    torch.manual_seed(0)
    upper = Late(lambda maps, x: function(maps, x), nn.Identity())
    plan = wire(Ended(upper.eval()).eval(), pictures(1, 8), ["lower", "upper"])
    assert sum(span.lowered for span in plan.spans) == due
    if not due:
        maps = torch.zeros(1, 8, 8, 8, requires_grad=True)
        function(maps, maps).sum((0, 2, 3)).sum().backward()  # type: ignore[no-untyped-call]
        assert maps.grad is not None
        raised = maps.grad.sum((0, 2, 3)) > 0
        turned = torch.cat([torch.zeros(4).bool() if hop.turned is None else hop.turned for hop in plan.hops])
        assert turned.tolist() == (~raised).tolist()


def test_a_norm_before_the_next_convolution_that_turns_channels_is_said() -> None:
    torch.manual_seed(0)
    norm = nn.BatchNorm2d(8)
    norm.weight = nn.Parameter(torch.tensor([1.0, -1.0] * 4))
    middle = nn.Sequential(nn.Conv2d(8, 8, 1), nn.MaxPool2d(2), norm, nn.ReLU(), nn.Conv2d(8, 6, 1))
    plan = wire(Ended(middle.eval()).eval(), pictures(1, 8), ["lower", "upper"])
    assert "reverses the sign of 4 channels" in plan.notes[-1]
