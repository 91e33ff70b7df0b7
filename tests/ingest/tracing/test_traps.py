"""Networks that are not what they look like: counted as they run, or refused in a sentence that names the module."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor, nn
from torch.ao.nn import quantized
from torch.nn import functional
from torch.nn.utils import prune, spectral_norm, weight_norm

from ingest.count.instrument import InstrumentedNetwork
from ingest.count.rules import Rules
from ingest.count.tally import ChannelCounter
from ingest.errors import NetworkRefused
from ingest.tracing.labels import OUTSIDE, Sum
from ingest.tracing.trace import logits_of
from ingest.tracing.unwrap import twin_of
from ingest.tracing.wiring import Wiring, wire
from tests.ingest import reference
from tests.ingest.networks import pictures

SIDE = 8
LAYERS = ["lower", "upper"]


class Does(nn.Module):
    """A module of parts and a function of itself and its input."""

    def __init__(self, function: Callable[[Any, Tensor], Tensor], **parts: nn.Module) -> None:
        super().__init__()
        self.function = function
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, x: Tensor) -> Tensor:
        return self.function(self, x)


class Between(nn.Module):
    middle: Any

    def __init__(self, middle: nn.Module) -> None:
        super().__init__()
        self.lower, self.middle, self.upper = nn.Conv2d(3, 8, 3, padding=1), middle, nn.Conv2d(8, 6, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.upper(self.middle(functional.relu(self.lower(x))))
        return functional.relu(x).mean((2, 3))


def seeded(middle: Callable[[], nn.Module]) -> Between:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = Between(middle())
    network.eval()
    return network


def convolution(size: int = 1, **options: Any) -> nn.Conv2d:
    return nn.Conv2d(8, 8, size, **options)


def counted(plan: Wiring) -> dict[str, Tensor]:
    """The votes of one picture, by the name of each convolution."""
    nothing = [torch.zeros(layer.channels).bool() for layer in plan.layers]
    counter = ChannelCounter(plan, Rules(), nothing, torch.device("cpu"))
    tally = counter.empty_tally()
    with torch.inference_mode():
        counter.add(InstrumentedNetwork(plan)(pictures(1, SIDE)), tally)
    return {hop.convolution.name: votes for hop, votes in zip(plan.hops, tally.hops, strict=True)}


def assert_counted_as_it_runs(network: nn.Module, layers: list[str] | None = LAYERS) -> Wiring:
    plan = wire(network, pictures(1, SIDE), layers)
    heard = reference.listen(twin_of(network), pictures(1, SIDE))
    for name, votes in counted(plan).items():
        assert torch.equal(votes, reference.largest(reference.influences(heard[name]), 5)), name
    with torch.inference_mode():
        scores = InstrumentedNetwork(plan)(pictures(1, SIDE)).scores
        torch.testing.assert_close(scores, logits_of(twin_of(network)(pictures(1, SIDE))))
    return plan


def quarters(x: Tensor) -> Tensor:
    b, c, h, w = x.shape
    return x.view(b, c, 2, h // 2, 2, w // 2).permute(0, 2, 4, 1, 3, 5).reshape(b * 4, c, h // 2, w // 2)


def together(x: Tensor) -> Tensor:
    _, c, h, w = x.shape
    return x.view(-1, 2, 2, c, h, w).permute(0, 3, 1, 4, 2, 5).reshape(-1, c, 2 * h, 2 * w)


WINDOWS: dict[str, Callable[[], nn.Module]] = {
    "one tap": lambda: Does(lambda own, x: together(own.part(quarters(x))), part=convolution()),
    "nine taps": lambda: Does(lambda own, x: together(own.part(quarters(x))), part=convolution(3, padding=1)),
    "linear": lambda: Does(
        lambda own, x: together(own.part(quarters(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)), part=nn.Linear(8, 8)
    ),
}


@pytest.mark.parametrize("middle", WINDOWS.values(), ids=WINDOWS)
def test_windows_in_the_place_of_pictures_would_count_one_picture_several_times(
    middle: Callable[[], nn.Module],
) -> None:
    with pytest.raises(NetworkRefused, match=r"^middle\.part: \w+ .*reads 4 maps for each picture, such as windows"):
        wire(seeded(middle), pictures(1, SIDE), LAYERS)


class Windowed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.third = nn.Conv2d(3, 8, 1), convolution(), convolution()

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.second(functional.relu(self.first(x))))
        x = functional.relu(self.third(quarters(x)))
        return x.view(-1, 4, 8, SIDE // 2, SIDE // 2).mean((1, 3, 4))


def test_what_returns_windows_is_no_layer() -> None:
    torch.manual_seed(0)
    plan = assert_counted_as_it_runs(Windowed().eval(), None)
    assert [layer.name for layer in plan.layers] == ["first", "second"]
    with pytest.raises(NetworkRefused, match=r"third does not return feature maps .*, one set for each picture"):
        wire(Windowed(), pictures(1, SIDE), ["second", "third"])


def two() -> dict[str, nn.Module]:
    return {"one": convolution(groups=8), "other": convolution(groups=8)}


SEVERAL_MAPS: dict[str, Callable[[Any, Tensor], Tensor]] = {
    "clamp": lambda own, x: torch.clamp(own.one(x), max=own.other(x.roll(1, 1))),
    "clamp_min": lambda own, x: own.one(x).clamp_min(own.other(x.roll(1, 1))),
    "pow": lambda own, x: torch.pow(x + 0.1, own.other(x.roll(1, 1))),
    "where": lambda own, x: torch.where(x > 0.2, x, own.other(x.roll(1, 1))),
    "prelu": lambda own, x: functional.prelu(x - 0.5, own.other(x.mean((2, 3), keepdim=True)).flatten()),
}


@pytest.mark.parametrize("kind", SEVERAL_MAPS)
def test_an_activation_that_reads_two_maps_is_refused_by_name(kind: str) -> None:
    function = SEVERAL_MAPS[kind]
    with pytest.raises(NetworkRefused, match=rf"^middle: {kind} .*reads \d maps of a layer .*expected one map"):
        wire(seeded(lambda: Does(function, **two())), pictures(1, SIDE), LAYERS)
    with pytest.raises(NetworkRefused, match=rf"^middle: {kind} .*reads \d maps of a layer"):
        wire(seeded(lambda: Does(function, **two())), pictures(1, SIDE), ["lower", "middle"])


OF_ONE_MAP: dict[str, Callable[[Any, Tensor], Tensor]] = {
    "less its own mean": lambda _, x: functional.avg_pool2d(x, 3, 1, 1) - x,
    "divided by its own mean": lambda _, x: x / (x.mean((2, 3), keepdim=True) + 1),
    "spelt leaky": lambda _, x: torch.where(x > 0.2, x, 0.1 * x),
    "masked": lambda _, x: x.masked_fill(x > 0.5, 0.0),
    "GELU spelt out": lambda _, x: 0.5 * x * (1 + torch.erf(x / 2**0.5)),
    "rectified by zeros": lambda _, x: torch.where(x > 0.2, x, torch.zeros_like(x)),
    "standardised": lambda _, x: (x - x.mean((2, 3), keepdim=True)) / (x.std((2, 3), keepdim=True) + 1),
    "clamped by its own mean": lambda _, x: torch.clamp(x, max=x.mean((2, 3), keepdim=True)),
}


@pytest.mark.parametrize("function", OF_ONE_MAP.values(), ids=OF_ONE_MAP)
def test_what_joins_a_map_with_itself_keeps_its_channels(function: Callable[[Any, Tensor], Tensor]) -> None:
    plan = assert_counted_as_it_runs(seeded(lambda: Does(function)))
    (hop,) = plan.hops
    products = [stage.labels.tolist() for stage in plan.spans[0].stages if isinstance(stage, Sum)]
    assert products in ([], [[list(range(8))] * 2])  # of a map with itself
    assert hop.labels.tolist() == list(range(8 * len(products), 8 * len(products) + 8))


OF_A_CONSTANT: dict[str, Callable[[Any, Tensor], Tensor]] = {
    "one number": lambda own, x: torch.max(own.part(x), own.part.weight.mean()),
    "one for each channel": lambda own, x: own.part(x).max(own.part.weight[:, 0, :1, :1]),
}


@pytest.mark.parametrize("function", OF_A_CONSTANT.values(), ids=OF_A_CONSTANT)
def test_the_larger_of_a_map_and_a_constant_keeps_its_channels(function: Callable[[Any, Tensor], Tensor]) -> None:
    assert len(assert_counted_as_it_runs(seeded(lambda: Does(function, part=convolution(3, padding=1)))).hops) == 2


def test_what_does_more_than_move_values_is_refused_by_name() -> None:
    network = seeded(lambda: Does(lambda _, x: x.view(torch.int32).view(torch.float32)))
    with pytest.raises(NetworkRefused, match=r"^middle: view .*does not only move values"):
        wire(network, pictures(1, SIDE), LAYERS)


class NamedAnswer(NamedTuple):
    scores: Tensor
    maps: Tensor


@dataclass
class DataAnswer:
    scores: Tensor
    maps: Tensor


@pytest.mark.parametrize("kind", [NamedAnswer, DataAnswer])
def test_an_answer_of_named_parts_is_recorded(kind: Callable[[Tensor, Tensor], Any]) -> None:
    def answer(own: Any, x: Tensor) -> Any:
        maps = own.upper(own.lower(x))
        return kind(maps.mean((2, 3)), maps)

    network = Does(answer, lower=nn.Conv2d(3, 8, 3), upper=convolution())
    assert len(wire(network, pictures(1, SIDE), LAYERS).hops) == 1


class MakesWeights(nn.Module):
    scale: Tensor

    def forward(self, x: Tensor) -> Tensor:
        if not hasattr(self, "scale"):
            self.register_buffer("scale", torch.rand(1, 8, 1, 1))
        return x * self.scale


def test_a_network_that_makes_weights_as_it_runs_is_told_to_run_first() -> None:
    network = seeded(MakesWeights)
    with pytest.raises(NetworkRefused, match=r"^Between makes weights .* \(middle\.scale\); run one picture"):
        wire(network, pictures(1, SIDE), LAYERS)
    network(pictures(1, SIDE))
    assert_counted_as_it_runs(network)


@pytest.mark.filterwarnings("ignore")
def test_a_network_of_quantized_convolutions_is_refused_by_name() -> None:
    class Quantized(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            of: Any = quantized.Conv2d
            self.one, self.two = of(3, 8, 1), of(8, 8, 1)

        def forward(self, x: Tensor) -> Tensor:
            maps: Tensor = self.two(self.one(torch.quantize_per_tensor(x, 0.1, 0, torch.quint8))).dequantize()
            return maps.mean((2, 3))

    with pytest.raises(NetworkRefused, match=r"^one is quantized: count the network as it was before"):
        wire(Quantized().eval(), pictures(1, SIDE))


UPSIDE_DOWN: dict[str, Callable[[Any, Tensor], Tensor]] = {  # what raises a target lowers it as it is used
    "negated": lambda own, x: -functional.relu(own.part(x)),
    "negated by a method": lambda own, x: own.part(x).neg(),
    "subtracted": lambda own, x: 1 - own.part(x).sigmoid(),
    "divided by": lambda own, x: 1 / (1 + functional.relu(own.part(x))),
    "subtracted by keywords": lambda own, x: torch.sub(input=own.part(x), other=1.0),
    "inverted": lambda own, x: torch.rsqrt(1 + functional.relu(own.part(x))),
    "to a negative power": lambda own, x: (1 + functional.relu(own.part(x))) ** -1,
    "as an exponent": lambda own, x: 0.5 ** own.part(x),
}


@pytest.mark.parametrize("kind", UPSIDE_DOWN)
def test_what_turns_a_map_upside_down_is_refused_by_name(kind: str) -> None:
    network = seeded(lambda: Does(UPSIDE_DOWN[kind], part=convolution(3, padding=1)))
    with pytest.raises(NetworkRefused, match=r"^middle: .*(cannot be followed|different channels|falls where)"):
        wire(network, pictures(1, SIDE), LAYERS)


def test_zeros_for_each_picture_come_from_outside() -> None:
    def widened(own: Any, x: Tensor) -> Tensor:
        zeros = torch.zeros((x.shape[0], 4, SIDE, SIDE))
        return own.part(torch.cat([x, zeros], 1))  # type: ignore[no-any-return]

    hop, _ = assert_counted_as_it_runs(seeded(lambda: Does(widened, part=nn.Conv2d(12, 8, 1)))).hops
    assert hop.labels.tolist() == [*range(8), *[OUTSIDE] * 4]


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float64])
def test_a_convolution_in_another_precision_is_refused_by_name(kind: torch.dtype) -> None:
    def cast(own: Any, x: Tensor) -> Tensor:
        return functional.conv2d(x.to(kind), own.part.weight.to(kind), padding=1).float()

    network = seeded(lambda: Does(cast, part=convolution(3)))
    with pytest.raises(NetworkRefused, match=rf"^middle: conv2d .*computes in {kind}; expected torch\.float32"):
        wire(network, pictures(1, SIDE), LAYERS)


def test_statistics_of_the_batch_in_a_function_are_refused_by_the_name_of_the_module() -> None:
    network = seeded(lambda: Does(lambda _, x: functional.batch_norm(x, None, None, training=True)))
    with pytest.raises(NetworkRefused, match=r"^middle calls batch_norm with training=True .*running statistics$"):
        wire(network, pictures(1, SIDE), LAYERS)


def test_a_difference_of_other_channels_is_refused_by_name() -> None:
    with pytest.raises(NetworkRefused, match=r"^middle: sub .*subtracts or divides maps of different channels"):
        wire(seeded(lambda: Does(lambda _, x: x - x.roll(1, 1))), pictures(1, SIDE), LAYERS)


def test_channels_chosen_by_the_picture_are_refused_by_name() -> None:
    class Chosen(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lower, self.upper = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 6, 1)

        def forward(self, x: Tensor) -> Tensor:
            order = x.mean((0, 2, 3)).argsort()
            return functional.relu(self.upper(functional.relu(self.lower(x))[:, [0, 1, 2, 3, 4]][:, order])).mean(
                (2, 3)
            )

    network = Chosen()
    network.upper = nn.Conv2d(3, 6, 1)
    with pytest.raises(NetworkRefused, match=r"getitem .*selects by values of the picture; expected a constant index"):
        wire(network, pictures(1, SIDE), LAYERS)


def pruned() -> nn.Module:
    module = convolution(3, padding=1)
    prune.random_unstructured(module, "weight", 0.5)  # type: ignore[no-untyped-call]
    return module


WITH_A_HISTORY: dict[str, Callable[[], nn.Module]] = {
    "pruned": pruned,
    "weight norm": lambda: weight_norm(convolution(3, padding=1)),
    "spectral norm": lambda: spectral_norm(convolution(3, padding=1)),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("trained", [False, True])
@pytest.mark.parametrize("make", WITH_A_HISTORY.values(), ids=WITH_A_HISTORY)
def test_weights_that_a_hook_computes_are_counted_as_they_are(make: Callable[[], nn.Module], trained: bool) -> None:
    """torch does not copy tensors with a history; and recording such a hook replaces the weight."""
    network = seeded(make)
    if trained:
        network.train()(pictures(2, SIDE)).sum().backward()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    assert_counted_as_it_runs(network)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert isinstance(network.middle.weight, Tensor)


def test_a_network_that_cannot_be_copied_is_refused_in_one_sentence() -> None:
    network = seeded(convolution)
    network.middle.lock = threading.Lock()
    with pytest.raises(
        NetworkRefused, match=r"^Between cannot be copied: .*lock.*; expected modules that copy\.deepcopy"
    ):
        wire(network, pictures(1, SIDE), LAYERS)


class Complex(nn.Module):
    """Its phases are complex numbers, of which only the size matters to the map; or its kernel is complex."""

    def __init__(self, convolves: bool) -> None:
        super().__init__()
        self.convolves = convolves
        self.values = nn.Parameter(torch.randn(8, 8, 1, 1, dtype=torch.complex64))

    def forward(self, x: Tensor) -> Tensor:
        if self.convolves:
            return functional.conv2d(x.to(torch.complex64), self.values).abs()
        return x * self.values[0].abs()


def test_complex_numbers_keep_their_imaginary_part_and_complex_kernels_are_refused() -> None:
    assert_counted_as_it_runs(seeded(lambda: Complex(convolves=False)))
    with pytest.raises(NetworkRefused, match=r"^middle has complex weights, .*; expected real ones"):
        wire(seeded(lambda: Complex(convolves=True)), pictures(1, SIDE), LAYERS)


class Remembers(nn.Module):
    total: Tensor

    def __init__(self, in_buffer: bool) -> None:
        super().__init__()
        self.in_buffer, self.calls = in_buffer, 0
        self.register_buffer("total", torch.ones(1, 8, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        if self.in_buffer:
            self.total.mul_(0.9).add_(0.1 * x.mean((2, 3), keepdim=True))
            return x / self.total
        self.calls += 1
        return x if self.calls % 2 else x.flip(1)


@pytest.mark.parametrize("in_buffer", [False, True])
def test_a_network_that_remembers_pictures_is_refused(in_buffer: bool) -> None:
    network = seeded(lambda: Remembers(in_buffer))
    with pytest.raises(
        NetworkRefused, match=r"gives a different answer when it sees the same picture again, .*keep anything for the"
    ):
        wire(network, pictures(1, SIDE), LAYERS)
    assert network.middle.calls == 0 and bool((network.middle.total == 1).all())


def through_an_identity(own: Any, x: Tensor) -> Tensor:
    raw = own.part(x)
    same = own.same(raw)
    own.act(same)
    result: Tensor = raw + x
    return result


PARTS: dict[str, Callable[[], nn.Module]] = {
    "part": convolution,
    "same": nn.Identity,
    "act": lambda: nn.ReLU(inplace=True),
}


def test_what_is_overwritten_through_an_identity_is_overwritten_everywhere() -> None:
    network = seeded(lambda: Does(through_an_identity, **{name: make() for name, make in PARTS.items()}))
    plan = assert_counted_as_it_runs(network)
    assert [hop.convolution.name for hop in plan.hops] == ["middle.part", "upper"]


def half_overwritten(limit: float) -> Callable[[Any, Tensor], Tensor]:
    def function(own: Any, x: Tensor) -> Tensor:
        y: Tensor = own.part(x)
        y[:, :4].clamp_(max=limit)
        return y

    return function


@pytest.mark.parametrize("limit", [0.0, 300.0])
def test_a_part_that_is_overwritten_is_refused_though_this_picture_does_not_show_it(limit: float) -> None:
    network = seeded(lambda: Does(half_overwritten(limit), part=convolution()))
    with pytest.raises(
        NetworkRefused, match=r"^middle overwrites a part of a tensor \(clamp_\) .*is read as \w+ later"
    ):
        wire(network, pictures(1, SIDE), LAYERS)


def test_parts_that_do_not_overlap_may_be_overwritten() -> None:
    def function(own: Any, x: Tensor) -> Tensor:
        one, other = own.part(x).chunk(2, 1)
        return torch.cat([one.relu_(), other], 1)

    assert_counted_as_it_runs(seeded(lambda: Does(function, part=convolution())))


def test_a_method_with_an_underscore_that_overwrites_nothing_known_is_refused() -> None:
    network = seeded(lambda: Does(lambda own, x: own.part(x).requires_grad_(False), part=convolution()))
    with pytest.raises(NetworkRefused, match=r"^middle overwrites a tensor by requires_grad_"):
        wire(network, pictures(1, SIDE), LAYERS)


class Closed(nn.Module):
    """Cannot be entered, and writes to what it is given."""

    def forward(self, x: Tensor) -> Tensor:
        return x.relu() if x.sum() > 1e9 else x.mul_(1.0)


class ReadTwice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lower, self.closed, self.upper = nn.Conv2d(3, 8, 1), Closed(), nn.Conv2d(8, 6, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.lower(x))
        closed = self.closed(x).mean()
        scores: Tensor = functional.relu(self.upper(x)).mean((2, 3)) + closed
        return scores


def test_a_closed_module_that_writes_to_what_others_read_is_refused() -> None:
    with pytest.raises(NetworkRefused, match=r"^closed writes to a tensor that others read, too"):
        wire(ReadTwice(), pictures(1, SIDE), LAYERS)


DRAWS: dict[str, Callable[[Any, Tensor], Tensor]] = {  # what is drawn is a constant of the record
    "noise for all channels": lambda own, x: own.part(x) + torch.randn(1),
    "a branch": lambda own, x: own.part(x) if torch.rand(1) < 0.8 else x,
    "a mask beside dropout": lambda own, x: functional.dropout(own.part(x), 0.5, True) * torch.rand(8, 1, 1).round(),
}


@pytest.mark.parametrize("kind", DRAWS)
def test_random_numbers_that_no_record_shows_are_refused_by_the_name_of_the_module(kind: str) -> None:
    network = seeded(lambda: Does(DRAWS[kind], part=convolution()))
    with pytest.raises(NetworkRefused, match=r"^middle draws random numbers in evaluation mode, .* same answer every"):
        wire(network, pictures(1, SIDE), LAYERS)


def test_dropout_that_is_on_in_evaluation_mode_is_turned_off_and_said() -> None:
    network = seeded(lambda: Does(lambda own, x: functional.dropout(own.part(x), 0.3), part=convolution()))
    plan = wire(network, pictures(1, SIDE), LAYERS)
    assert "dropout is on in evaluation mode in middle; it is turned off, as counts must not be random" in plan.notes
    quiet = seeded(lambda: Does(lambda own, x: functional.dropout(own.part(x), 0.3, own.training), part=convolution()))
    assert len(wire(quiet, pictures(1, SIDE), LAYERS).notes) == 1


TRANSPOSED: dict[str, dict[str, Any]] = {
    "one tap": {"kernel_size": 1},
    "one tap, spread": {"kernel_size": 1, "stride": 2},
    "without spread": {"kernel_size": 3, "padding": 1},
    "doubled": {"kernel_size": 4, "stride": 2, "padding": 1},
    "patches": {"kernel_size": 2, "stride": 2},
    "output padding": {"kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1},
    "dilated": {"kernel_size": 3, "stride": 3, "dilation": 2, "padding": 4},
    "oblong in groups": {"kernel_size": (2, 5), "stride": (3, 1), "padding": (0, 3), "groups": 2},
    "depthwise": {"kernel_size": 3, "groups": 8, "padding": 2},
    "cropped": {"kernel_size": 3, "stride": 2, "padding": 3},
}


def alone(module: nn.ConvTranspose2d, x: Tensor) -> Tensor:
    """(T, S / groups) float64: the largest value of each target when one source of its group is all there is."""
    groups, share = module.groups, module.out_channels // module.groups
    within = x.shape[1] // groups
    found = torch.zeros(module.out_channels, within, dtype=torch.float64)
    for source in range(x.shape[1]):
        only = torch.zeros_like(x, dtype=torch.float64)
        only[:, source] = x[:, source].double()
        options: Any = (module.stride, module.padding, module.output_padding, groups, module.dilation)
        answer = functional.conv_transpose2d(only, module.weight.detach().double(), None, *options)[0]
        first = source // within * share
        found[first : first + share, source % within] = answer[first : first + share].amax((1, 2))
    return found


@pytest.mark.parametrize("options", TRANSPOSED.values(), ids=TRANSPOSED)
def test_a_transposed_convolution_counts_what_brute_force_counts(options: dict[str, Any]) -> None:
    network = seeded(lambda: nn.ConvTranspose2d(8, 8, **options))
    received: list[Tensor] = []
    with network.middle.register_forward_pre_hook(lambda _, given: received.append(given[0].detach())):
        network(pictures(1, SIDE))
    votes = counted(wire(network, pictures(1, SIDE), LAYERS))["middle"]
    assert torch.equal(votes, reference.largest(alone(network.middle, received[0]), 5))


def test_a_transposed_convolution_called_as_a_function_or_with_a_size_is_the_same() -> None:
    def called(own: Any, x: Tensor) -> Tensor:
        answer: Tensor = functional.conv_transpose2d(x, own.part.weight, None, 2, 1, 1)
        return answer

    options = {"stride": 2, "padding": 1}
    parts = [nn.ConvTranspose2d(8, 8, 3, **options) for _ in range(2)]  # type: ignore[arg-type]
    parts[1].load_state_dict(parts[0].state_dict())
    functions = (called, lambda own, x: own.part(x, output_size=(2 * SIDE, 2 * SIDE)))
    plans = [
        wire(seeded(lambda own=own, part=part: Does(own, part=part)), pictures(1, SIDE), LAYERS)  # type: ignore[misc]
        for own, part in zip(functions, parts, strict=True)
    ]
    one, other = (plan.hops[0].convolution for plan in plans)
    assert torch.equal(one.kernel, other.kernel) and one.geometry == other.geometry


def shuffled(own: Any, x: Tensor) -> Tensor:
    x = own.first(x)
    batch, channels, height, width = x.shape
    parts = x.view(batch, 2, channels // 2, height, width).transpose(1, 2)
    result: Tensor = own.second(own.norm(parts.reshape(batch, channels, height, width)))
    return result


def normed(norm: nn.BatchNorm2d) -> nn.BatchNorm2d:
    """Which turns the order of influences around, so that it shows whether it is folded in."""
    with torch.no_grad():
        norm.weight.copy_(torch.linspace(-2, 2, norm.num_features))
    return norm


def test_a_norm_after_a_channel_shuffle_is_folded_into_the_convolution_before_it() -> None:
    parts = {"first": convolution(groups=2), "second": convolution(groups=4)}
    network = seeded(lambda: Does(shuffled, **parts, norm=normed(nn.BatchNorm2d(8))))
    plan = wire(network, pictures(1, SIDE), LAYERS)
    assert [hop.convolution.name for hop in plan.hops] == ["middle.first", "middle.second", "upper"]
    norm = network.middle.norm
    scale = (norm.weight.double() / (1 + norm.eps) ** 0.5).view(4, 2).T.reshape(-1, 1, 1, 1)
    torch.testing.assert_close(plan.hops[0].convolution.kernel, network.middle.first.weight.double() * scale)


def test_a_map_that_is_scaled_to_the_size_of_another_keeps_its_channels() -> None:
    def up(own: Any, x: Tensor) -> Tensor:
        small = own.part(functional.avg_pool2d(x, 2))
        return x + functional.interpolate(small, size=x.shape[2:], mode="bilinear")

    plan = assert_counted_as_it_runs(seeded(lambda: Does(up, part=convolution())))
    assert [hop.convolution.name for hop in plan.hops] == ["middle.part", "upper"]


def test_a_channel_that_multiplies_all_others_is_followed() -> None:
    plan = assert_counted_as_it_runs(seeded(lambda: Does(lambda own, x: own.part(x) * x[0, 2], part=convolution())))
    product = plan.spans[0].stages[1]
    assert isinstance(product, Sum) and product.labels[1].tolist() == [2] * 8


@pytest.mark.parametrize(
    "function, is_told",
    [
        (lambda _, x: functional.max_pool2d(x, 3, 1, 1) - x, True),
        (lambda _, x: x.amax((2, 3), keepdim=True) - x, True),
        (lambda _, x: x.mean((2, 3), keepdim=True) / (x + 1), True),
        (lambda _, x: x - x.mean((2, 3), keepdim=True), False),
        (lambda _, x: x / (1 + x.mean((2, 3), keepdim=True)), False),
    ],
)
def test_a_map_that_is_subtracted_from_another_of_its_channels_is_said(
    function: Callable[[Any, Tensor], Tensor], is_told: bool
) -> None:
    notes = wire(seeded(lambda: Does(function)), pictures(1, SIDE), LAYERS).notes
    assert any("below upper, in middle, a map is subtracted from another one" in note for note in notes) is is_told, (
        notes
    )
