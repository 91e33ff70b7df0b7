import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from ingest.count.influence import PreparedConvolution, influences
from ingest.count.instrument import InstrumentedNetwork
from ingest.errors import NetworkRefused
from ingest.network.load import load_network
from ingest.tracing.labels import OUTSIDE, Hop
from ingest.tracing.trace import logits_of, trace
from ingest.tracing.wiring import wire
from tests.ingest import reference
from tests.ingest.networks import TESTED, Branches, network, pictures


@pytest.mark.parametrize("name", ["googlenet", "inception_v3", "densenet121", "efficientnet-lite0"])
def test_the_instrumented_network_gives_the_scores_of_the_network(name: str) -> None:
    batch = pictures(1, TESTED[name])
    module = network(name)
    with torch.inference_mode():
        scores = InstrumentedNetwork(wire(module, batch))(batch).scores
        torch.testing.assert_close(scores, logits_of(module(batch)))


def test_a_network_is_left_as_it_was() -> None:
    module = Branches()
    wire(module, pictures(1, 8), ["stem", "mixed"])
    assert module.training and module.mixed.inplace and all(p.requires_grad for p in module.parameters())


def test_training_mode_does_not_reach_the_counts() -> None:
    """Dropout and batch statistics belong to training; a network in training mode is counted in evaluation mode."""
    module = Branches().train()
    batch = pictures(2, 8)
    probe = InstrumentedNetwork(wire(module, batch[:1], ["stem", "mixed"]))
    torch.testing.assert_close(probe(batch).scores, module.eval()(batch))
    torch.testing.assert_close(probe(batch).scores, probe(batch).scores, rtol=0, atol=0)


