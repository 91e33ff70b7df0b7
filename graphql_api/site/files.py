"""The files of a published copy: answers as JSON, with the pictures that they name beside them."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

from graphql_api.pictures import find_picture
from queries.errors import DataError
from queries.pictures import content_hash
from queries.store import Store

ADDRESS = re.compile(r'"(/pictures/([^/"]+)/([^/"]+)/([^/"]+)/([^/"]+)\.jpg)"')
ANSWERS, PICTURES = "answers", "pictures"


class SiteFiles:
    """Writes answers below a folder.

    files, size  that were written so far, and bytes of them
    pictures     of these files
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self._store, self._folder = store, folder
        self._addresses: dict[str, str] = {}  # of the copies, by those of the service
        self._written: set[str] = set()
        self.files, self.size, self.pictures = 0, 0, 0
        for name in (ANSWERS, PICTURES):
            (folder / name).mkdir()

    async def write(self, name: str, answer: object) -> None:
        """An answer as answers/<name>.json, its pictures copied; a picture's name is that of its content."""
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        for found in ADDRESS.finditer(text):
            if found[1] not in self._addresses:
                self._addresses[found[1]] = await self._copy(*map(unquote, found.groups()))
        text = ADDRESS.sub(lambda found: f'"{self._addresses[found[1]]}"', text)
        path = self._folder / ANSWERS / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        self.add(path, text.encode())

    async def _copy(self, address: str, *place: str) -> str:
        served = await find_picture(self._store, *place)
        try:
            content = served.path.read_bytes() if served else None
        except OSError:
            content = None
        if content is None:
            raise DataError(f"the picture {address} is gone since the database told of it; export again")
        copy = f"/{PICTURES}/{content_hash(content)}.jpg"
        if copy not in self._written:
            self._written.add(copy)
            self.pictures += 1
            self.add(self._folder / copy[1:], content)
        return copy

    def add(self, path: Path, content: bytes) -> None:
        """A file of the copy."""
        path.write_bytes(content)
        self.files += 1
        self.size += len(content)
