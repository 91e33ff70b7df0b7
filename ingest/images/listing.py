"""Finding the pictures of each class in folders; whatever is not a picture of a class is listed with the reason."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from ingest.images.files import has_picture_suffix
from ingest.images.picture import Picture, PictureFile, readable_name
from queries.errors import DataError

NAMED = 5  # names per reason in a report


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file or folder that is not counted, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The pictures of a data set.

    classes   name of each class, ascending, and its pictures
    empty     classes without a picture
    left_out  what else was found
    """

    classes: Mapping[str, Sequence[Picture]]
    empty: Sequence[str] = ()
    left_out: Sequence[LeftOut] = ()


@dataclass
class _Walk:
    """What has been found so far; folders and files are known by device and inode.

    folders  by these, the name under which its pictures are listed: its own where it is in `root`, whatever links lead
             to it, else that of the first link
    above    what holds `root`
    """

    root: Path
    left_out: list[LeftOut] = field(default_factory=list)
    folders: dict[tuple[int, int], str] = field(default_factory=dict)
    above: frozenset[tuple[int, int]] = frozenset()

    @classmethod
    def of(cls, root: Path) -> "_Walk":
        walk = cls(root, above=frozenset(_place(folder) for folder in root.resolve().parents))
        for place, inside, _ in os.walk(root):
            walk.folders[_place(Path(place))] = walk.name(Path(place))
            inside[:] = [name for name in inside if not name.startswith(".")]
        walk.folders[_place(root)] = str(root)
        return walk

    def name(self, path: Path) -> str:
        return readable_name(path.relative_to(self.root))

    def leave_out(self, path: Path, reason: str) -> None:
        self.left_out.append(LeftOut(self.name(path), reason))

    def enter(self, folder: Path) -> bool:
        """Whether a folder is visited for the first time."""
        place = _place(folder)
        if place in self.above:
            self.leave_out(folder, f"a link to what holds {self.root}")
            return False
        first = self.folders.setdefault(place, self.name(folder))
        if first != self.name(folder):
            self.leave_out(folder, f"a link to {first}, which is counted already")
        return first == self.name(folder)


def _place(path: Path) -> tuple[int, int]:
    about = path.stat()
    return about.st_dev, about.st_ino


def list_class_folders(images: Path) -> Listing:
    """The pictures of each subfolder of `images`, in order of name; deeper folders count as part of it.

    A folder or, within a class, a file that is reached twice through links is listed once; a folder in `images` under
    its own name. DataError without a picture.
    """
    if not images.is_dir():
        raise DataError(f"{images} is not a folder; expected one with a subfolder of pictures per class")
    walk, found, empty = _Walk.of(images), dict[str, Sequence[Picture]](), list[str]()
    for entry in sorted(images.iterdir(), key=lambda path: (path.is_symlink(), path)):
        if entry.name.startswith("."):
            walk.leave_out(entry, "hidden")
        elif not entry.is_dir():
            walk.leave_out(entry, "next to the class folders, so of no class" if is_picture(entry) else not_one(entry))
        elif walk.enter(entry):
            pictures = _pictures(walk, entry)
            if pictures:
                found[walk.name(entry)] = pictures
            else:
                empty.append(walk.name(entry))
                if walk.name(entry) not in {each.name for each in walk.left_out}:
                    walk.leave_out(entry, "no pictures in the folder")
    if not found:
        raise DataError(f"{images} has no subfolder with pictures; expected one subfolder per class")
    return Listing(dict(sorted(found.items())), sorted(empty), walk.left_out)


def _pictures(walk: _Walk, folder: Path) -> list[Picture]:
    files: dict[tuple[int, int], Path] = {}
    for path in _files(walk, folder):
        try:
            about = path.stat()
        except OSError as error:
            walk.leave_out(path, f"cannot be read ({error.strerror})")
            continue
        if not stat.S_ISREG(about.st_mode):
            walk.leave_out(path, "not a regular file")
            continue
        first = files.get((about.st_dev, about.st_ino))
        if first:
            walk.leave_out(path, f"the same file as {walk.name(first)}")
        elif is_picture(path):
            files[about.st_dev, about.st_ino] = path
        else:
            walk.leave_out(path, not_one(path))
    pictures = (PictureFile(walk.name(path), path) for path in files.values())
    return sorted(pictures, key=lambda picture: picture.name)


def _files(walk: _Walk, folder: Path) -> Iterator[Path]:
    """The files of a folder and of the folders in it, files before links to them."""
    try:
        inside = sorted(folder.iterdir(), key=lambda path: (path.is_symlink(), path))
    except PermissionError as error:
        walk.leave_out(folder, f"cannot be read ({error.strerror})")
        return
    for path in inside:
        if path.name.startswith("."):
            walk.leave_out(path, "hidden")
        elif not path.is_dir():
            yield path
        elif walk.enter(path):
            yield from _files(walk, path)


def is_picture(path: Path) -> bool:
    """Whether a file has the suffix of a picture, or Pillow recognises its content."""
    if not path.is_file():  # reading a pipe would wait for ever
        return False
    if has_picture_suffix(path):
        return True
    try:
        with Image.open(path):
            return True
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return False


def not_one(path: Path) -> str:
    return f"not a picture ({path.suffix.lower() or 'no suffix'})"


def left_out_lines(left_out: Iterable[LeftOut]) -> list[str]:
    """One line per reason, with how many there are and the first of them."""
    names: dict[str, list[str]] = {}
    for each in left_out:
        names.setdefault(each.reason, []).append(each.name)
    return [
        f"left out: {reason} ({len(each):,}): {', '.join(each[:NAMED])}{', ...' if len(each) > NAMED else ''}"
        for reason, each in sorted(names.items())
    ]
