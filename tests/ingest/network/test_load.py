import hashlib
import json
import re
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import nn
from torchvision import models
from typer.testing import CliRunner

from ingest.errors import NetworkRefused
from ingest.network.load import load_network
from ingest.network.preprocess import IMAGENET, Adjustments, Preprocessing
from ingest.network.sources.classifier import digest_of
from summit.main import app
from tests.ingest.network.sources.test_checkpoint import scripted

__all__ = ["scripted"]  # a network that a test names


def exported() -> nn.Module:
    return torch.export.export(nn.Sequential(nn.Conv2d(3, 4, 1)), (torch.rand(1, 3, 8, 8),)).module()


def scripted_inside() -> nn.Module:
    return nn.Sequential(scripted(), nn.Flatten())


def test_torchvisions_networks_load_by_name_with_their_preprocessing() -> None:
    network = load_network("inception_v3", "none")
    assert (network.preprocessing.resize, network.preprocessing.crop) == (342, 299)
    assert not network.module.training


def test_no_weights_means_the_same_random_weights_every_time() -> None:
    assert load_network("alexnet", "none").digest == load_network("alexnet", "none").digest


def test_a_state_dict_file_is_loaded_whatever_it_is_wrapped_in(tmp_path: Path) -> None:
    trained = models.squeezenet1_1(weights=None, num_classes=7)
    torch.save({"state_dict": {f"module.{k}": v for k, v in trained.state_dict().items()}}, tmp_path / "w.pth")
    network = load_network("squeezenet1_1", str(tmp_path / "w.pth"))
    assert network.digest == digest_of(trained)


def test_auxiliary_heads_may_be_missing_from_a_file(tmp_path: Path) -> None:
    trained = models.googlenet(weights=None, aux_logits=False, init_weights=False)
    torch.save(trained.state_dict(), tmp_path / "w.pth")
    found = load_network("googlenet", str(tmp_path / "w.pth")).module.state_dict()
    assert all(torch.equal(value, found[key]) for key, value in trained.state_dict().items())


@pytest.mark.parametrize(
    ("name", "weights", "says"),
    [
        ("resnet17", "default", "no network is called 'resnet17'"),
        ("resnet18", "BEST", "has no weights 'BEST'"),
        ("nowhere.at_all:make", "default", "No module named 'nowhere'"),
        ("tests.ingest.network.test_load:number", "default", "returns a int"),
        ("tests.ingest.network.test_load:missing", "default", "has no attribute"),
        ("torchvision:resnet17", "none", "no network is called 'resnet17'.* `summit networks` lists them"),
        ("timm:resnet17", "none", "timm has no network 'resnet17'; `summit networks` lists"),
        ("net.onnx", "default", r"--network net.onnx is a file of .* ONNX, .*torch.export \(.pt2\)"),
        ("tests.ingest.network.test_load:raises", "none", "test_load:raises raised RuntimeError: no such luck$"),
        ("tests.ingest.network.test_load:of_size", "none", r"test_load:of_size needs arguments \(channels, size\)"),
        ("tests.ingest.network.test_load:exported", "none", "cannot be set to evaluation mode: .*FILE.pt2"),
        ("tests.ingest.network.test_load:scripted", "none", "test_load:scripted returns TorchScript"),
        ("tests.ingest.network.test_load:scripted_inside", "none", r"a network with TorchScript inside \(0\)"),
        ("tests.ingest.network.test_load:lazy", "none", r"layers whose size is not known yet \(weight, ...\)"),
        ("tests.ingest.network.test_load:on_meta", "none", r"weights without values \(weight, ... on the device meta"),
        ("squeezenet1_1", "/nowhere.pth", "has no weights '/nowhere.pth', and there is no such file"),
        ("tests.ingest.network.test_load:bare", "/nowhere.pth", "/nowhere.pth is not a file"),
    ],
)
def test_an_unknown_network_is_refused_with_the_remedy(name: str, weights: str, says: str) -> None:
    with pytest.raises(NetworkRefused, match=says):
        load_network(name, weights)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    torch.save(models.alexnet(weights=None).state_dict(), tmp_path / "alexnet.pth")
    with pytest.raises(NetworkRefused, match="does not fit"):
        load_network("squeezenet1_1", str(tmp_path / "alexnet.pth"))


