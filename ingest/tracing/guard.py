"""What a recorded graph must be before anything is followed in it: steady, and the network itself.

Each function raises NetworkRefused in one sentence that names the module. A graph is compared with its network on one
picture; what the picture does not show (random numbers, tensors that are written to) is looked for node by node.
"""

import math
import re
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import torch
from torch import Tensor, fx, nn

from ingest.errors import NetworkRefused
from ingest.network.outputs import parts_of
from ingest.tracing.operations import Value
from ingest.tracing.unwrap import unchanged
from queries.errors import first_line

OTHER_CHANNELS = re.compile(r"to have (\d+) channels, but got 3 channels")  # what a convolution says of its input
DROPOUTS = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout)
BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)


@dataclass(frozen=True, eq=False)
class Answer:
    """What a network answers to a picture.

    parts   its tensors
    random  the state of torch's random numbers after it, from the same state before
    """

    parts: list[Tensor]
    random: Tensor


def answer_of(network: nn.Module, probe: Tensor) -> Answer:
    """A network's answer to a picture; leaves the network as it was. Costs two forward passes.

    Raises NetworkRefused where it does not accept the picture, leaves evaluation mode, or gives a different answer
    the second time.
    """
    refuse_batch_statistics(network)
    before = set(_values_of(network))
    with unchanged(network):
        try:
            answer, again = _answer(network, probe), _answer(network, probe)
        except Exception as error:  # the network's own code can raise anything
            raise NetworkRefused(_not_accepted(network, probe, error)) from error
        refuse_training(network)
        made = [name for name in _values_of(network) if name not in before]
    if made:
        raise NetworkRefused(
            f"{type(network).__name__} makes weights or buffers in its first forward pass ({made[0]}); run one picture "
            "through it before returning it"
        )
    if _difference(answer.parts, again.parts) is not None:
        raise NetworkRefused(
            f"{type(network).__name__} gives a different answer when it sees the same picture again, so its "
            "counts would depend on the order of the pictures; its forward pass must not keep anything for the next one"
        )
    return answer


def _values_of(network: nn.Module) -> list[str]:
    return [name for name, _ in (*network.named_parameters(), *network.named_buffers())]


def quantized_part(network: nn.Module, kind: str = "") -> str:
    """What to say of a network's first quantized module whose class has `kind` in its name; "" if there is none."""
    for path, part in network.named_modules():
        if "quantized" in type(part).__module__ and kind in type(part).__name__:
            return f"{path} is quantized: count the network as it was before, with weights in float32"
    return ""


def refuse_batch_statistics(network: nn.Module) -> None:
    for path, module in network.named_modules():
        if isinstance(module, BATCH_NORMS) and module.running_var is None:
            raise NetworkRefused(
                f"{path} normalises by the statistics of the batch, so a picture's activations would depend on the "
                "other pictures; expected batch norm with running statistics"
            )


def refuse_training(network: nn.Module) -> None:
    """Raises NetworkRefused where a forward pass has left evaluation mode."""
    for path, module in network.named_modules():
        if module.training:
            raise NetworkRefused(
                f"{path or 'the network itself'} ({type(module).__name__}) is in training mode after a forward pass, "
                "though it was set to evaluation mode; its forward pass must not call .train()"
            )


def refuse_another_answer(
    network: nn.Module, module: fx.GraphModule, calls: dict[str, list[fx.Node]], probe: Tensor, expected: Answer
) -> None:
    """Raises NetworkRefused where a graph does not answer as its network did, or does not draw the random numbers that
    its network drew, because they became constants when it was recorded. Costs a forward pass.

    expected  the network's answer to the probe
    """
    try:
        answer = _answer(module, probe)
    except Exception as error:  # the network's own functions can raise anything
        raise NetworkRefused(
            f"{type(network).__name__} fails when its recorded operations run: {first_line(error):.160}; its forward "
            "pass must consist of operations that return new tensors"
        ) from error
    if not torch.equal(answer.random, expected.random):
        raise NetworkRefused(_draws(" or ".join(_drawing(network, probe)) or type(network).__name__))
    difference = _difference(expected.parts, answer.parts)
    if difference is None:
        return
    raise NetworkRefused(
        f"{_first_that_differs(network, module, calls, probe) or type(network).__name__} computes something else when "
        f"traced (scores differ by up to {difference:.3g}); its forward pass must not change tensors that have views, "
        "nor choose their precision by torch.autocast"
    )


