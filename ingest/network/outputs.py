"""Which part of what a network returns has its class scores."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass

import torch
from torch import Tensor, nn

from ingest.errors import NetworkRefused


@dataclass(frozen=True, slots=True)
class Scores:
    """Where the class scores are in a network's answer.

    part     name of the part, such as "logits" or "aux.0"; "" where the network returns one tensor
    classes  how many there are
    single   whether the part is one logit per picture, that of class 1 against class 0
    shares   whether the part is probabilities, whose logarithms are scores
    """

    part: str = ""
    classes: int = 0
    single: bool = False
    shares: bool = False

    def of(self, answer: object) -> Tensor:
        """(batch, classes) before softmax; for a single logit z, 0 and z, whose softmax is its sigmoid."""
        value = parts_of(answer)[self.part]
        scores = value.reshape(len(value), -1)
        if self.shares:
            return scores.clamp_min(torch.finfo(scores.dtype).tiny).log()
        return torch.cat([torch.zeros_like(scores), scores], 1) if self.single else scores

    def notes(self, name: str) -> tuple[str, ...]:
        """A sentence for each choice that was made for the user."""
        notes = {
            f"the class scores of {name} are the part {self.part!r} of its answer": self.part,
            f"{name} has one output, taken as the logit of class 1 against class 0 (a sigmoid)": self.single,
            f"{name} returns probabilities; their logarithms are taken for the class scores": self.shares,
        }
        return tuple(note for note, applies in notes.items() if applies)


WHOLE = Scores()
SUM = 1e-5  # by how much probabilities in float32 may differ from 1 in all


def parts_of(answer: object, name: str = "") -> dict[str, Tensor]:
    """The tensors in a network's answer by name: keys, fields, or positions, joined by dots."""
    if isinstance(answer, Tensor):
        return {name: answer}
    found: dict[str, Tensor] = {}
    for key, value in _items(answer):
        found |= parts_of(value, f"{name}.{key}" if name else key)
    return found


def find_scores(name: str, network: nn.Module, probe: Tensor, wanted: str | None = None, expected: int = 0) -> Scores:
    """The class scores of a network; costs one forward pass.

    name      what errors call it
    probe     one picture (1, 3, height, width)
    wanted    name of the part, where the user chose one
    expected  number of classes that the class names or the class list have; 0 where unknown
    Raises NetworkRefused where no part has one number per class, or several do.
    """
    with torch.inference_mode():
        return choose_scores(name, parts_of(network(probe)), wanted, expected)


def choose_scores(name: str, parts: Mapping[str, Tensor], wanted: str | None = None, expected: int = 0) -> Scores:
    """The part of an answer to one picture that has its class scores; see `find_scores`."""
    if wanted is not None and wanted not in parts:
        raise NetworkRefused(f"--output {wanted}: {name} returns no such part; it returns {_listed(parts)}")
    considered = {wanted: parts[wanted]} if wanted is not None else parts
    vectors = {part: value.numel() for part, value in considered.items() if _is_vector(value)}
    if not vectors:
        raise NetworkRefused(
            f"{name} returns {_listed(considered)}, and no number per class; only classifiers can be counted, whose "
            "output is one number per class for each picture"
        )
    if len(vectors) > 1 and list(vectors.values()).count(expected) == 1:
        vectors = {part: size for part, size in vectors.items() if size == expected}
    if len(vectors) > 1:
        raise NetworkRefused(
            f"{name} returns several parts that can be class scores: {_listed(considered)}; choose one with --output"
        )
    ((part, size),) = vectors.items()
    return Scores(part, 2 if size == 1 else size, size == 1, size > 1 and _are_shares(parts[part]))


def _items(answer: object) -> list[tuple[str, object]]:
    if isinstance(answer, Mapping):
        return [(str(key), value) for key, value in answer.items()]
    if is_dataclass(answer) and not isinstance(answer, type):
        return [(each.name, getattr(answer, each.name)) for each in fields(answer)]
    if isinstance(answer, (tuple, list)):
        names = getattr(answer, "_fields", range(len(answer)))
        return [(str(key), value) for key, value in zip(names, answer, strict=True)]
    return []


def _is_vector(value: Tensor) -> bool:
    """Whether it is one number per class for one picture: (1,), (1, n), or (1, n, 1, 1)."""
    return value.is_floating_point() and value.dim() > 0 and len(value) == 1 and value.shape[2:].numel() == 1


def _are_shares(value: Tensor) -> bool:
    """Whether numbers are probabilities of classes: none below 0, and 1 in all."""
    return bool((value >= 0).all()) and abs(float(value.double().sum()) - 1) < SUM


def _listed(parts: Mapping[str, Tensor]) -> str:
    """ "logits (1000 numbers), features (512 maps of 7 x 7)" """
    each = (f"{part} ({_described(value)})" if part else _described(value) for part, value in parts.items())
    return ", ".join(each) or "nothing"


def _described(value: Tensor) -> str:
    if value.dim() == 4 and value.shape[2:].numel() > 1:
        return f"{value.shape[1]} maps of {value.shape[2]} x {value.shape[3]}"
    if _is_vector(value):
        return f"{value.numel()} numbers"
    return f"a tensor of shape {tuple(value.shape)}"
