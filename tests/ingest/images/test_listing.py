"""Which files are pictures of a class; everything else is named with its reason."""

import os
import re
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PIL import Image

from ingest.images.listing import LeftOut, left_out_lines, list_class_folders
from queries.errors import DataError


def draw(path: Path, kind: str = "png") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (2, 2)).save(path, kind)
    return path


def names(images: Path) -> dict[str, list[str]]:
    return {folder: [picture.name for picture in found] for folder, found in list_class_folders(images).classes.items()}


def left_out(images: Path) -> dict[str, str]:
    return {each.name: each.reason for each in list_class_folders(images).left_out}


def test_folders_are_classes_and_their_files_are_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b/2.png", "b/1.JPEG", "b/deep/0.png", "b/.hidden.png", "a/1.png", ".git/1.png"):
        draw(tmp_path / name)
    (tmp_path / "c").mkdir()
    assert names(tmp_path) == {"a": ["a/1.png"], "b": ["b/1.JPEG", "b/2.png", "b/deep/0.png"]}
    assert left_out(tmp_path) == {".git": "hidden", "b/.hidden.png": "hidden", "c": "no pictures in the folder"}
    assert list_class_folders(tmp_path).empty == ["c"]


def test_a_folder_without_classes_is_refused(tmp_path: Path) -> None:
    draw(tmp_path / "alone.png")
    with pytest.raises(DataError, match="no subfolder with pictures"):
        list_class_folders(tmp_path)
    with pytest.raises(DataError, match="is not a folder"):
        list_class_folders(tmp_path / "nowhere")


def test_every_format_that_pillow_reads_is_a_picture_whatever_its_suffix(tmp_path: Path) -> None:
    kinds = {"avif": "avif", "jfif": "jpeg", "jpe": "jpeg", "jp2": "jpeg2000", "ico": "ico", "tga": "tga", "qoi": "qoi"}
    for suffix, kind in kinds.items():
        draw(tmp_path / "a" / f"1.{suffix}", kind)
    draw(tmp_path / "a" / "without")
    draw(tmp_path / "a" / "odd.dat")
    expected = sorted([*(f"a/1.{suffix}" for suffix in kinds), "a/without", "a/odd.dat"])
    assert names(tmp_path) == {"a": expected} and left_out(tmp_path) == {}


def test_what_is_no_picture_of_a_class_is_named_with_its_reason(tmp_path: Path) -> None:
    draw(tmp_path / "a" / "1.png")
    draw(tmp_path / "beside.png")
    (tmp_path / "README").write_text("about")
    (tmp_path / "a" / "list.txt").write_text("1.png")
    (tmp_path / "a" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    os.mkfifo(tmp_path / "a" / "pipe.png")
    os.mkfifo(tmp_path / "pipe.png")
    assert left_out(tmp_path) == {
        "README": "not a picture (no suffix)",
        "a/pipe.png": "not a regular file",
        "pipe.png": "not a picture (.png)",
        "beside.png": "next to the class folders, so of no class",
        "a/list.txt": "not a picture (.txt)",
        "a/gone.png": "cannot be read (No such file or directory)",
    }


def test_what_is_reached_twice_through_links_is_listed_once(tmp_path: Path) -> None:
    draw(tmp_path / "b" / "1.png")
    os.link(tmp_path / "b" / "1.png", tmp_path / "b" / "2.png")
    (tmp_path / "b" / "0.png").symlink_to("1.png")
    (tmp_path / "b" / "loop").symlink_to(tmp_path / "b")
    (tmp_path / "a").symlink_to(tmp_path / "b")
    assert names(tmp_path) == {"b": ["b/1.png"]}
    assert left_out(tmp_path) == {
        "a": "a link to b, which is counted already",
        "b/0.png": "the same file as b/1.png",
        "b/2.png": "the same file as b/1.png",
        "b/loop": "a link to b, which is counted already",
    }


@pytest.mark.parametrize("to", ["..", "../..", "../owl"])
def test_a_link_in_one_class_takes_no_pictures_of_another(tmp_path: Path, to: str) -> None:
    """Though it comes first, and leads to the whole data set or to what holds it."""
    images = tmp_path / "images"
    for name in ("dog/1.png", "owl/1.png", "owl/deep/2.png"):
        draw(images / name)
    (images / "dog" / "link").symlink_to(to)
    assert names(images) == {"dog": ["dog/1.png"], "owl": ["owl/1.png", "owl/deep/2.png"]}
    reason = f"a link to what holds {images}" if to == "../.." else r"a link to .*, which is counted already"
    assert re.fullmatch(reason, left_out(images)["dog/link"])


def test_a_folder_has_its_own_name_though_a_link_to_it_comes_first(tmp_path: Path) -> None:
    for name in ("ant/1.png", "owl/deep/2.png"):
        draw(tmp_path / name)
    (tmp_path / "ant" / "a").symlink_to("../owl/deep")
    assert names(tmp_path) == {"ant": ["ant/1.png"], "owl": ["owl/deep/2.png"]}
    assert left_out(tmp_path) == {"ant/a": "a link to owl/deep, which is counted already"}


def test_a_hidden_folder_may_be_a_class_under_another_name(tmp_path: Path) -> None:
    draw(tmp_path / ".store" / "1.png")
    (tmp_path / "cat").symlink_to(".store")
    assert names(tmp_path) == {"cat": ["cat/1.png"]}
    assert left_out(tmp_path) == {".store": "hidden"}


def test_a_folder_that_cannot_be_read_is_named() -> None:
    with TemporaryDirectory() as folder, ExitStack() as after:
        images = Path(folder)
        images.chmod(0o755)
        for name in ("cat/1.png", "cat/secret/2.png", "dog/1.png"):
            draw(images / name)
        for closed in (images / "cat" / "secret", images / "dog"):
            closed.chmod(0)
            after.callback(closed.chmod, 0o700)
        if os.geteuid() == 0:  # who may read everything
            os.seteuid(65534)
            after.callback(os.seteuid, 0)
        assert names(images) == {"cat": ["cat/1.png"]}
        assert [(each.name, each.reason) for each in list_class_folders(images).left_out] == [
            (name, "cannot be read (Permission denied)") for name in ("cat/secret", "dog")
        ]


def test_a_link_to_a_folder_elsewhere_is_a_class(tmp_path: Path) -> None:
    draw(tmp_path / "store" / "1.png")
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a").symlink_to(tmp_path / "store")
    assert names(tmp_path / "images") == {"a": ["a/1.png"]}


def test_reasons_are_reported_once_with_how_many_and_the_first() -> None:
    found = [LeftOut(str(at), "hidden") for at in range(7)] + [LeftOut("x", "empty")]
    assert left_out_lines(found) == ["left out: empty (1): x", "left out: hidden (7): 0, 1, 2, 3, 4, ..."]