def refuse_unsteady(module: fx.GraphModule, where: Callable[[fx.Node], str], probe: Tensor) -> None:
    """Raises NetworkRefused where a forward pass draws random numbers, or writes to a tensor that is read elsewhere.

    where  the module that a node belongs to
    cost   a forward pass
    """
    found: list[str] = []

    class Watched(fx.Interpreter):
        def run_node(self, n: fx.Node) -> object:
            state, shared = torch.random.get_rng_state(), [each for each in n.all_input_nodes if len(each.users) > 1]
            read = [value for value in map(self.env.get, shared) if isinstance(value, Tensor)]
            before = [(value, value._version) for value in read if not value.is_inference()]
            result, name = super().run_node(n), where(n) or "the network itself"
            if not torch.equal(state, torch.random.get_rng_state()):
                found.append(_draws(name, f" ({n.name})"))
            if any(value._version != version for value, version in before):
                found.append(
                    f"{name} writes to a tensor that others read, too ({n.name}); its forward pass must consist of "
                    "operations that return new tensors"
                )
            return result

    with torch.random.fork_rng(devices=[]), torch.no_grad():
        Watched(module).run(probe.clone())
    if found:
        raise NetworkRefused(found[0])


def _draws(name: str, at: str = "") -> str:
    return (
        f"{name} draws random numbers in evaluation mode{at}, so a picture's activations would differ from run to run; "
        "expected the same answer every time"
    )


def _drawing(network: nn.Module, probe: Tensor) -> list[str]:
    """The innermost modules, dropout apart, that draw random numbers. Costs a forward pass."""
    before: dict[str, Tensor] = {}
    found: dict[str, None] = {}

    def leave(path: str) -> None:
        inside = path + "." if path else ""
        drew = not torch.equal(before.pop(path), torch.random.get_rng_state())
        if drew and not any(other.startswith(inside) for other in found):
            found[path] = None

    with torch.random.fork_rng(devices=[]), torch.inference_mode(), ExitStack() as hooks:
        for path, part in network.named_modules():
            if path and not isinstance(part, DROPOUTS):
                state = lambda _m, _x, path=path: before.update({path: torch.random.get_rng_state()})  # noqa: E731
                for hook in (
                    part.register_forward_pre_hook(state),
                    part.register_forward_hook(lambda _m, _x, _y, path=path: leave(path)),
                ):
                    hooks.callback(hook.remove)
        network(probe.clone())
    return list(found)


def _answer(module: nn.Module, probe: Tensor) -> Answer:
    with torch.random.fork_rng(devices=[]), torch.inference_mode():
        torch.manual_seed(0)
        parts = [part.clone() for part in parts_of(module(probe.clone())).values()]
        return Answer(parts, torch.random.get_rng_state())


def _not_accepted(network: nn.Module, probe: Tensor, error: Exception) -> str:
    """Why a network cannot run on a picture, and what to do about it, in one sentence."""
    if quantized := quantized_part(network):
        remedy = quantized
    elif isinstance(error, TypeError) and "argument" in str(error):
        remedy = "wrap it in a module whose forward pass takes pictures alone"
    elif found := OTHER_CHANNELS.search(str(error)):
        remedy = f"pictures have 3 channels: wrap it in a module that makes {found[1]} of them before it calls it"
    else:
        remedy = "expected a network of one batch of pictures, of this side (--size sets another)"
    shape = tuple(probe.shape)
    return f"{type(network).__name__} does not accept pictures of shape {shape}: {first_line(error):.160}; {remedy}"


def _difference(expected: list[Tensor], found: list[Tensor]) -> float | None:
    """By how much two answers differ; None where that is rounding."""
    if len(expected) != len(found):
        return math.inf
    for before, after in zip(expected, found, strict=True):
        if not _alike(before, after):
            return float((before.float() - after.float()).abs().max()) if before.shape == after.shape else math.inf
    return None


def _alike(one: Tensor, other: Tensor) -> bool:
    one, other = one.float(), other.float()
    scale = float(one.nan_to_num(0, 0, 0).abs().max()) if one.numel() else 0.0
    return one.shape == other.shape and torch.allclose(one, other, rtol=1e-4, atol=1e-4 * scale, equal_nan=True)


def _first_that_differs(
    network: nn.Module, module: fx.GraphModule, calls: dict[str, list[fx.Node]], probe: Tensor
) -> str:
    """Path of the first module whose result is another one in the graph; "" if none is. Costs two forward passes."""
    values: dict[fx.Node, Value] = {}

    class Kept(fx.Interpreter):
        def run_node(self, n: fx.Node) -> object:
            values[n] = super().run_node(n)
            return values[n]

    differing: list[str] = []
    uses = Counter[str]()

    def compare(path: str, result: object) -> None:
        nodes, call = calls.get(path, []), uses[path]
        uses[path] += 1
        node = nodes[call] if call < len(nodes) else None
        if isinstance(result, Tensor) and node in values and not _alike(result, values[node]):
            differing.append(path)

    with torch.random.fork_rng(devices=[]), torch.inference_mode(), ExitStack() as hooks:
        torch.manual_seed(0)
        Kept(module, garbage_collect_values=False).run(probe.clone())
        for path, part in network.named_modules():
            hook = part.register_forward_hook(lambda _m, _x, result, path=path: compare(path, result))
            hooks.callback(hook.remove)
        torch.manual_seed(0)
        network(probe.clone())
    return next(iter(differing), "")
