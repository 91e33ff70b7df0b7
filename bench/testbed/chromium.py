"""The browser to test and to measure in. `python -m bench.testbed.chromium` installs it where that can be done."""

import os
import shutil

from bench.testbed.debian import install

NAMES = ("chromium", "chromium-browser", "google-chrome")
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


if __name__ == "__main__" and find_chromium() is None:
    install(REMEDY, "chromium")
