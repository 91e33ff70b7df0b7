"""Pictures in tables and shards are the pictures in folders: the same content under the same classes."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from PIL import Image

from ingest.images.listing import list_class_folders
from ingest.images.sources import list_source, picture_finder
from queries.errors import DataError

NAMES = ["cat", "big dog"]
COUNTS = {"big dog": 3, "cat": 4}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("folders")
    for name, count in COUNTS.items():
        (root / name).mkdir()
        for at in range(count):
            Image.new("RGB", (4, 4), (at, len(name), 0)).save(root / name / f"{at}.png")
    return root


def samples(folders: Path) -> list[tuple[str, bytes]]:
    """(class, content) of all pictures, classes in turn as in a shuffled set."""
    listing = list_class_folders(folders).classes
    found = [(at, name, picture.read()) for name, each in listing.items() for at, picture in enumerate(each)]
    return [(name, content) for _, name, content in sorted(found)]


def contents(images: Path) -> dict[str, list[bytes]]:
    return {name: [each.read() for each in pictures] for name, pictures in list_source(images).classes.items()}


def as_table(folders: Path, root: Path) -> Path:
    rows = [f"{picture.path},{name}" for name, each in list_class_folders(folders).classes.items() for picture in each]  # type: ignore[attr-defined]
    (root / "set.csv").write_text("\n".join(["path,class", *rows]) + "\n")
    return root / "set.csv"


def as_parquet(folders: Path, root: Path) -> Path:
    """Two shards with several row groups, as `datasets` writes them."""
    (root / "data").mkdir()
    features = {"image": {"_type": "Image"}, "label": {"names": NAMES, "_type": "ClassLabel"}}
    rows = [({"bytes": content, "path": None}, NAMES.index(name)) for name, content in samples(folders)]
    for shard, part in enumerate((rows[:4], rows[4:])):
        table = pyarrow.table({"image": [image for image, _ in part], "label": [label for _, label in part]})
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
        file = root / "data" / f"train-{shard:05d}-of-00002.parquet"
        pyarrow.parquet.write_table(table, file, row_group_size=2)
    return root


def as_tar(folders: Path, root: Path) -> Path:
    def add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
        about = tarfile.TarInfo(name)
        about.size = len(content)
        tar.addfile(about, io.BytesIO(content))

    rows = samples(folders)
    for shard, part in enumerate((rows[:4], rows[4:])):
        with tarfile.open(root / f"train-{shard:03d}.tar", "w") as tar:
            for at, (name, content) in enumerate(part):
                add(tar, f"{at:04d}.seg.png" if at == 0 else f"{at:04d}.png", content)
                add(tar, f"{at:04d}.cls", name.encode())
    return root


KINDS = {"table": as_table, "parquet": as_parquet, "tar": as_tar}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_the_pictures_of_the_folders_and_finds_them_again(
    folders: Path, tmp_path: Path, kind: str
) -> None:
    images = KINDS[kind](folders, tmp_path)
    assert contents(images) == contents(folders)
    find = picture_finder(images)
    for pictures in list_source(images).classes.values():
        assert [picture.name for picture in pictures] == sorted({picture.name for picture in pictures})
        assert [find(picture.name).read() for picture in pictures] == [picture.read() for picture in pictures]
    with pytest.raises(OSError):
        find("nowhere/1.png").read()


def test_a_picture_may_have_several_classes(tmp_path: Path) -> None:
    (tmp_path / "set.tsv").write_text("class\tpath\tnote\ncat; dog\ta.png\t\ncat\tb.png\t\ndog\tb.png\t\n\tc.png\t\n")
    listing = list_source(tmp_path / "set.tsv")
    assert {name: [each.name for each in found] for name, found in listing.classes.items()} == {
        "cat": ["a.png", "b.png"],
        "dog": ["a.png", "b.png"],
    }
    assert [(each.name, each.reason) for each in listing.left_out] == [("c.png", "no class is given")]


def test_one_shard_and_a_pattern_of_shards(folders: Path, tmp_path: Path) -> None:
    as_tar(folders, tmp_path)
    first = contents(tmp_path / "train-000.tar")
    assert sum(map(len, first.values())) == 4
    assert contents(tmp_path / "train-*.tar") == contents(folders)


def test_what_has_no_class_or_is_no_picture_is_named(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        for name in ("1.png", "1.cls", "1.json", "2.png"):
            (tmp_path / "file").write_bytes(b"7")
            tar.add(tmp_path / "file", name)
    listing = list_source(tmp_path / "a.tar")
    assert [picture.name for picture in listing.classes["7"]] == ["a.tar/1.png"]
    assert {each.name: each.reason for each in listing.left_out} == {
        "a.tar/1.json": "not a picture (.json)",
        "a.tar/2.png": "no class is given",
    }
    table = pyarrow.table({"image": [b"x", b"y"], "label": [3, -1]})
    pyarrow.parquet.write_table(table, tmp_path / "b.parquet")
    listing = list_source(tmp_path / "b.parquet")
    assert [picture.read() for picture in listing.classes["3"]] == [b"x"]
    assert [each.name for each in listing.left_out] == ["b.parquet/00000001"]


def test_a_mask_beside_its_picture_is_no_picture_of_the_class(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        for name in ("1.seg.png", "1.png", "1.cls", "2.left.png", "2.cls"):
            (tmp_path / "file").write_bytes(b"7")
            tar.add(tmp_path / "file", name)
    listing = list_source(tmp_path / "a.tar")
    assert [picture.name for picture in listing.classes["7"]] == ["a.tar/1.png", "a.tar/2.left.png"]
    assert [(each.name, each.reason) for each in listing.left_out] == [
        ("a.tar/1.seg.png", "beside the picture of its sample")
    ]


def class_in_latin_1(root: Path) -> Path:
    (root / "1.cls").write_bytes(b"caf\xe9")
    with tarfile.open(root / "a.tar", "w") as tar:
        tar.add(root / "1.cls", "1.cls")
    return root / "a.tar"


def labelled(label: object) -> Callable[[Path], Path]:
    def write(root: Path) -> Path:
        pyarrow.parquet.write_table(pyarrow.table({"image": [b"x"], "label": [label]}), root / "a.parquet")
        return root / "a.parquet"

    return write


def cut(root: Path) -> Path:
    """A shard that was not copied to its end, cut between two samples."""
    for name in ("1.png", "1.cls"):
        (root / name).write_bytes(b"7")
    with tarfile.open(root / "whole.tar", "w") as tar:
        for name in ("1.png", "1.cls"):
            tar.add(root / name, name)
    (root / "a.tar").write_bytes((root / "whole.tar").read_bytes()[: 4 * tarfile.BLOCKSIZE])
    return root / "a.tar"


def damaged(root: Path) -> Path:
    """A shard with a flaw in the header of its third member."""
    for name in ("1.png", "1.cls", "2.png", "2.cls"):
        (root / name).write_bytes(b"7")
    with tarfile.open(root / "a.tar", "w") as tar:
        for name in ("1.png", "1.cls", "2.png", "2.cls"):
            tar.add(root / name, name)
    content = bytearray((root / "a.tar").read_bytes())
    content[4 * tarfile.BLOCKSIZE] ^= 1
    (root / "a.tar").write_bytes(content)
    return root / "a.tar"


def without_classes(root: Path) -> Path:
    (root / "1.png").write_bytes(b"7")
    with tarfile.open(root / "a.tar", "w") as tar:
        tar.add(root / "1.png", "1.png")
    return root / "a.tar"


def test_of_two_members_with_one_name_the_second_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"7")
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        for name in ("1.png", "1.cls", "1.png"):
            tar.add(tmp_path / "file", name)
    listing = list_source(tmp_path / "a.tar")
    assert [picture.name for picture in listing.classes["7"]] == ["a.tar/1.png"]
    assert [(each.name, each.reason) for each in listing.left_out] == [
        ("a.tar/1.png", "another one in the shard has this name")
    ]


def splits(root: Path) -> Path:
    for name in ("train-0-of-1.parquet", "test-0-of-1.parquet"):
        (root / name).write_bytes(b"")
    return root


def test_separators_at_the_end_of_a_row_add_nothing(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("path,class\na.png,shark,,\n")
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    assert list(list_source(table).classes) == ["shark"]


def written(name: str, content: str) -> Callable[[Path], Path]:
    def write(root: Path) -> Path:
        (root / name).write_text(content)
        return root / name

    return write


def without_image(root: Path) -> Path:
    pyarrow.parquet.write_table(pyarrow.table({"picture": [b"x"], "label": [0]}), root / "a.parquet")
    return root / "a.parquet"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            splits,
            r"has shards of several splits \(test, train\); choose some with a pattern, such as --images '.*test\*",
        ),
        (written("a.tar", "no tar"), r"a\.tar is not an uncompressed tar file of samples"),
        (cut, r"a\.tar is damaged or incomplete: at byte [\d,]+ there is neither"),
        (damaged, r"a\.tar is damaged or incomplete: at byte 2,048 there is neither"),
        (
            without_classes,
            r"no picture with a class \(1 are left out, a\.tar/1\.png: no class .* a member \.cls of each",
        ),
        (written("a.parquet", "none"), r"a\.parquet cannot be read as a Parquet file"),
        (written("a.zip", ""), r"a\.zip: expected a folder, or a file of the kind \.csv, \.tsv, \.parquet, \.tar"),
        (
            lambda folder: written("train-0.tar", "")(folder).parent / "val-*.tar",
            r"val-\*\.tar: no file matches this pattern; expected one that shards in .*, which has train-0\.tar$",
        ),
        (lambda folder: folder / "none" / "*.tar", r"no file matches this pattern; .*, which is not a folder$"),
        (written("a.csv", "file,class\n"), r"a\.csv:1: expected the columns path and class, each once; found"),
        (written("a.csv", "path,class\na.png,x\na.png,x\n"), r"a\.csv:3: a\.png is listed for x twice"),
        (written("a.csv", "path,class\na.png,shark, white\n"), r"a\.csv:2: expected 2 values, found 3; quote a value"),
        (
            written("a.csv", "path,class,class\n"),
            r"a\.csv:1: expected the columns path and class, each once; found .*'class', 'class'",
        ),
        (written("a.csv", "path,class\n,x\n"), r"a\.csv:2: expected a path, found none"),
        (written("a.csv", "path,class\na.png,\n"), r"a\.csv lists no picture with a class"),
        (class_in_latin_1, r"^a\.tar/1\.cls is not UTF-8 text \(.*\); expected the name or the index of a class"),
        (labelled(1.0), r"a\.parquet: its class column 'label' is of double; expected integers or strings"),
        (labelled(["cat", "dog"]), r"its class column 'label' is of list<.*>; expected integers or strings, one for"),
        (labelled(True), r"its class column 'label' is of bool; expected integers or strings"),
        (without_image, r"has no single image column \(columns: picture, label\); expected one called 'image'"),
    ],
)
def test_what_cannot_be_counted_is_refused(tmp_path: Path, make: Callable[[Path], Path], says: str) -> None:
    with pytest.raises(DataError, match=says):
        list_source(make(tmp_path))
