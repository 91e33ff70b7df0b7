"""Recording a forward pass with torch.fx while it runs on one picture, so that sizes and flags are known.

torch.fx alone stops at a branch on a size, at `len(...)` or `math.ceil(...)` of one. Here every recorded value also
has the value it took for the picture. Where Python asks for a size, it gets it; where it asks for the data of a tensor
the record still fails, because the branch could go the other way for another picture. Heights, widths and numbers of
channels are plain integers; batch sizes stay symbolic unless Python turns one into an integer.
"""

import inspect
import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, fx, nn
from torch.fx.node import Argument, Target, map_aggregate

from ingest.errors import NetworkRefused
from ingest.tracing.operations import Value, is_one_norm, runs_as_its_class
from ingest.tracing.rewrite import Place
from queries.errors import first_line

SIZES = {  # what a tensor's data do not change
    "shape", "ndim", "dtype", "device", "layout", "is_cuda", "is_meta", "is_sparse", "is_quantized", "itemsize",
    "requires_grad", "size", "dim", "ndimension", "numel", "nelement", "stride", "element_size", "is_contiguous",
    "is_floating_point", "is_complex", "get_device", "type", "__len__",
}  # fmt: skip
NOT_A_NUMBER = re.compile(r"takes \d+ positional arguments? but \d+ were given|not (\w+\.)*_?(Known|Proxy)")


@dataclass(frozen=True, eq=False)
class Record:
    """A recorded forward pass.

    graph   of what ran
    calls   module path -> the nodes that hold its results, one per call
    facts   node -> what it evaluated to for the picture: tensors as shapes without data (device "meta")
    memory  node -> where its tensors were in memory
    opaque  path of each module that could not be entered -> why; each is one node of the graph
    """

    graph: fx.Graph
    calls: dict[str, list[fx.Node]]
    facts: dict[fx.Node, Value]
    memory: dict[fx.Node, Sequence[Place]] = field(default_factory=dict)
    opaque: dict[str, str] = field(default_factory=dict)


def record(network: nn.Module, probe: Tensor) -> Record:
    """The forward pass of a network on one picture; modules that cannot be entered become single nodes.

    Raises NetworkRefused where the network's own code, outside any module of it, cannot be recorded.
    cost  one forward pass, and one more for each module that cannot be entered
    """
    opaque: dict[str, str] = {}
    while True:
        recorder = Recorder(set(opaque), probe)
        try:
            with torch.random.fork_rng(devices=[]), torch.inference_mode():
                torch.manual_seed(0)
                graph = recorder.trace(network)
        except Exception as error:  # the network's own code can raise anything
            stuck = recorder.open[-1] if recorder.open else ""
            if not stuck or stuck in opaque:
                name = f"{type(network).__name__}{': ' + stuck if stuck else ''}"
                raise NetworkRefused(f"{name} cannot be traced: {_reason(error)}; {_expected(error)}") from error
            opaque[stuck] = _reason(error)
        else:
            return Record(graph, recorder.calls, recorder.facts, recorder.memory, opaque)


def _reason(error: Exception) -> str:
    """Why a module cannot be entered; torch.fx names no remedy for one that it does not know."""
    if isinstance(error, NameError) and "submodule" in str(error):
        return "it calls a module that it has not registered; keep modules in nn.ModuleList or nn.ModuleDict"
    if isinstance(error, TypeError) and NOT_A_NUMBER.search(str(error)):
        return (
            f"it makes a tensor whose size is the number of pictures ({first_line(error):.80}); make it from a tensor "
            "x of them, as x.new_zeros(...) or torch.ones_like(x)"
        )
    return first_line(error).partition(". ")[0]


def _expected(error: Exception) -> str:
    """What a forward pass must do that could not be recorded for this reason."""
    if isinstance(error, fx.proxy.TraceError):
        return "its forward pass must not branch on the values of tensors"
    return "its forward pass must consist of torch's operations on whole tensors, such as torch.cat and torch.where"