def test_a_pickle_with_more_than_weights_is_refused(tmp_path: Path) -> None:
    torch.save(nn.ReLU(), tmp_path / "module.pth")
    with pytest.raises(NetworkRefused, match=r"holds an object of torch\.nn\.modules\.activation\.ReLU"):
        load_network("squeezenet1_1", str(tmp_path / "module.pth"))


def test_your_own_function_may_bring_its_preprocessing() -> None:
    network = load_network("tests.ingest.network.test_load:own")
    assert network.preprocessing.crop == 32 and network.class_names == ("cat", "dog")


def own() -> nn.Module:
    module = nn.Sequential(nn.Conv2d(3, 2, 3))
    module.preprocessing = Preprocessing(32, 32, "bilinear", (0.5,) * 3, (0.5,) * 3)  # type: ignore[assignment]
    module.class_names = ("cat", "dog")  # type: ignore[assignment]
    return module


def number() -> int:
    return 7


def test_lite0_is_scaled_to_one_below_and_above_zero() -> None:
    network = load_network("efficientnet-lite0")
    white = network.preprocessing.apply(Image.new("RGB", (300, 400), "white"))
    assert white.shape == (3, 224, 224) and bool((white == 1).all())


def test_a_timm_network_brings_its_preprocessing() -> None:
    network = load_network("tests.ingest.network.test_load:of_timm")
    assert network.preprocessing == Preprocessing(320, 288, "bicubic", (0.5,) * 3, (0.25,) * 3) and not network.notes


def of_timm() -> nn.Module:
    module = nn.Sequential(nn.Conv2d(3, 2, 3))
    config = {"input_size": (3, 288, 288), "crop_pct": 0.9, "interpolation": "bicubic", "mean": (0.5,) * 3}
    module.pretrained_cfg = {**config, "std": (0.25,) * 3, "crop_mode": "center"}  # type: ignore[assignment]
    return module


def test_a_network_without_preprocessing_gets_imagenets_and_a_note_says_so() -> None:
    network = load_network("tests.ingest.network.test_load:bare")
    assert network.preprocessing == IMAGENET
    assert "does not say how its pictures are prepared" in network.notes[0] and str(IMAGENET) in network.notes[0]


def bare() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 2, 3))


def test_an_adjusted_preprocessing_is_named_with_the_networks_own() -> None:
    network = load_network("tests.ingest.network.test_load:own")
    assert network.adjusted(Adjustments()) is network and network.adjusted(Adjustments(size=32)) is network
    changed = network.adjusted(Adjustments(size=64, interpolation="bicubic", mean=(0.1, 0.2, 0.3)))
    assert changed.preprocessing == Preprocessing(64, 64, "bicubic", (0.1, 0.2, 0.3), (0.5,) * 3)
    assert changed.notes == (
        "pictures: short side 64 (bicubic), centre 64, mean 0.1 0.2 0.3, std 0.5 0.5 0.5 (the network's own: short "
        "side 32 (bilinear), centre 32, mean 0.5 0.5 0.5, std 0.5 0.5 0.5)",
    )


def googlenet_file(folder: Path) -> Path:
    """Weights of a googlenet that torchvision has not published."""
    torch.save(models.googlenet(weights=None, aux_logits=False, init_weights=False).state_dict(), folder / "w.pth")
    return folder / "w.pth"


def test_whether_googlenet_converts_its_input_is_chosen_openly(tmp_path: Path) -> None:
    file = str(googlenet_file(tmp_path))
    guessed = load_network("googlenet", file)
    assert guessed.switches == {"transform_input": False} and not guessed.module.transform_input
    assert "transform_input off" in guessed.notes[-1] and "--transform-input" in guessed.notes[-1]
    for wanted in (True, False):
        chosen = load_network("googlenet", file, wanted)
        assert chosen.switches == {"transform_input": wanted} and bool(chosen.module.transform_input) == wanted
        assert not any("transform_input" in note for note in chosen.notes)
    with pytest.raises(NetworkRefused, match="resnet18 has no such switch"):
        load_network("resnet18", "none", True)


