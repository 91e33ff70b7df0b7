from pathlib import Path

import pytest

from ingest.images.classes import (
    FolderClass,
    Output,
    joined_outputs,
    keep_indexes,
    known_outputs,
    match_folders,
    named_as_listed,
    output_names,
    read_mapping,
    sorted_mapping,
)
from queries.errors import DataError

KNOWN = [
    Output(0, "n00000001", "tench, Tinca tinca"),
    Output(1, "n00000002", "black_bear"),
    Output(2, "n00000003", "crane"),
    Output(3, "n00000004", "crane"),
]


def found(*folders: str, outputs: int = 4, **mapping: str) -> dict[str, tuple[int, int | None]]:
    return {one.folder: (one.index, one.output) for one in match_folders(folders, outputs, KNOWN, mapping)}


def test_a_folder_is_matched_by_index_wnid_or_name() -> None:
    assert found("0", "n00000002", "n00000003") == {"0": (0, 0), "n00000002": (1, 1), "n00000003": (2, 2)}
    assert found("Tinca tinca", "Black-Bear") == {"Tinca tinca": (0, 0), "Black-Bear": (1, 1)}


def test_a_folder_without_an_output_comes_after_the_last_output() -> None:
    assert found("panda", "TENCH", "aardvark") == {"TENCH": (0, 0), "aardvark": (4, None), "panda": (5, None)}


def test_a_mapping_overrides_the_name() -> None:
    assert found("tench", "x", tench="-", x="3") == {"x": (3, 3), "tench": (4, None)}


def test_the_class_list_names_a_folder() -> None:
    (one,) = match_folders(["1"], 4, KNOWN)
    assert (one.name, one.wnid) == ("black_bear", "n00000002")


def test_as_many_wnids_as_outputs_are_matched_in_order() -> None:
    classes = match_folders(["n00000009", "n00000001"], 2, [])
    assert [(one.folder, one.output) for one in classes] == [("n00000001", 0), ("n00000009", 1)]


@pytest.mark.parametrize(
    ("folders", "mapping", "says"),
    [
        (["crane"], {}, r"outputs \[2, 3\] are all called 'crane'"),
        (["0", "tench"], {}, "both match output 0"),
        (["x"], {"x": "unicorn"}, "not an index, wnid or name"),
        (["x"], {"y": "0"}, "folders that do not exist"),
        (["x"], {"x": "4"}, "not an index, wnid or name of the 4 outputs"),
    ],
)
def test_an_ambiguous_match_is_refused(folders: list[str], mapping: dict[str, str], says: str) -> None:
    with pytest.raises(DataError, match=says):
        match_folders(folders, 4, KNOWN, mapping)


def test_a_number_that_is_one_output_and_the_name_of_another_is_refused_unless_a_mapping_says_which() -> None:
    names = sorted(map(str, range(12)))  # as ImageFolder numbers them: 0, 1, 10, 11, 2, ...
    outputs = [Output(index, None, name) for index, name in enumerate(names)]
    assert [each.output for each in match_folders(["0", "1"], 12, outputs)] == [0, 1]
    with pytest.raises(
        DataError, match=r"10 is the index of one output and the name of another, output 2; .*--mapping"
    ):
        match_folders(["0", "10"], 12, outputs)
    (ten,) = match_folders(["10"], 12, outputs, {"10": "2"})
    assert (ten.output, ten.name) == (2, "10")
    every = match_folders(names, 12, outputs, sorted_mapping(names, 12))
    assert all(each.folder == each.name for each in every)


def test_a_class_list_overrides_the_names_of_the_weights() -> None:
    assert known_outputs(["a"], [{"index": 0, "wnid": "n1", "name": "b"}]) == [Output(0, "n1", "b")]
    assert known_outputs(["a"], []) == [Output(0, None, "a")]


def test_a_mapping_is_a_table_of_folders_and_classes(tmp_path: Path) -> None:
    (tmp_path / "map.tsv").write_text("folder\tclass\ncats\t281\nrest\t-\n")
    assert read_mapping(tmp_path / "map.tsv") == {"cats": "281", "rest": "-"}
    (tmp_path / "bad.tsv").write_text("folder,class\n")
    with pytest.raises(DataError, match="header"):
        read_mapping(tmp_path / "bad.tsv")
    (tmp_path / "twice.tsv").write_text("folder\tclass\ncats\t281\ncats\t282\n")
    with pytest.raises(DataError, match=r"twice.tsv:3: folder cats stands in line 2 too"):
        read_mapping(tmp_path / "twice.tsv")


def test_accents_match_whether_they_are_composed_or_not() -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    for folder, name in ((decomposed, composed), (composed, decomposed)):
        (one,) = match_folders([folder], 1, [Output(0, None, name)])
        assert one.output == 0
    (one,) = match_folders([decomposed], 1, [], {composed: "0"})
    assert one.output == 0


def test_folders_in_order_are_the_outputs_as_imagefolder_numbers_them() -> None:
    mapping = sorted_mapping(["b", "a", "10"], 3)
    assert mapping == {"10": "0", "a": "1", "b": "2"}
    with pytest.raises(DataError, match="2 folders, but the network has 3 outputs"):
        sorted_mapping(["b", "a"], 3)


def classes_of(*folders: str) -> list[FolderClass]:
    return match_folders(folders, 4, KNOWN)


def test_a_new_folder_does_not_renumber_those_that_a_run_has() -> None:
    first = keep_indexes(classes_of("panda", "tench"), 4, {})
    known = {each.folder: each.index for each in first}
    assert known == {"tench": 0, "panda": 4}
    more = keep_indexes(classes_of("aardvark", "panda", "tench", "zebra"), 4, known)
    assert {each.folder: each.index for each in more} == {"tench": 0, "panda": 4, "aardvark": 5, "zebra": 6}


@pytest.mark.parametrize(
    ("folders", "known", "says"),
    [
        (["tench"], {"tench": 2}, "tench is class 2 of the run, but now matches output 0"),
        (["tench"], {"fish": 0}, "tench matches output 0, which is fish in the run"),
        (
            ["panda"],
            {"panda": 2},
            "panda is class 2 of the run, which is an output .*, but now matches none; use the same",
        ),
    ],
)
def test_a_class_that_would_change_its_output_is_refused(folders: list[str], known: dict[str, int], says: str) -> None:
    with pytest.raises(DataError, match=says):
        keep_indexes(classes_of(*folders), 4, known)


def test_outputs_are_listed_in_order_also_those_of_which_nothing_is_known() -> None:
    assert output_names(2, [Output(1, "n1", "bear")]) == [None, Output(1, "n1", "bear")]


def test_what_is_known_of_an_output_is_not_forgotten() -> None:
    tench, bear = ("n1", "tench, Tinca tinca"), (None, "bear")
    assert joined_outputs([], [None, bear]) == [None, bear]
    assert joined_outputs([tench, None, bear], [None, None, None]) == [tench, None, bear]
    assert joined_outputs([tench, bear], [(None, "tench"), ("n2", "black bear")]) == [tench, ("n2", "black bear")]
    assert joined_outputs([bear], [(None, "polar bear")]) == [(None, "polar bear")]
    (one, none) = match_folders(["0", "panda"], 2, [])
    assert named_as_listed([one, none], [tench, None]) == [FolderClass("0", 0, tench[1], "n1", 0), none]
