"""What is installed is what was locked, file by file, and under licences that somebody has looked at."""

import json
import re
import sys
import tomllib
from email.message import Message
from importlib.metadata import PackageNotFoundError, version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import print_licences
from tests.conftest import ROOT
from tests.print_licences import PARTS, UnknownLicence, licence, pinned, statements

CONSTRAINTS = {
    canonicalize_name(name): at
    for name, at in re.findall(r"^(\S+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.M)
}
WRITTEN = (sys.platform, sys.version_info[:2]) == ("linux", (3, 11))  # as docs/licences.md was


@pytest.mark.parametrize("part", PARTS)
def test_every_package_is_locked_at_its_version_and_with_hashes(part: str) -> None:
    text = (ROOT / "requirements" / f"{part}.txt").read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 40
    for entry in entries:
        locked = Requirement(entry.splitlines()[0].rstrip(" \\"))
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), locked.name
        known = CONSTRAINTS.get(canonicalize_name(locked.name))
        assert known is None or str(locked.specifier) == f"=={known}", "run `make lock`"


@pytest.mark.parametrize("part, extras", [("service", []), ("ingest", ["ingest"]), ("dev", ["dev"])])
def test_all_that_the_project_needs_is_locked(part: str, extras: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    for extra in extras:
        needed += project["project"]["optional-dependencies"][extra]
    locked = {canonicalize_name(each.name): each for each in pinned(part)}
    for each in map(Requirement, needed):
        if each.name != "summit-graph":
            found = locked[canonicalize_name(each.name)]
            assert each.specifier.contains(str(found.specifier).removeprefix("==")), "run `make lock`"


def test_what_is_installed_is_what_was_locked() -> None:
    different = {}
    for each in pinned("dev"):
        try:
            if not each.specifier.contains(version(each.name), prereleases=True):
                different[each.name] = version(each.name)
        except PackageNotFoundError:
            different[each.name] = "missing"
    different.pop("setuptools", None)  # only builds
    assert different == {}


@pytest.mark.parametrize("folder, most", [("web", 1000), ("tests/cookbook", 30)])
def test_every_package_for_node_is_locked_with_its_digest(folder: str, most: int) -> None:
    lock = json.loads((ROOT / folder / "package-lock.json").read_text())
    packages = {path: each for path, each in lock["packages"].items() if path}
    assert 10 < len(packages) < most
    assert [path for path, each in packages.items() if not each["integrity"].startswith("sha512-")] == []
    wanted = json.loads((ROOT / folder / "package.json").read_text())
    for which in ("devDependencies", "dependencies"):
        assert lock["packages"][""].get(which) == wanted.get(which)


def test_make_and_the_images_install_by_these_hashes_and_nothing_else() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert "--require-hashes -r" in makefile and "npm ci" in makefile
    places = [makefile, *((ROOT / "docker" / f"Dockerfile.{each}").read_text() for each in ("api", "ingest"))]
    for line in "\n".join(places).splitlines():
        if re.search("pip (install|wheel)", line) and "build/lock" not in line:  # the tool that writes the hashes
            assert "--require-hashes" in line or "--no-deps --no-build-isolation" in line, line
        assert "npm install" not in line and "npm i " not in line, line


@pytest.mark.skipif(not WRITTEN, reason="docs/licences.md lists what is installed on Linux with Python 3.11")
def test_the_list_of_licences_is_up_to_date() -> None:
    assert (ROOT / "docs" / "licences.md").read_text() == print_licences.document(), "run `make licences`"


def test_the_expression_of_a_licence_is_the_last_word() -> None:
    metadata = Message()
    metadata["License-Expression"], metadata["License"] = "AGPL-3.0-only", "MIT"
    assert statements(metadata) == ["AGPL-3.0-only"]  # type: ignore[arg-type]


@pytest.mark.parametrize("stated", [[], ["UNKNOWN"], ["AGPL-3.0-only"], ["MIT AND SSPL-1.0"]])
def test_a_licence_that_nobody_has_looked_at_is_refused(stated: list[str]) -> None:
    with pytest.raises(UnknownLicence, match="new-package"):
        licence("new-package", stated)
