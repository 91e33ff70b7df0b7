"""The browser that the tests drive. `python -m tests.e2e.chromium` installs it where that can be done."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")
REMEDY = f"none of {', '.join(NAMES)} is on PATH; install Chromium, or name a browser in SUMMIT_CHROMIUM"


def find_chromium() -> str | None:
    """SUMMIT_CHROMIUM, else the first browser on PATH, else None."""
    return os.environ.get("SUMMIT_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def main() -> None:
    """Install Debian's Chromium where there is no browser and we may; else say what is missing."""
    if find_chromium():
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        sys.exit(REMEDY)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-qq", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", *words], env=environment, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
