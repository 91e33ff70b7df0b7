"""Networks in files of torch.export, as modules with the names and classes that they had when they were exported.

Each module runs the steps that the file recorded of it, with functions in place of operators
(ingest/network/sources/operators.py), so that tracing enters them as it enters any other network.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.export import ExportedProgram, UnflattenedModule
from torch.export.graph_signature import ConstantArgument, InputKind, TensorArgument
from torch.utils import _pytree as pytree

from ingest.errors import NetworkRefused
from ingest.network.preprocess import IMAGENET
from ingest.network.sources.classifier import Network
from ingest.network.sources.operators import training_steps, translate
from ingest.network.sources.own import DEFAULT, NONE, preprocessing_of, with_weights
from queries.errors import first_line

SUFFIX = ".pt2"
NAME_A_FUNCTION = "name the function that makes the network (module:function)"
PICTURES = object()  # stands for the pictures among the values that a network is called with


class Part(nn.Module):
    """A module of a file: it runs its steps; its weights and its parts have the names that they had."""

    def __init__(self, steps: fx.Graph) -> None:
        nn.Module.__init__(self)  # not that of nn.Conv2d, which `_part` may name as a second base
        self.steps = steps

    def forward(self, *args: Any) -> Any:
        return fx.Interpreter(self, graph=self.steps).run(*args, enable_io_processing=False)


class Exported(Part):
    """The whole network of a file.

    shape   of the pictures: (batch, 3, height, width); None for an axis of any length
    inputs  the values that its steps start from: PICTURES, and constants that were exported with it
    answer  how the tensors that its steps return make up its answer
    """

    def __init__(
        self, steps: fx.Graph, shape: Sequence[int | None], inputs: Sequence[object], answer: pytree.TreeSpec
    ) -> None:
        super().__init__(steps)
        self.shape, self.at, self.inputs, self.answer = tuple(shape), inputs.index(PICTURES), list(inputs), answer

    def forward(self, pictures: object) -> object:
        """Raises ValueError for pictures of another shape than the one that was exported."""
        if isinstance(pictures, Tensor) and not _agree(self.shape, pictures.shape):
            wanted = " x ".join("any" if length is None else str(length) for length in self.shape)
            raise ValueError(f"it was exported for pictures of {wanted}")
        given = [*self.inputs[: self.at], pictures, *self.inputs[self.at + 1 :]]
        return pytree.tree_unflatten(list(super().forward(*given)), self.answer)


def from_exported(path: Path, weights: str) -> Network:
    """The network in a file of torch.export.

    weights  "default" for those in the file, or the path of another file. Loading runs code of the file, if it has any.
    Raises NetworkRefused in one sentence for a file that is damaged, or a network that does not take one batch of
    square pictures, was exported in training mode, runs one module in several ways, or cannot be translated exactly.
    """
    if weights == NONE:
        raise NetworkRefused(f"--weights none: {path} has its weights; leave the option out, or name another file")
    module = read_exported(path)
    notes: tuple[str, ...] = ()
    if weights != DEFAULT:
        notes = with_weights(module, weights)
    preprocessing, more = preprocessing_of(str(path), module, module.shape[2] or IMAGENET.crop)
    about = str(path) if weights == DEFAULT else weights
    return Network.of(str(path), module, preprocessing, about, notes=(*notes, *more))


def read_exported(path: Path) -> Exported:
    """The network in a file, in evaluation mode; see `from_exported`."""
    if not path.is_file():
        raise NetworkRefused(f"--network {path} is not a file; expected one that torch.export.save wrote")
    try:
        program = torch.export.load(path)
        unflat: UnflattenedModule = torch.export.unflatten(program)
    except Exception as error:  # whatever a damaged file, or one of another version of torch, raises
        raise NetworkRefused(
            f"{path} cannot be read ({first_line(error):.120}); expected a file that torch.export.save of torch "
            f"{torch.__version__} or earlier wrote"
        ) from None
    _refuse_training(path, program)
    _refuse_several_ways(path, unflat)
    shape, inputs = _inputs(path, program)
    network = Exported(translate(unflat.graph), shape, inputs, program.call_spec.out_spec)
    _fill(network, unflat, {id(unflat): network})
    _refuse_another(path, program, network.eval())
    return network


def _fill(to: nn.Module, of: nn.Module, made: dict[int, nn.Module]) -> None:
    """Give a module the weights, constants and parts of another; `made` has the parts that are shared, by id."""
    for name, parameter in of._parameters.items():
        to.register_parameter(name, parameter)
    for name, buffer in of._buffers.items():
        to.register_buffer(name, buffer, persistent=name not in of._non_persistent_buffers_set)
    for name, value in list(vars(of).items()):
        if isinstance(value, Tensor):
            to.register_buffer(name, value, persistent=False)
    for name, part in of.named_children():
        if id(part) not in made:
            made[id(part)] = _part(part)
            _fill(made[id(part)], part, made)
        to.add_module(name, made[id(part)])


def _part(of: Any) -> nn.Module:
    """A module that runs what one of a file runs; its class has the name that the original class had."""
    if not hasattr(of, "graph"):
        return nn.Module()  # a list or dictionary of modules, which nothing calls
    steps = translate(of.graph)
    convolves = any(node.target is torch.conv2d for node in steps.nodes)
    bases = (Part, nn.Conv2d) if convolves else (Part,)
    name = (of.type_name() or "Part").rpartition(".")[2]
    part: nn.Module = type(name, bases, {"__module__": __name__})(steps)
    return part


def _inputs(path: Path, program: ExportedProgram) -> tuple[list[int | None], list[object]]:
    """The shape of the pictures, and the values that the steps start from. Raises NetworkRefused for other inputs."""
    specs = [spec.arg for spec in program.graph_signature.input_specs if spec.kind == InputKind.USER_INPUT]
    tensors = [arg for arg in specs if isinstance(arg, TensorArgument)]
    if len(tensors) != 1 or not all(isinstance(arg, (TensorArgument, ConstantArgument)) for arg in specs):
        raise NetworkRefused(
            f"{path} takes {len(specs)} inputs; expected one, a batch of pictures: wrap the network in a module whose "
            "forward pass takes pictures alone, and export that"
        )
    value = next(node.meta["val"] for node in program.graph.nodes if node.name == tensors[0].name)
    shape = [length if isinstance(length, int) else None for length in value.shape]
    square = len(shape) == 4 and shape[1] in (3, None) and shape[2] == shape[3]
    if not square or shape[0] not in (1, None) or not value.is_floating_point():
        given = " x ".join("any" if length is None else str(length) for length in shape)
        raise NetworkRefused(
            f"{path} was exported for an input of {given} ({value.dtype}); expected one picture of floating-point "
            "numbers, 1 x 3 x side x side, or a batch of any length"
        )
    return shape, [arg.value if isinstance(arg, ConstantArgument) else PICTURES for arg in specs]


def _agree(shape: Sequence[int | None], found: Sequence[int]) -> bool:
    return len(shape) == len(found) and all(
        wanted in (None, length) for wanted, length in zip(shape, found, strict=True)
    )


def _refuse_training(path: Path, program: ExportedProgram) -> None:
    for node in training_steps(program.graph):
        where = [place for place, _ in (node.meta.get("nn_module_stack") or {}).values()]
        raise NetworkRefused(
            f"{path} was exported in training mode ({where[-1] if where else node.name}); call .eval() on the network "
            "before torch.export.export"
        )


def _refuse_several_ways(path: Path, unflat: nn.Module) -> None:
    """Calls of one module that run the same steps have one name; others have a name with "@" each."""
    for name, _ in unflat.named_modules(remove_duplicate=False):
        if "@" in name:
            raise NetworkRefused(
                f"{path} runs its module {name.partition('@')[0]} in several ways, so its calls cannot be told apart "
                f"by name; {NAME_A_FUNCTION}"
            )


def _refuse_another(path: Path, program: ExportedProgram, network: Exported) -> None:
    """Raise NetworkRefused where functions in place of operators answer otherwise than the program of the file."""
    try:
        wanted, found = _answers(program, network)
    except Exception as error:  # whatever the steps of a file raise
        raise NetworkRefused(f"{path} cannot be run ({first_line(error):.120}); {NAME_A_FUNCTION}") from error
    for one, other in zip(wanted, found, strict=True):
        if not torch.allclose(one.float(), other.float(), 1e-3, 1e-4, equal_nan=True):
            raise NetworkRefused(
                f"{path} cannot be read exactly: its program and what is read of it answer differently; "
                f"{NAME_A_FUNCTION}"
            )


def _answers(program: ExportedProgram, network: Exported) -> tuple[list[Tensor], list[Tensor]]:
    """The tensors with which a program, and a network, answer a random picture."""
    side, kind = network.shape[2] or IMAGENET.crop, next((each.dtype for each in network.parameters()), torch.float32)
    with torch.random.fork_rng(devices=[]), torch.inference_mode():
        torch.manual_seed(0)
        pictures = torch.rand(1, 3, side, side).to(kind)
        given = [pictures if each is PICTURES else each for each in network.inputs]
        args, named = pytree.tree_unflatten(given, program.call_spec.in_spec)
        answers = program.module()(*args, **named), network(pictures)
    wanted, found = ([leaf for leaf in pytree.tree_leaves(each) if isinstance(leaf, Tensor)] for each in answers)
    return wanted, found