def test_torchvisions_own_file_is_known_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = googlenet_file(tmp_path)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    own = models.GoogLeNet_Weights.IMAGENET1K_V1
    monkeypatch.setattr(own.value, "url", f"somewhere/googlenet-{digest[:8]}.pth")
    network = load_network("googlenet", str(file))
    assert network.switches == {"transform_input": True} and network.class_names[0] == "tench"
    assert network.notes == (f"{file} holds torchvision's IMAGENET1K_V1 for googlenet",)


def test_a_file_of_unknown_origin_is_prepared_for_as_torchvision_does_and_a_note_says_so(tmp_path: Path) -> None:
    torch.save(models.squeezenet1_1(weights=None).state_dict(), tmp_path / "w.pth")
    (note,) = load_network("squeezenet1_1", str(tmp_path / "w.pth")).notes
    assert "torchvision's preprocessing for squeezenet1_1 IMAGENET1K_V1 is used: short side 256 (bilinear)" in note


def raises() -> nn.Module:
    raise RuntimeError("no such luck\nand more")


def of_size(channels: int, size: int, *, bias: bool = True) -> nn.Module:
    return nn.Conv2d(channels, channels, size, bias=bias)


def lazy() -> nn.Module:
    return nn.LazyConv2d(4, 3)


def on_meta() -> nn.Module:
    return nn.Conv2d(3, 4, 3, device="meta")


def test_a_module_itself_can_be_named() -> None:
    assert load_network("tests.ingest.network.test_load:MADE").module is MADE


MADE = nn.Sequential(nn.Conv2d(3, 2, 3))


def test_torchvisions_networks_have_two_spellings_and_timms_their_own_preprocessing() -> None:
    assert load_network("torchvision:alexnet", "none").name == load_network("alexnet", "none").name == "alexnet"
    pytest.importorskip("timm", reason="timm is not installed")
    network = load_network("timm:test_resnet", "none")
    assert network.name == "timm:test_resnet" and not network.notes
    assert network.preprocessing == Preprocessing(168, 160, "bilinear", (0.5,) * 3, (0.5,) * 3)
    assert load_network("timm:test_resnet", "none").digest == network.digest


def test_a_file_of_weights_for_a_timm_network_sets_its_number_of_outputs(tmp_path: Path) -> None:
    timm = pytest.importorskip("timm", reason="timm is not installed")
    trained = timm.create_model("test_resnet", num_classes=4)
    torch.save({"state_dict": trained.state_dict()}, tmp_path / "w.pth")
    network = load_network("timm:test_resnet", str(tmp_path / "w.pth"))
    assert network.digest == digest_of(trained) and "'state_dict'" in network.notes[0]


def test_a_download_that_fails_names_the_file_and_where_to_put_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    own = models.SqueezeNet1_1_Weights.IMAGENET1K_V1
    monkeypatch.setattr(own.value, "url", "http://127.0.0.1:9/squeezenet1_1-00000000.pth")
    place = (
        f"put http://127.0.0.1:9/squeezenet1_1-00000000.pth at {tmp_path}/hub/checkpoints/squeezenet1_1-00000000.pth"
    )
    with pytest.raises(NetworkRefused, match=re.escape(place)):
        load_network("squeezenet1_1")


def test_the_command_lists_networks_with_their_weights() -> None:
    answer = CliRunner().invoke(app, ["networks", "squeezenet", "--json"])
    first = {"name": "squeezenet1_0", "source": "torchvision", "weights": ["IMAGENET1K_V1"]}
    assert json.loads(answer.stdout)[0] == first
    assert "efficientnet-lite0" in CliRunner().invoke(app, ["networks"]).stdout
    nothing = CliRunner().invoke(app, ["networks", "nothing at all"])
    assert nothing.stdout.strip() == "" and "no network's name contains" in nothing.stderr
