"""The token of a service: SUMMIT_TOKEN, or one made at the first start and kept in the data directory."""

import re
import secrets
from pathlib import Path

from queries.engines.files import locked, make_private, write_private
from queries.engines.settings import Settings
from queries.errors import DataError

FILE = "token"
SHAPE = re.compile(r"[!-~]+")  # what a header carries as it is


def service_token(settings: Settings) -> str:
    """Raises DataError for a token that no header carries, or a file that others may read."""
    if settings.token is not None:
        return checked(settings.token, "SUMMIT_TOKEN")
    make_private(settings.home)
    return kept_token(settings.home / FILE)


def kept_token(path: Path) -> str:
    """The token in a file, which is written where there is none. Raises DataError."""
    with locked(path.with_name(f"{FILE}.lock")):
        if not path.exists():
            write_private(path, secrets.token_urlsafe(32) + "\n")
    if path.stat().st_mode & 0o077:
        raise DataError(f"{path}: others than its owner may read it; delete it, and the next start makes a new one")
    return checked(path.read_text(errors="replace").strip(), f"{path}: delete it for a new one, or")


def checked(token: str, where: str) -> str:
    """Raises DataError for what no header carries."""
    if not SHAPE.fullmatch(token):
        raise DataError(f"{where}: a token has letters, digits and signs of ASCII, and no space")
    return token