class PreActivation(nn.Module):
    """An in-place ReLU overwrites what the skip reads later: the skip carries the activated map, not the raw one."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3)
        self.relu = nn.ReLU(inplace=True)
        self.body = nn.Conv2d(4, 4, 1)
        self.top = nn.Conv2d(4, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        raw = self.stem(x)
        y = self.body(self.relu(raw))
        top: Tensor = self.relu(self.top(y + raw))
        return top.mean((2, 3))


def test_a_reader_of_an_overwritten_tensor_gets_its_new_value() -> None:
    module = PreActivation()
    batch = pictures(3, 6)
    traced = trace(module, batch[:1])
    torch.testing.assert_close(traced.module(batch), module.eval()(batch))


def test_a_module_called_twice_is_two_layers() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem = nn.Conv2d(3, 4, 1)
            self.again = nn.Conv2d(4, 4, 1)

        def forward(self, x: Tensor) -> Tensor:
            x = functional.relu(self.stem(x))
            return functional.relu(self.again(functional.relu(self.again(x)))).mean((2, 3))

    plan = wire(Twice(), pictures(1, 4), ["stem", "again@1", "again@2"])
    assert [hop.convolution.name for hop in plan.hops] == ["again", "again@2"]
    with pytest.raises(NetworkRefused, match="called 2 times"):
        wire(Twice(), pictures(1, 4), ["stem", "again"])


def test_functional_dropout_is_turned_off() -> None:
    class Forgetful(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 4, 1)

        def forward(self, x: Tensor) -> Tensor:
            return functional.relu(self.b(functional.dropout(functional.relu(self.a(x))))).mean((2, 3))

    probe = InstrumentedNetwork(wire(Forgetful(), pictures(1, 4), ["a", "b"]))
    batch = pictures(1, 4)
    torch.testing.assert_close(probe(batch).scores, probe(batch).scores, rtol=0, atol=0)


class Attention(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        flat = x.flatten(2)
        mixed: Tensor = (flat @ flat.transpose(1, 2)).softmax(-1) @ flat
        return mixed.view_as(x)


class Moody(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x if x.sum() > 0 else -x


class Between(nn.Module):
    def __init__(self, middle: nn.Module) -> None:
        super().__init__()
        self.lower, self.middle, self.upper = nn.Conv2d(3, 4, 1), middle, nn.Conv2d(4, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.upper(self.middle(functional.relu(self.lower(x))))).mean((2, 3))


class Einsum(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.einsum("bchw,bdhw->bdhw", x, x)


class Halves(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        a, b = x.chunk(2, 1)
        return torch.cat([a - b, b], 1)


class Gate(nn.Module):
    """Four channels of 4 x 4: a mean over channels has the shape of one over rows."""

    def __init__(self, dim: int | tuple[int, ...], keepdim: bool) -> None:
        super().__init__()
        self.dim, self.keepdim = dim, keepdim

    def forward(self, x: Tensor) -> Tensor:
        gate = x.mean(self.dim, keepdim=self.keepdim)
        return x * torch.sigmoid(gate if self.keepdim else gate.unsqueeze(2))


class Turned(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x + x.transpose(1, 2)


class PooledChannels(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return functional.max_pool2d(x.permute(0, 2, 3, 1), (1, 3), 1, (0, 1)).permute(0, 3, 1, 2)


@pytest.mark.parametrize(
    ("middle", "says"),
    [
        (Gate(1, keepdim=True), "middle: mean .*reduces over its channels"),
        (Gate((1, 2), keepdim=True), "middle: mean .*reduces over its channels"),
        (Gate(-3, keepdim=False), "middle: mean .*reduces over its channels"),
        (Gate(0, keepdim=True), "middle: mean .*reduces over the pictures"),
        (Turned(), "middle: add .*joins channels on axis 1 with channels on axis 2"),
        (PooledChannels(), "middle: .*max_pool2d.* works along axis 3"),
    ],
)
def test_what_mixes_channels_is_refused_whatever_the_sizes(middle: nn.Module, says: str) -> None:
    with pytest.raises(NetworkRefused, match=says):
        wire(Between(middle), pictures(1, 4), ["lower", "upper"])


class Spread(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x * x.std(True)


def test_a_deviation_over_everything_is_refused_in_words() -> None:
    with pytest.raises(NetworkRefused, match=r"middle: std .*reduces over"):
        wire(Between(Spread()), pictures(1, 4), ["lower", "upper"])


@pytest.mark.parametrize("gate", [Gate(2, keepdim=False), Gate((2, 3), keepdim=True), Gate(-1, keepdim=True)])
def test_a_gate_from_positions_keeps_its_channels(gate: nn.Module) -> None:
    span = wire(Between(gate), pictures(1, 4), ["lower", "upper"]).spans[0]
    assert span.stages[0].labels.tolist() == [[0, 1, 2, 3]] * 2


def test_padded_channels_come_from_outside() -> None:
    class Padded(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return functional.pad(x, (1, 1, 1, 1, 1, -1))[:, :4]

    (hop,) = wire(Between(Padded()), pictures(1, 4), ["lower", "upper"]).hops
    assert hop.labels.tolist() == [OUTSIDE, 0, 1, 2]


class Reordered(nn.Module):
    """Four channels put in another order by a list, a tensor that its code makes, or a buffer."""

    order: Tensor

    def __init__(self, how: str) -> None:
        super().__init__()
        self.how = how
        self.register_buffer("order", torch.tensor([2, 0, 3, 1]))

    def forward(self, x: Tensor) -> Tensor:
        if self.how == "list":
            return x[:, [2, 0, 3, 1]]
        order = self.order if self.how == "buffer" else torch.tensor([2, 0, 3, 1])
        return torch.index_select(x, 1, order) if self.how == "selected" else x[:, order]


@pytest.mark.parametrize("how", ["list", "made", "buffer", "selected"])
def test_channels_that_an_index_reorders_are_followed(how: str) -> None:
    (hop,) = wire(Between(Reordered(how)), pictures(1, 4), ["lower", "upper"]).hops
    assert hop.labels.tolist() == [2, 0, 3, 1]


class Strongest(nn.Module):
    """A gate by the strongest position, which torch.max returns together with where it is."""

    def __init__(self, dim: int, named: bool) -> None:
        super().__init__()
        self.dim, self.named = dim, named

    def forward(self, x: Tensor) -> Tensor:
        most = x.max(self.dim, keepdim=True)
        return x * torch.sigmoid(most.values if self.named else most[0])


@pytest.mark.parametrize("named", [False, True])
def test_a_maximum_with_its_places_keeps_channels_over_positions_and_is_refused_over_channels(named: bool) -> None:
    span = wire(Between(Strongest(3, named)), pictures(1, 4), ["lower", "upper"]).spans[0]
    assert span.stages[0].labels.tolist() == [[0, 1, 2, 3]] * 2
    with pytest.raises(NetworkRefused, match=r"middle: max .*reduces over its channels"):
        wire(Between(Strongest(1, named)), pictures(1, 4), ["lower", "upper"])


class Sorted(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.sort(2)[0]


class Boxed(nn.Module):
    """Cannot be entered, and returns a map in a dictionary."""

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return {"map": x if x.sum() > 0 else -x}


class Unboxed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.box = Boxed()

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.box(x)["map"]
        return result


@pytest.mark.parametrize(
    ("middle", "says"), [(Sorted(), r"^middle: sort .*cannot be followed"), (Unboxed(), r"^middle\.box: Boxed ")]
)
def test_maps_among_other_values_are_never_taken_for_sizes(middle: nn.Module, says: str) -> None:
    with pytest.raises(NetworkRefused, match=says):
        wire(Between(middle), pictures(1, 4), ["lower", "upper"])


class Blurred(nn.Module):
    """Its kernel is expanded to the number of channels, what it adds to the number of pictures."""

    kernel: Tensor
    shift: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("kernel", torch.tensor([[1.0, 2.0, 1.0]]) / 4)
        self.register_buffer("shift", torch.ones(1, 4, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        blurred = functional.conv2d(x, self.kernel.expand(x.shape[1], 1, 1, 3), padding="same", groups=x.size(1))
        ramp = torch.arange(x.shape[-1]) / 8
        return torch.cat([blurred + self.shift.expand(x.shape[0], -1, -1, -1) + ramp, x.new_zeros(x.shape)], 1)[:, :4]


def test_what_is_made_from_sizes_and_buffers_is_constant() -> None:
    network, picture = Between(Blurred()), pictures(1, 4)
    (span,) = wire(network, picture, ["lower", "upper"]).spans
    blur, shifted, upper = span.stages
    assert isinstance(blur, Hop) and isinstance(upper, Hop)
    assert torch.equal(blur.convolution.kernel, torch.tensor([1.0, 2.0, 1.0]).double().expand(4, 1, 1, 3) / 4)
    assert shifted.labels.tolist() == [[4, 5, 6, 7], [OUTSIDE] * 4]
    assert upper.labels.tolist() == [8, 9, 10, 11]
    pair = pictures(2, 4)
    torch.testing.assert_close(trace(network, picture).module(pair), network(pair))


class Neighbours(nn.Module):
    """ECA's gate: of the means of a channel and its neighbours."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = nn.Conv1d(1, 1, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        gate = self.mix(x.mean((2, 3)).view(x.shape[0], 1, -1))
        return x * torch.sigmoid(gate.view(x.shape[0], -1, 1, 1))


