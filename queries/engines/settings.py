"""The settings of Summit Graph: environment variables, what they mean, and what they are read as."""

import logging
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import psutil

from queries.errors import DataError
from queries.version import FORMS

logger = logging.getLogger(__name__)

SETTINGS = {
    "SUMMIT_DATABASE": "Bolt URL of your own server, `bolt://user:password@host:7687/database`; unset: the built-in "
    "engine",
    "SUMMIT_HOME": "data directory; `./.summit` if unset",
    "SUMMIT_HEAP": "memory of the built-in engine from its next start on, such as `6g` or `1500m`; a quarter of the "
    "machine's, at most `4g`, if unset",
    "SUMMIT_PAGERANK": "form of personalized PageRank: `procedure` (built-in engine), `portable`, or `gds` (Neo4j with "
    "Graph Data Science); unset: the fastest that the database offers",
    "SUMMIT_CACHE": "memory for kept answers and rows, such as `128m`; `64m` if unset, `0m` for none",
    "SUMMIT_EMBED": "`off`: commands do not start making maps in the background; `on` if unset",
    "SUMMIT_VISUALIZE": "`off`: commands do not start making pictures or patches in the background; `on` if unset",
    "SUMMIT_TOKEN": "token that requests must carry to change something; unset: made at the first start, kept in "
    "`SUMMIT_HOME/token`",
    "SUMMIT_HOSTS": "host names the service answers to, comma-separated, in addition to this machine's own",
    "SUMMIT_PRIVATE": "`1`: reading needs the token, too; the same as `--private`",
    "SUMMIT_CORS": "sites whose pages may query the service, comma-separated: `https://example.org`",
    "SUMMIT_ROOT_PATH": "path under which a reverse proxy serves it; the same as `--root-path`",
    "SUMMIT_PUBLISHED": "for `make demo`: the clone of the published data",
}
OF_DEVELOPMENT = {
    "SUMMIT_TEST_DATA": "for `make test`: the folder with `summit-published`; `../shared/data` if unset",
    "SUMMIT_CHROMIUM": "for `make test`: the browser to drive",
    "SUMMIT_TEST_URL": "for the browser tests: a service that already runs over the published graphs, with the names "
    "and groups of their classes",
    "SUMMIT_SCREENSHOTS": "for the browser tests: `1` redraws the pictures in `docs/screenshots`",
    "SUMMIT_FAULTS": "for `make faults`: how many times engines and commands are killed; 100 if unset",
    "SUMMIT_SEED": "for `make faults`: seed for when they are killed, and which; 1 if unset",
    "SUMMIT_URL": "for `npm run dev`: the service that the page asks; `http://127.0.0.1:8000` if unset",
}
MEMORY = re.compile(r"(?P<number>[0-9]{1,6})(?P<unit>[mg])b?")
CACHE = "64m"
UNITS = {"m": 2**20, "g": 2**30}
LEAST_HEAP = 256 * 2**20
ALIKE = 0.85  # of a name to that of a setting: a slip
ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
ROOT_PATH = re.compile(r"(?:/[A-Za-z0-9._~@:+-]+)+")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the data is.

    database  Bolt URL with credentials, None for the built-in engine (SUMMIT_DATABASE)
    home      data directory (SUMMIT_HOME, default ./.summit)
    token     what requests that change something must carry, None for one kept in the data directory (SUMMIT_TOKEN)
    hosts     names that the service is asked by, besides this machine's own (SUMMIT_HOSTS, comma-separated)
    private   requests that only read carry the token, too (SUMMIT_PRIVATE=1)
    origins   sites whose pages may ask the service (SUMMIT_CORS, comma-separated, scheme://host:port)
    prefix    path of another server below which the service stands, "" for none (SUMMIT_ROOT_PATH)
    embed     whether commands that bring counts or graphs have maps made in the background (SUMMIT_EMBED: on or off)
    visualize whether commands have pictures and patches made in the background (SUMMIT_VISUALIZE: on or off)
    heap      of the built-in engine, bytes, None for a share of the machine's memory (SUMMIT_HEAP)
    cache     for answers and rows that the service keeps, bytes (SUMMIT_CACHE)
    pagerank  form of personalized PageRank, None for the fastest that the database offers (SUMMIT_PAGERANK)
    """

    database: str | None
    home: Path
    token: str | None = None
    hosts: tuple[str, ...] = ()
    private: bool = False
    origins: tuple[str, ...] = ()
    prefix: str = ""
    embed: bool = True
    visualize: bool = True
    heap: int | None = None
    cache: int = 64 * 2**20
    pagerank: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Raises DataError for a value that means nothing, and for a name that is misspelt."""
        check_names(environment)
        return cls(
            environment.get("SUMMIT_DATABASE") or None,
            Path(environment.get("SUMMIT_HOME") or ".summit").absolute(),
            environment.get("SUMMIT_TOKEN") or None,
            tuple(words(environment.get("SUMMIT_HOSTS", "").lower())),
            truth("SUMMIT_PRIVATE", environment.get("SUMMIT_PRIVATE", "")),
            tuple(map(origin, words(environment.get("SUMMIT_CORS", "")))),
            root_path(environment.get("SUMMIT_ROOT_PATH", "")),
            switch("SUMMIT_EMBED", environment),
            switch("SUMMIT_VISUALIZE", environment),
            memory("SUMMIT_HEAP", environment.get("SUMMIT_HEAP", ""), "6g or 1500m", LEAST_HEAP),
            memory("SUMMIT_CACHE", environment.get("SUMMIT_CACHE") or CACHE, "64m or 0m") or 0,
            form("SUMMIT_PAGERANK", environment.get("SUMMIT_PAGERANK", "")),
        )


def check_names(names: Iterable[str]) -> None:
    """Raises DataError for a name that is nearly that of a setting; says which others begin like one."""
    known = SETTINGS | OF_DEVELOPMENT
    for name in sorted(name for name in names if name.startswith("SUMMIT_") and name not in known):
        if meant := get_close_matches(name, known, 1, ALIKE):
            raise DataError(f"{name} is set, which is not a setting; do you mean {meant[0]}?")
        logger.warning("%s is set, which is not a setting; it is ignored", name)


def truth(name: str, word: str) -> bool:
    """A setting that is 1, or else 0 or empty. Raises DataError."""
    if word not in ("", "0", "1"):
        raise DataError(f"{name} is {word!r:.40}; set it to 1, or leave it unset")
    return word == "1"


def switch(name: str, environment: Mapping[str, str]) -> bool:
    """A setting that is on unless it is off. Raises DataError."""
    word = environment.get(name) or "on"
    if word not in ("on", "off"):
        raise DataError(f"{name} is {word!r:.40}; expected on or off")
    return word == "on"


def form(name: str, word: str) -> str | None:
    """A setting that names a form of a stored query; None where it is empty. Raises DataError."""
    if word and word not in FORMS:
        raise DataError(f"{name} is {word!r:.40}; expected {', '.join(FORMS[:-1])} or {FORMS[-1]}, or leave it unset")
    return word or None


def memory(name: str, word: str, such: str, least: int = 0) -> int | None:
    """A setting that is a number of mega- or gigabytes, in bytes; None where it is empty. Raises DataError."""
    if not word:
        return None
    read = MEMORY.fullmatch(word.strip().lower())
    found = int(read["number"]) * UNITS[read["unit"]] if read else -1
    most = psutil.virtual_memory().total
    if not least <= found <= most:
        raise DataError(
            f"{name} is {word!r:.40}; expected a memory such as {such}, at least {least // 2**20}m and not more than "
            f"this machine has ({most // 2**20}m)"
        )
    return found


def words(text: str) -> list[str]:
    """The parts of a comma-separated setting."""
    return [word.strip() for word in text.split(",") if word.strip()]


def origin(word: str) -> str:
    """A site as browsers name it. Raises DataError."""
    if not ORIGIN.fullmatch(word):
        raise DataError(f"SUMMIT_CORS has {word!r:.80}; expected sites as https://example.org or http://localhost:5173")
    return word.lower()


def root_path(word: str) -> str:
    """A path without its last slash. Raises DataError."""
    prefix = word.rstrip("/")
    if prefix and not ROOT_PATH.fullmatch(prefix):
        raise DataError(f"the root path is {word!r:.80}; expected a path such as /summit, without spaces, ? and #")
    return prefix
