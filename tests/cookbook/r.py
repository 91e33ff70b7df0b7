"""R with what its examples import. `python -m tests.cookbook.r` installs both where that can be done."""

import shutil
import subprocess

from bench.testbed.debian import install

PACKAGES = ("httr2", "jsonlite", "igraph")
REMEDY = f"Rscript with {', '.join(PACKAGES)} is not installed: the examples for R are not tested without"


def find_r() -> bool:
    """Is R on PATH, with the packages?"""
    if shutil.which("Rscript") is None:
        return False
    asked = "".join(f"library({name});" for name in PACKAGES)
    return subprocess.run(["Rscript", "-e", asked], capture_output=True, check=False).returncode == 0


if __name__ == "__main__" and not find_r():
    install(REMEDY, "r-base-core", *(f"r-cran-{name}" for name in PACKAGES))
