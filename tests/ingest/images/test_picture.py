import os
from pathlib import Path

from ingest.images.picture import (
    PictureFile,
    choose_pictures,
    digest_of_class,
    find_file,
    picture_digests,
    readable_name,
)


def test_a_digest_is_of_the_content(tmp_path: Path) -> None:
    files = [PictureFile(name, tmp_path / name) for name in ("a", "b", "c")]
    for file, content in zip(files, (b"12", b"21", b"12"), strict=True):
        file.path.write_bytes(content)
    first, second, third = picture_digests(files)
    assert first == third != second
    assert picture_digests([PictureFile("gone", tmp_path / "gone")]) == [""]


def test_the_digest_of_a_class_is_of_names_and_contents_in_any_order() -> None:
    usual = digest_of_class([("a", "1"), ("b", "2")])
    assert usual == digest_of_class([("b", "2"), ("a", "1")])
    assert usual not in {digest_of_class([("a", "2"), ("b", "1")]), digest_of_class([("a", "1")])}


def test_a_name_that_is_not_utf8_is_readable_and_found_again(tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"caf\xe9.png")
    file.write_bytes(b"x")
    name = readable_name(file.relative_to(tmp_path))
    assert name == "caf\\xe9.png" and name.encode()
    assert find_file(tmp_path, name).read_bytes() == b"x"


def test_a_larger_sample_contains_a_smaller_one_and_seeds_differ() -> None:
    pictures = [PictureFile(f"{at:03d}", Path()) for at in range(100)]

    def sample(limit: int, seed: int = 0) -> list[str]:
        return [picture.name for picture in choose_pictures(pictures, limit, None, seed)]

    assert set(sample(10)) < set(sample(20)) and len(sample(20)) == 20
    assert sample(20) == sorted(sample(20)) != [picture.name for picture in pictures[:20]]
    assert sample(20) != sample(20, seed=1)
    assert len(sample(200)) == 100
    assert [picture.name for picture in choose_pictures(pictures, None, 2, 0)] == ["000", "001"]
