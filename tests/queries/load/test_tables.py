"""Lists of classes and of groups: what is wrong with one is told with its file and line."""

from pathlib import Path

import pytest

from queries.errors import DataError
from queries.load.tables import read_class_list, read_group_list
from tests.conftest import DATA

CLASSES = "index\twnid\tname\n0\tn01440764\ttench\n294\tn02132136\tbrown bear\n"
GROUPS = "wnid\tname\tclasses\nn02131653\tbear\t297,294,294\n"


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    return tmp_path / "list.tsv"


def test_a_class_list_is_one_row_a_class(listed: Path) -> None:
    listed.write_text(CLASSES)
    assert read_class_list(listed) == [
        {"index": 0, "wnid": "n01440764", "name": "tench"},
        {"index": 294, "wnid": "n02132136", "name": "brown bear"},
    ]


def test_a_class_may_have_no_wnid(listed: Path) -> None:
    listed.write_text("index\twnid\tname\n0\t\tscratch\n")
    assert read_class_list(listed) == [{"index": 0, "wnid": None, "name": "scratch"}]


@pytest.mark.parametrize("text", ["\ufeff" + CLASSES, CLASSES.replace("\n", "\r\n")])
def test_a_list_may_come_from_a_spreadsheet(listed: Path, text: str) -> None:
    listed.write_bytes(text.encode())
    assert [row["name"] for row in read_class_list(listed)] == ["tench", "brown bear"]


def test_a_group_list_holds_each_class_once_ascending(listed: Path) -> None:
    listed.write_text(GROUPS)
    assert read_group_list(listed) == [{"wnid": "n02131653", "name": "bear", "classes": [294, 297]}]


def test_a_list_with_nothing_below_its_header_is_empty(listed: Path) -> None:
    listed.write_text("index\twnid\tname\n")
    assert read_class_list(listed) == []


@pytest.mark.skipif(not (DATA / "imagenet_classes.tsv").is_file(), reason=f"no lists in {DATA}")
def test_the_lists_of_imagenet_hold_1000_classes_and_468_groups() -> None:
    assert len(read_class_list(DATA / "imagenet_classes.tsv")) == 1000
    assert len(read_group_list(DATA / "imagenet_groups.tsv")) == 468


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("", ":1: expected the tab-separated header index wnid name, found ''"),
        (CLASSES.replace("\t", ","), ":1: expected the tab-separated header"),
        (CLASSES.replace("wnid\tname", "name\twnid"), ":1: expected the tab-separated header"),
        (CLASSES + "295\tn02133161\n", ":4: 2 columns; expected index, wnid, name separated by tabs"),
        (CLASSES + "\n", ":4: 1 columns"),
        (CLASSES.replace("294", "two"), ":3: 'two' is not a class index"),
        (CLASSES.replace("294", "-1"), ":3: '-1' is not a class index"),
        (CLASSES.replace("tench", " "), ":2: an empty column"),
        (CLASSES + "0\tn1\tagain\n", ":4: index 0 stands in line 2 too"),
    ],
)
def test_a_bad_class_list_is_refused_with_its_line(listed: Path, text: str, complaint: str) -> None:
    listed.write_text(text)
    with pytest.raises(DataError) as refusal:
        read_class_list(listed)
    assert f"{listed}{complaint}" in str(refusal.value)


@pytest.mark.parametrize(
    "text, complaint",
    [
        (GROUPS.replace("297", "297 294"), ":2: '297 294' is not a class index"),
        (GROUPS.replace("297,294,294", ""), ":2: an empty column"),
        (GROUPS + "n02131653\tbears\t295\n", ":3: wnid n02131653 stands in line 2 too"),
        (GROUPS + "n02131653 \tbears\t295\n", ":3: wnid n02131653 stands in line 2 too"),
        (
            GROUPS + "3\tfish\t0,1\n",
            ":3: '3' cannot name a group, since indexes of classes and ids are read from such text",
        ),
        (GROUPS + "n1\t 1, 2\t0,1\n", ":3: '1, 2' cannot name a group"),
        (GROUPS + "a/b\tfish\t0,1\n", ":3: 'a/b' cannot name a group"),
    ],
)
def test_a_bad_group_list_is_refused_with_its_line(listed: Path, text: str, complaint: str) -> None:
    listed.write_text(text)
    with pytest.raises(DataError) as refusal:
        read_group_list(listed)
    assert f"{listed}{complaint}" in str(refusal.value)


def test_a_list_that_is_no_text_or_not_there_is_refused_by_name(listed: Path) -> None:
    with pytest.raises(DataError, match=r"cannot be read as a list of index, wnid, name: .*No such file"):
        read_class_list(listed)
    listed.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match=f"{listed} cannot be read as a list"):
        read_class_list(listed)