class InLine(nn.Module):
    """A convolution in one dimension over all positions."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = nn.Conv1d(4, 4, 3, stride=2, padding=1, groups=2, padding_mode="reflect")

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.mix(x.flatten(2)).view(x.shape[0], 4, 2, -1)
        return result


@pytest.mark.parametrize("middle", [Neighbours, InLine])
def test_convolutions_in_one_dimension_count_what_brute_force_counts(middle: Callable[[], nn.Module]) -> None:
    network, picture = seeded(lambda: Between(middle())), pictures(1, 4)
    plan = wire(network, picture, ["lower", "upper"])
    heard = reference.listen(network, picture)
    assert [hop.convolution.name for hop in plan.hops] == ["middle.mix", "upper"]
    with torch.inference_mode():
        recorded = InstrumentedNetwork(plan, whole_maps=True)(picture)
    for hop, source in zip(plan.hops, recorded.inputs, strict=True):
        prepared = PreparedConvolution.of(hop.convolution, torch.device("cpu"))
        expected = reference.influences(heard[hop.convolution.name])
        found = influences(prepared, source, "max")[0].flatten(0, 1)
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-7)


class Noise(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rand_like(x)


class Erased(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        x[:, 0] = 0
        return x


class Overwrites(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return (x + 1).copy_(x)


class Trains(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(4)

    def forward(self, x: Tensor) -> Tensor:
        self.norm.train()
        result: Tensor = self.norm(x)
        return result


class Unregistered(nn.Module):
    """Its convolution is in a plain list, of which torch knows nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = [nn.Conv2d(4, 4, 1)]

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.parts[0](x)
        return result


