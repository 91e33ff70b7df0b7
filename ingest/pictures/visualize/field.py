"""The receptive field of a layer: how large a part of the picture one of its positions can see, in pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, fx, nn
from torch.nn import functional

from ingest.tracing.kernels import convolves_maps, read_convolution
from ingest.tracing.operations import Operation, Value, does
from ingest.tracing.trace import Traced

POOLING_MODULES = (nn.MaxPool2d, nn.AvgPool2d, nn.LPPool2d)
POOLING_FUNCTIONS: set[object] = {functional.max_pool2d, functional.avg_pool2d, functional.lp_pool2d}


@dataclass(frozen=True, slots=True)
class Field:
    """side  of what one position sees; step  between neighbouring positions; both in pixels of the picture."""

    side: int = 1
    step: int = 1

    def through(self, kernel: int, stride: int, dilation: int = 1) -> "Field":
        return Field(self.side + dilation * (kernel - 1) * self.step, self.step * stride)

    def through_transposed(self, kernel: int, spread: int, dilation: int) -> "Field":
        """After a transposed convolution: `spread` of its positions lie on one of what it reads."""
        seen = -(-(dilation * (kernel - 1) + 1) // spread)
        return Field(self.side + (seen - 1) * self.step, max(1, self.step // spread))


def receptive_field(traced: Traced, value: fx.Node) -> Field:
    """The field of a node by its convolutions and poolings; the widest where several paths lead to it.

    What sees the whole picture by averaging it (the gates of squeeze-and-excitation) does not widen it.
    """
    fields: dict[fx.Node, Field] = {}
    for node in traced.module.graph.nodes:
        before = [fields[each] for each in node.all_input_nodes if each in fields]
        widest = Field(max((f.side for f in before), default=1), max((f.step for f in before), default=1))
        fields[node] = _after(traced, node, widest)
        if node is value:
            break
    return fields[value]


def _after(traced: Traced, node: fx.Node, field: Field) -> Field:
    if convolves_maps(traced, node) and isinstance(traced.facts[node], Tensor):
        geometry = read_convolution(traced, node)[0].geometry
        if geometry.spread != (1, 1):
            return field.through_transposed(max(geometry.kernel), max(geometry.spread), max(geometry.dilation))
        return field.through(max(geometry.kernel), max(geometry.stride), max(geometry.dilation))
    if does(traced.operation(node), POOLING_MODULES, POOLING_FUNCTIONS, set()):
        kernel, stride, dilation = _pooling(traced.operation(node), node)
        return field.through(kernel, stride, dilation)
    return field


def _pooling(operation: Operation, node: fx.Node) -> tuple[int, int, int]:
    """(kernel, stride, dilation), the larger of both directions."""
    if isinstance(operation, nn.Module):
        kernel: Value = operation.kernel_size
        stride: Value = operation.stride
        dilation: Value = getattr(operation, "dilation", 1)
    else:
        names = ("input", "kernel_size", "stride")
        given = dict(zip(names, node.args, strict=False)) | dict(node.kwargs)
        kernel, stride, dilation = given["kernel_size"], given.get("stride"), given.get("dilation", 1)
    return _largest(kernel), _largest(kernel if stride is None else stride), _largest(dilation)


def _largest(value: float | Sequence[float]) -> int:
    return int(value) if isinstance(value, (int, float)) else max(int(item) for item in value)
