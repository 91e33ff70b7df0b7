"""Files of weights as people have them."""

import argparse
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch
from torch import Tensor, nn
from torchvision import models

from ingest.errors import NetworkRefused
from ingest.network.load import load_network
from ingest.network.sources.checkpoint import Checkpoint, fill, output_count, read_checkpoint


def block() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))


class Wrapped(nn.Module):
    """A network whose own names begin with a prefix that training adds, too."""

    def __init__(self) -> None:
        super().__init__()
        self.model = block()

    def forward(self, x: Tensor) -> Tensor:
        return self.model(x)  # type: ignore[no-any-return]


def scripted() -> torch.jit.ScriptModule:
    """TorchScript, which torch itself advises against by now."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module: torch.jit.ScriptModule = torch.jit.trace(block().eval(), torch.zeros(1, 3, 8, 8))  # type: ignore[no-untyped-call]
    return module


def saved(content: Any, folder: Path) -> Path:
    torch.save(content, folder / "w.pth")
    return folder / "w.pth"


def prefixed(module: nn.Module, prefix: str) -> dict[str, Tensor]:
    return {f"{prefix}{key}": value for key, value in module.state_dict().items()}


@pytest.mark.parametrize(
    "prefix", ["", "module.", "model.", "net.", "_orig_mod.", "module._orig_mod.", "net.model.module.", "backbone."]
)
@pytest.mark.parametrize("make", [block, Wrapped])
def test_stacks_of_prefixes_are_removed_but_a_networks_own_stay(
    tmp_path: Path, prefix: str, make: type[nn.Module]
) -> None:
    trained, module = make(), make()
    fill(module, read_checkpoint(saved(prefixed(trained, prefix), tmp_path)))
    own = trained.state_dict()
    assert all(torch.equal(value, own[key]) for key, value in module.state_dict().items())


class Parallel(nn.Module):
    """Its convolutions are wrapped, or not; the names of a checkpoint may say otherwise."""

    def __init__(self, wrapper: str = "") -> None:
        super().__init__()
        self.features: Any = block()
        if wrapper == "module":
            self.features = nn.DataParallel(block())
        if wrapper == "_orig_mod":
            self.features = torch.compile(block())


@pytest.mark.parametrize("outer", ["", "module."])
@pytest.mark.parametrize(
    ("of_file", "of_network"), [("module", ""), ("_orig_mod", ""), ("", "module"), ("", "_orig_mod")]
)
def test_wrappers_around_parts_may_differ(tmp_path: Path, of_file: str, of_network: str, outer: str) -> None:
    trained, module = Parallel(of_file), Parallel(of_network)
    fill(module, read_checkpoint(saved(prefixed(trained, outer), tmp_path)))
    pairs = zip(module.state_dict().values(), trained.state_dict().values(), strict=True)
    assert all(torch.equal(value, own) for value, own in pairs)


def test_weights_without_values_are_refused(tmp_path: Path) -> None:
    on_meta = {key: value.to("meta") for key, value in block().state_dict().items()}
    with pytest.raises(NetworkRefused, match=r"weights without values \(0\.weight, \.\.\. on the device meta\)"):
        read_checkpoint(saved(on_meta, tmp_path))


@pytest.mark.parametrize("key", ["state_dict", "model", "model_ema", "state_dict_ema", "net", "model_state_dict"])
def test_weights_are_found_under_the_usual_keys_and_a_note_says_which(tmp_path: Path, key: str) -> None:
    file = saved({"epoch": 3, key: block().state_dict(), "args": argparse.Namespace(lr=0.1)}, tmp_path)
    assert read_checkpoint(file).notes == (f"{file}: the weights under {key!r} are used",)
    fill(block(), read_checkpoint(file))


def test_of_several_sets_of_weights_the_plain_ones_are_used_and_the_others_named(tmp_path: Path) -> None:
    plain = block()
    file = saved({"state_dict_ema": block().state_dict(), "state_dict": plain.state_dict()}, tmp_path)
    checkpoint = read_checkpoint(file)
    assert checkpoint.notes == (f"{file}: the weights under 'state_dict' are used; it also has state_dict_ema",)
    assert torch.equal(checkpoint.tensors["0.weight"], plain.state_dict()["0.weight"])


def test_weights_within_two_wrappers_and_scores_as_numpys_numbers_are_read(tmp_path: Path) -> None:
    scores = {"best": numpy.float64(0.7), "epoch": numpy.int64(3), "done": numpy.bool_(True), "kind": numpy.str_("a")}
    scores |= {"level": numpy.uint8(3), "step": numpy.int16(9)}
    file = saved({"model": {"state_dict": block().state_dict(), **scores}, **scores}, tmp_path)
    assert read_checkpoint(file).notes == (f"{file}: the weights under 'model/state_dict' are used",)


NOT_AS_THE_NETWORK_HAS_THEM: dict[str, Callable[[Tensor], Tensor]] = {
    "complex64": lambda value: value * 1j,
    "int8": lambda value: value.round().to(torch.int8),
    r"float32 \(torch.sparse_coo\)": Tensor.to_sparse,
}


@pytest.mark.parametrize("kind", NOT_AS_THE_NETWORK_HAS_THEM)
def test_weights_that_would_lose_something_are_refused(kind: str) -> None:
    state = block().state_dict()
    state["0.weight"] = NOT_AS_THE_NETWORK_HAS_THEM[kind](state["0.weight"])
    with pytest.raises(NetworkRefused, match=rf"w\.pth: 0\.weight is of torch\.{kind}; expected dense weights of .*32"):
        fill(block(), Checkpoint("w.pth", state))


class Masked(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mask", torch.tensor([1.0, 0.0, 1.0]))
        self.register_buffer("places", torch.tensor([2, 1, 0]))


def test_buffers_may_be_of_any_kind_that_keeps_their_values() -> None:
    module, kept = Masked(), {"mask": torch.tensor([False, True, True]), "places": torch.tensor([0.0, 1.0, 2.0])}
    fill(module, Checkpoint("w.pth", kept))
    assert [value.tolist() for value in module.state_dict().values()] == [[0.0, 1.0, 1.0], [0, 1, 2]]
    with pytest.raises(NetworkRefused, match=r"w\.pth: places is of torch\.float32"):
        fill(module, Checkpoint("w.pth", kept | {"places": torch.tensor([0.5, 1.0, 2.0])}))


def test_names_that_fit_are_not_stripped_of_what_looks_like_a_prefix() -> None:
    names = {"backbone.net.a", "backbone.a"}
    checkpoint = Checkpoint("w.pth", {name: torch.zeros(1) for name in names})
    assert checkpoint.named_as(names) is checkpoint


def test_half_and_double_weights_fit(tmp_path: Path) -> None:
    for kind in (torch.float16, torch.bfloat16, torch.float64):
        trained, module = block().to(kind), block()
        fill(module, read_checkpoint(saved(trained.state_dict(), tmp_path)))
        assert torch.equal(module.state_dict()["0.weight"], trained.state_dict()["0.weight"].float())


def test_what_does_not_fit_is_named_with_its_shape(tmp_path: Path) -> None:
    state = nn.Sequential(nn.Conv2d(3, 5, 3), nn.Identity()).state_dict() | {"more": torch.ones(1)}
    with pytest.raises(NetworkRefused) as refusal:
        fill(block(), read_checkpoint(saved(state, tmp_path)))
    says = str(refusal.value).partition("w.pth does not fit Sequential: ")[2]
    assert says == (
        "4 missing (1.bias, 1.running_mean, 1.running_var, ...), 1 unknown (more), 2 of another shape (0.bias (5,) for "
        "(4,), 0.weight (5, 3, 3, 3) for (4, 3, 3, 3)); expected the weights of this very network"
    )


def test_averaged_weights_and_their_counter_fit(tmp_path: Path) -> None:
    averaged = torch.optim.swa_utils.AveragedModel(block())
    fill(block(), read_checkpoint(saved(averaged.state_dict(), tmp_path)))


@pytest.mark.parametrize("prefix", ["", "module."])
def test_mnasnets_versions_are_kept_and_supplied_where_a_file_has_none(tmp_path: Path, prefix: str) -> None:
    trained = models.mnasnet0_5(weights=None, num_classes=7)
    file = saved(trained.state_dict() if not prefix else prefixed(trained, prefix), tmp_path)
    found = load_network("mnasnet0_5", str(file)).module.state_dict()
    assert all(torch.equal(value, found[key]) for key, value in trained.state_dict().items())


def test_safetensors_are_read(tmp_path: Path) -> None:
    numpy_free = pytest.importorskip("safetensors.torch", reason="safetensors is not installed")
    trained, module = block(), block()
    numpy_free.save_file(trained.state_dict(), tmp_path / "w.safetensors")
    fill(module, read_checkpoint(tmp_path / "w.safetensors"))
    assert torch.equal(module.state_dict()["0.weight"], trained.state_dict()["0.weight"])
    (tmp_path / "w.safetensors").write_bytes(b"nothing")
    with pytest.raises(NetworkRefused, match="is damaged, or no file of safetensors"):
        read_checkpoint(tmp_path / "w.safetensors")


def test_another_number_of_outputs_is_seen_through_a_prefix(tmp_path: Path) -> None:
    trained = models.squeezenet1_1(weights=None, num_classes=5)
    checkpoint = read_checkpoint(saved(prefixed(trained, "module."), tmp_path))
    assert output_count(models.squeezenet1_1(weights=None), checkpoint) == {"num_classes": 5}


def test_what_holds_no_weights_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.pth").write_text("nothing")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(scripted(), tmp_path / "scripted.pth")
    torch.save(block(), tmp_path / "module.pth")
    torch.save({"epoch": 1, "optimizer": {}}, tmp_path / "keys.pth")
    torch.save([1, 2], tmp_path / "list.pth")
    for name, says in {
        "text.pth": "is damaged, or no file of torch.save",
        "scripted.pth": "is TorchScript; save its weights alone",
        "module.pth": r"holds an object of torch.nn.modules.container.Sequential, .* torch.save\(model.state_dict",
        "keys.pth": "holds a dict with the keys epoch, optimizer; expected a state dict",
        "list.pth": "holds a list; expected a state dict",
        "missing.pth": "is not a file; expected the weights",
    }.items():
        with pytest.raises(NetworkRefused, match=says) as refusal:
            read_checkpoint(tmp_path / name)
        said = str(refusal.value)
        assert name in said and "\x1b" not in said and "\n" not in said and "weights_only" not in said
