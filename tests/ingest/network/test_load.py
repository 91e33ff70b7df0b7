from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import nn
from torchvision import models
from torchvision.transforms.functional import InterpolationMode, center_crop, pil_to_tensor, resize

from ingest.errors import NetworkRefused
from ingest.network.load import digest_of, load_network
from ingest.network.preprocess import IMAGENET, Preprocessing


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
    with pytest.raises(NetworkRefused, match="does not hold weights that can be read safely"):
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


@pytest.mark.parametrize("size", [(300, 200), (224, 500), (57, 40), (1, 1), (640, 3)])
def test_preprocessing_gives_the_pixels_of_resize_then_centre_crop(size: tuple[int, int]) -> None:
    noise = torch.randint(0, 256, (size[1], size[0], 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    picture = Image.fromarray(noise.numpy())
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (IMAGENET.mean, IMAGENET.std))
    found = IMAGENET.apply(picture) * std + mean
    expected = pil_to_tensor(center_crop(resize(picture, 256, InterpolationMode.BILINEAR), [224, 224])) / 255
    assert (
        float((found - expected).abs().max()) < 1.5 / 255
    )  # one level of 8 bits, where rounding to whole pixels differs


def test_a_very_long_picture_costs_no_memory() -> None:
    assert IMAGENET.apply(Image.new("RGB", (1, 60_000))).shape == (3, 224, 224)
