"""The browser to test and to measure in. `python -m bench.testbed.chromium` installs it where that can be done."""

import os
import shutil
import subprocess
from contextlib import suppress

from bench.testbed.debian import install, may_install

SHELL = "chromium-headless-shell"  # Chromium without the browser around pages: half the processor time for each
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome")
REMEDY = f"none of {', '.join(NAMES)} is on PATH; install Chromium, or name a browser in SUMMIT_CHROMIUM"
QUIET = [  # arguments to start it with
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """SUMMIT_CHROMIUM, else the first browser on PATH, else None."""
    return os.environ.get("SUMMIT_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def provide() -> None:
    """Install the headless shell where there is none and we may; else any of the others will do, which is slower."""
    if os.environ.get("SUMMIT_CHROMIUM") or shutil.which(SHELL):
        return
    if may_install():
        with suppress(subprocess.CalledProcessError):  # a release without it
            install(REMEDY, SHELL)
    if find_chromium() is None:
        install(REMEDY, "chromium")


if __name__ == "__main__":
    provide()