class ByNumpy(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.from_numpy(x.numpy() * 2)


@pytest.mark.parametrize(
    ("middle", "says"),
    [
        (Noise(), r"^middle draws random numbers in evaluation mode \(rand_like\).* the same answer every time$"),
        (Erased(), "middle.* assigns to a part of a tensor"),
        (ByNumpy(), "middle"),
        (Overwrites(), "middle overwrites a tensor by copy_; .* such as torch.where"),
        (Trains(), r"middle\.norm \(BatchNorm2d\) is in training mode after a forward pass"),
        (Unregistered(), r"middle: Unregistered .* has not registered; keep modules in nn\.ModuleList"),
    ],
)
def test_code_that_cannot_be_recorded_is_refused_with_the_reason(middle: nn.Module, says: str) -> None:
    with pytest.raises(NetworkRefused, match=says):
        wire(Between(middle), pictures(1, 4), ["lower", "upper"])


@pytest.mark.parametrize(
    "middle",
    [
        Attention(),
        Einsum(),
        Moody(),
        Halves(),
        nn.BatchNorm2d(4, track_running_stats=False),
        nn.PixelShuffle(1),
    ],
)
def test_a_module_that_cannot_be_followed_is_refused_by_name(middle: nn.Module) -> None:
    with pytest.raises(NetworkRefused, match="middle"):
        wire(Between(middle), pictures(1, 4), ["lower", "upper"])


class Cautious(nn.Module):
    """Computes part of its result in another precision, which no operation of its own says."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Conv2d(4, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            y: Tensor = self.inner(x)
        return y.float()


def test_a_network_that_computes_something_else_when_traced_is_refused_with_the_module() -> None:
    with pytest.raises(NetworkRefused, match=r"^middle\.inner computes something else when traced .*torch\.autocast$"):
        wire(seeded(lambda: Between(Cautious())), pictures(1, 4), ["lower", "upper"])


def seeded(make: Callable[[], nn.Module]) -> nn.Module:
    """The same weights each time: those of which no ReLU leaves nothing."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return make()


class Twice(nn.Module):
    """Calls one activation before and after another module; each call has a value of its own."""

    def __init__(self, middle: nn.Module) -> None:
        super().__init__()
        self.act, self.middle = nn.ReLU(), middle

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.act(self.middle(self.act(x)) - 1)
        return result


def test_the_module_that_differs_is_named_though_others_are_called_twice() -> None:
    network = seeded(lambda: Between(nn.Sequential(Twice(nn.Conv2d(4, 4, 1)), Cautious())))
    with pytest.raises(NetworkRefused, match=r"^middle\.1\.inner computes something else when traced"):
        wire(network, pictures(1, 4), ["lower", "upper"])


def test_a_refusal_names_the_layers_that_can_be_counted() -> None:
    network = nn.Sequential(Between(Einsum()), nn.Flatten(), nn.Linear(4, 2))
    network[0] = nn.Sequential(nn.Conv2d(3, 4, 1), Einsum(), nn.Conv2d(4, 4, 1), nn.Conv2d(4, 4, 1), Einsum())
    network[1] = nn.Sequential(nn.Conv2d(4, 4, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    with pytest.raises(NetworkRefused, match=r"0\.1: einsum .*; name layers \(--layers\) so that this module lies"):
        wire(network, pictures(1, 4), ["0.0", "0.2"])
    blocks = nn.Sequential(BasicBlock(3), BasicBlock(8), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 2))
    with pytest.raises(NetworkRefused, match=r"^1\.end: einsum .*; can be counted: --layers 0\.a,0\.b$") as refused:
        wire(blocks, pictures(1, 4))
    names = str(refused.value).rpartition(" ")[2].split(",")
    assert len(wire(blocks, pictures(1, 4), names).hops) == 1


class BasicBlock(nn.Module):
    """Two convolutions and what cannot be followed."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.a, self.b, self.end = nn.Conv2d(channels, 8, 1), nn.Conv2d(8, 8, 1), Einsum()

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.end(functional.relu(self.b(functional.relu(self.a(x)))))
        return result


class Both(nn.Module):
    """Two networks beside each other, so that no convolution is passed by all."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.other = Between(nn.Identity()), Between(nn.Identity())

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.one(x) + self.other(x)
        return result


def test_a_network_without_two_convolutions_in_line_is_told_which_layers_can_be_counted() -> None:
    with pytest.raises(NetworkRefused, match=r"can be counted: --layers one\.lower,one\.upper$"):
        wire(Both(), pictures(1, 4))
    plan = wire(Both(), pictures(1, 4), ["one.lower", "one.upper"])
    assert [hop.convolution.name for hop in plan.hops] == ["one.upper"]


class WithText(nn.Module):
    def forward(self, pictures: Tensor, text: Tensor) -> Tensor:
        return pictures.mean((2, 3)) + text


def test_a_network_of_two_inputs_or_in_integers_is_refused_in_one_sentence() -> None:
    with pytest.raises(NetworkRefused, match=r"missing 1 required .*; wrap it in a module whose forward pass takes"):
        trace(WithText(), pictures(1, 4))
    grey = nn.Sequential(nn.Conv2d(1, 4, 1), nn.Flatten())
    with pytest.raises(NetworkRefused, match="; pictures have 3 channels: wrap it in a module that makes 1 of them"):
        trace(grey, pictures(1, 4))
    quantization: Any = torch.ao.nn.quantized
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch announces another package for quantization
        network = nn.Sequential(quantization.Quantize(0.1, 0, torch.quint8), quantization.Conv2d(3, 4, 1))
        with pytest.raises(NetworkRefused, match="; 0 is quantized: count the network as it was before") as refused:
            trace(nn.Sequential(*network, nn.Flatten(), nn.Linear(64, 2)), pictures(1, 4))
    assert "\n" not in str(refused.value)


class Gated(nn.Module):
    """Branches on buffers, as what initialises itself with the first batch does."""

    ready: Tensor
    times: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("ready", torch.tensor(True))
        self.register_buffer("times", torch.tensor(2))

    def forward(self, x: Tensor) -> Tensor:
        if not self.ready or self.times > 3:
            return x * 0
        for _ in range(int(self.times)):
            x = x * 3
        return x


def test_branches_on_what_the_network_keeps_are_followed() -> None:
    plan = wire(Between(Gated()), pictures(1, 4), ["lower", "upper"])
    assert len(plan.hops) == 1 and not plan.traced.opaque


class Sequences(nn.Module):
    """Attention with the positions first and the pictures second."""

    def __init__(self) -> None:
        super().__init__()
        self.lower, self.upper = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.upper(functional.relu(self.lower(x))).flatten(2).permute(2, 0, 1)
        length, count, width = x.shape
        heads: Tensor = x.reshape(length, count * 2, width // 2).softmax(0).sum(0)
        return heads.reshape(count, width)


def test_the_number_of_pictures_stays_open_on_whatever_axis_it_is() -> None:
    pair, module = pictures(2, 4), Sequences().eval()
    probe = InstrumentedNetwork(wire(module, pair[:1], ["lower", "upper"]))
    torch.testing.assert_close(probe(pair).scores, module(pair))


def test_an_opaque_module_outside_the_layers_does_no_harm() -> None:
    class Tail(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body, self.tail = Between(nn.Identity()), Moody()

        def forward(self, x: Tensor) -> Tensor:
            answer: Tensor = self.tail(self.body(x))
            return answer

    assert len(wire(Tail(), pictures(1, 4), ["body.lower", "body.upper"]).hops) == 1


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        (["stem", "nowhere"], "no layer 'nowhere'"),
        (["stem"], "only 1 layer to count"),
        (["stem", "head"], "does not return feature maps"),
        (["direct", "narrow"], r"no path leads from \w+ to \w+; each layer must lead to the next$"),
        (["mixed", "mixed"], "have the same value"),
    ],
)
def test_impossible_layers_are_refused(layers: list[str], says: str) -> None:
    with pytest.raises(NetworkRefused, match=says):
        wire(Branches(), pictures(1, 8), layers)


def test_a_picture_of_the_wrong_size_is_refused() -> None:
    with pytest.raises(NetworkRefused, match="does not accept pictures of shape"):
        trace(load_network("alexnet", "none").module, pictures(1, 8))
