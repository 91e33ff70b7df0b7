"""Programs that tests and measurements drive, installed from Debian's packages where there is none and we may."""

import os
import shutil
import subprocess
import sys


def may_install() -> bool:
    """Whether this is such a system, and we are root."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install(remedy: str, *packages: str) -> None:
    """Ends with the remedy where that cannot be done."""
    if not may_install():
        sys.exit(remedy)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-qq", "--yes", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *words], env=environment, check=True, stdout=subprocess.DEVNULL)