class Recorder(fx.Tracer):
    """torch.fx's tracer that computes each value as it records it, and remembers where it failed."""

    proxy_buffer_attributes = True  # so that a buffer may be expanded to the number of pictures

    def __init__(self, opaque: set[str], probe: Tensor) -> None:
        super().__init__()
        self.opaque, self.probe = opaque, probe
        self.calls: dict[str, list[fx.Node]] = {}
        self.facts, self.memory = dict[fx.Node, Value](), dict[fx.Node, Sequence[Place]]()
        self.open: list[str] = []  # modules being entered; they stay in the list if the record fails
        self.evaluating = False

    def create_args_for_root(
        self, root_fn: object, is_module: bool, concrete_args: object = None
    ) -> tuple[object, list[object]]:
        """One picture; every other argument of the forward pass keeps its default."""
        picture = self.create_proxy("placeholder", "pictures", (), {})
        return fx._symbolic_trace._orig_module_call, [self.root, picture]

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        plain = super().is_leaf_module(m, module_qualified_name) and runs_as_its_class(m)
        return plain or is_one_norm(m) or module_qualified_name in self.opaque

    def call_module(
        self, m: nn.Module, forward: Callable[..., object], args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> object:
        if self.evaluating:
            return forward(*args, **kwargs)
        path = self.path_of_module(m)
        self.open.append(path)
        result = super().call_module(m, forward, args, kwargs)
        self.open.pop()
        if isinstance(result, fx.Proxy):
            self.calls.setdefault(path, []).append(result.node)
        return result

    def getattr(self, attr: str, attr_val: object, parameter_proxy_cache: dict[str, fx.Proxy]) -> object:
        return attr_val if self.evaluating else super().getattr(attr, attr_val, parameter_proxy_cache)

    def create_arg(self, a: Value) -> Argument:
        """Tensors, named tuples and dataclasses that the network's code makes have no proxy; they become known here."""
        argument = super().create_arg(a)
        if isinstance(argument, fx.Node):
            self.facts.setdefault(argument, without_data(map_aggregate(a, _value_of)))
        return argument

    def create_proxy(
        self,
        kind: str,
        target: Target,
        args: tuple[Value, ...],
        kwargs: dict[str, Value],
        name: str | None = None,
        type_expr: object | None = None,
        proxy_factory_fn: Callable[[fx.Node], fx.Proxy] | None = None,
    ) -> Value:
        """A proxy; the length of an axis that is not that of the pictures as a plain integer."""
        what = (kind, target, args, kwargs)
        value, sure = self._evaluate(*what), _is_sure(*what)
        if sure and _is_length(*what) and value > 1:  # the probe is one picture: a 1 may be their number
            return value
        proxy = super().create_proxy(kind, target, args, kwargs, name, type_expr, lambda node: _Known(node, self))
        assert isinstance(proxy, _Known)
        proxy.known_value, proxy.known_constantly = value, _is_constant(*what)
        proxy.known_surely = sure or proxy.known_constantly or _is_structure(value)
        self.facts[proxy.node], self.memory[proxy.node] = without_data(value), Place.of(value)
        return proxy

    def _evaluate(self, kind: str, target: Target, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        values = map_aggregate(args, _value_of)
        named = map_aggregate(kwargs, _value_of)
        before, self.evaluating = self.evaluating, True
        try:
            return self._run(kind, target, values, named)
        finally:
            self.evaluating = before

    def _run(self, kind: str, target: Target, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        if kind == "placeholder":
            return self.probe.clone()
        if kind == "get_attr":
            return attribute(self.root, str(target))
        if kind == "call_module":
            return fx._symbolic_trace._orig_module_call(self.root.get_submodule(str(target)), *args, **kwargs)
        if kind == "call_method":
            return getattr(args[0], str(target))(*args[1:], **kwargs)
        return target(*args, **kwargs) if callable(target) else args[0]  # of the output


class _Known(fx.Proxy):
    """A recorded value that knows what it was for the picture.

    known_value   for the picture
    known_surely  it is the same for every picture of this size, or a structure of tensors that is
    known_constantly  it is a buffer or a parameter of the network, or made from them alone
    """

    known_value: Value = None
    known_surely: bool = False
    known_constantly: bool = False

    def __getattr__(self, k: str) -> Value:
        if inspect.isroutine(getattr(self.known_value, k)):
            return fx.proxy.Attribute(self, k)
        return self.tracer.create_proxy("call_function", getattr, (self, k), {})

    def __bool__(self) -> bool:
        return bool(self.known_value) if self.known_surely else super().__bool__()

    def __len__(self) -> int:
        return len(self.known_value) if self._countable() else super().__len__()

    def __iter__(self) -> Iterator[Value]:
        if not self.known_surely:
            return super().__iter__()
        return (operator.getitem(self, at) for at in range(len(self.known_value)))

    def __contains__(self, item: object) -> bool:
        return any(bool(each == item) for each in self)

    def __setitem__(self, index: object, value: object) -> None:
        raise TypeError("it assigns to a part of a tensor")

    def __index__(self) -> int:
        return operator.index(self._number())

    def __int__(self) -> int:
        return int(self._number())

    def __float__(self) -> float:
        return float(self._number())

    def __format__(self, spec: str) -> str:
        return format(self.known_value if self.known_surely else repr(self), spec)

    def _countable(self) -> bool:
        return self.known_surely or isinstance(self.known_value, Tensor)

    def _number(self) -> Value:
        if not self.known_surely:
            super().__bool__()  # raises
        return self.known_value


def attribute(root: object, path: str) -> Value:
    """The value at a dotted path of attributes."""
    for part in path.split("."):
        root = getattr(root, part)
    return root


def without_data(value: Value) -> Value:
    """The same with tensors as shapes on the device "meta"."""
    if isinstance(value, Tensor):
        return torch.empty(value.shape, dtype=value.dtype, device="meta")
    return rebuilt(without_data, value)


def rebuilt(function: Callable[[Value], object], value: Value) -> Value:
    """A tuple or list, also one with names as torch.max returns, with a function applied to its items."""
    if not isinstance(value, (tuple, list)) or isinstance(value, torch.Size):
        return value
    items = list(map(function, value))
    return value._make(items) if hasattr(value, "_make") else type(value)(items)


def _value_of(argument: Value) -> Value:
    return argument.known_value if isinstance(argument, _Known) else argument


def _known_in(*arguments: Value) -> list[_Known]:
    found: list[_Known] = []
    map_aggregate(arguments, lambda each: found.append(each) if isinstance(each, _Known) else None)
    return found


def _is_sure(kind: str, target: Target, args: tuple[Value, ...], kwargs: dict[str, Value]) -> bool:
    """Whether what is no tensor here is the same for every picture: made from sizes, not from data."""
    if kind not in ("call_function", "call_method"):
        return False
    found = _known_in(args, kwargs)
    numbers = [each for each in found if not isinstance(each.known_value, Tensor)]
    name = args[1] if target is getattr else getattr(target, "__name__", target)
    return all(each.known_surely for each in numbers) and (len(numbers) == len(found) or name in SIZES)


def _is_constant(kind: str, target: Target, args: tuple[Value, ...], kwargs: dict[str, Value]) -> bool:
    """Whether a value is the network's own, whatever the pictures."""
    if kind not in ("call_function", "call_method"):
        return kind == "get_attr"
    found = _known_in(args, kwargs)
    return bool(found) and all(each.known_constantly for each in found)


def _is_length(kind: str, target: Target, args: tuple[Value, ...], kwargs: dict[str, Value]) -> bool:
    """Whether what is asked for is the length of one axis other than the first, that of the pictures."""
    if len(args) != 2 or kwargs or type(args[1]) is not int or not isinstance(args[0], _Known):
        return False
    asked, axis = args[0].known_value, args[1]
    if kind == "call_function" and target is operator.getitem and isinstance(asked, torch.Size):
        return axis % len(asked) != 0
    return kind == "call_method" and target == "size" and isinstance(asked, Tensor) and axis % asked.dim() != 0


def _is_structure(parts: object) -> bool:
    """A tuple, list or dict of tensors: its length does not depend on their data."""
    parts = list(parts.values()) if isinstance(parts, dict) else parts
    return isinstance(parts, (tuple, list)) and len(parts) > 0 and all(isinstance(part, Tensor) for part in parts)
