"""ArcadeDB, the engine that needs no set-up: its server and Java runtime come with the `arcadedb-embedded` package."""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

from queries.engines.class_cache import cache_file, cache_options
from queries.engines.engine import Launch, Report
from queries.engines.files import PASSWORDS, make_private, read_passwords, user_cache, write_private
from queries.engines.ports import free_ports, usual_port
from queries.engines.procedures import FOLDER, JAR, PLUGIN, flaw
from queries.errors import EngineError
from queries.records import Address

DATABASE = "summit"
STATEMENT_SECONDS = 120  # the engine stops any statement after this; it ignores the driver's own time limits
HEAP_SHARE, HEAP_MOST = 0.25, 4 * 2**30  # of the machine's memory

GROUPS = {
    "admin": {
        "resultSetLimit": -1,
        "readTimeout": -1,
        "access": ["updateSecurity", "updateSchema", "updateDatabaseSettings"],
        "types": {"*": {"access": ["createRecord", "readRecord", "updateRecord", "deleteRecord"]}},
    },
    "reader": {"resultSetLimit": -1, "readTimeout": -1, "access": [], "types": {"*": {"access": ["readRecord"]}}},
    "*": {"resultSetLimit": -1, "readTimeout": -1, "access": [], "types": {"*": {"access": []}}},
}
MEMBERS = {"root": {"*": ["admin"]}, "reader": {DATABASE: ["reader"]}}


@dataclass(frozen=True, slots=True)
class ArcadeDB:
    """The embedded engine: a child process on loopback, two users (root, and a reader who may only read records).

    heap      in bytes; None for a share of the machine's memory
    settings  further `arcadedb.` settings by name, for tests and benchmarks
    plugin    folder of our procedures
    """

    name: str = "arcadedb"
    heap: int | None = None
    settings: tuple[tuple[str, str], ...] = ()
    plugin: Path = FOLDER

    def prepare(self, folder: Path, report: Report) -> None:
        """Write groups and users each time, passwords once. Raises EngineError where the package is missing."""
        package_folder()
        if problem := flaw(self.plugin):
            report(
                f"{problem}; install Summit Graph again: until then, personalized PageRank runs in its portable form"
            )
        make_private(folder / "config")
        write_private(
            folder / "config" / "server-groups.json", json.dumps({"databases": {"*": {"groups": GROUPS}}, "version": 2})
        )
        passwords = read_passwords(folder, MEMBERS)
        if passwords is None:
            passwords = {user: secrets.token_urlsafe(24) for user in MEMBERS}
            write_private(folder / PASSWORDS, json.dumps(passwords))
        users = [
            {"name": user, "databases": groups, "password": password_hash(passwords[user])}
            for user, groups in MEMBERS.items()
        ]
        write_private(folder / "config" / "server-users.jsonl", "".join(f"{json.dumps(user)}\n" for user in users))

    def launch(self, folder: Path) -> Launch:
        """The server and our procedures on free loopback ports; passwords are in files, none is on the command line."""
        package = package_folder()
        bolt, (http, https) = usual_port(folder), free_ports(2)
        heap = self.heap or min(HEAP_MOST, int(HEAP_SHARE * psutil.virtual_memory().total))
        settings = {
            "server.rootPath": str(folder),
            "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "server.defaultDatabases": f"{DATABASE}[root]",
            "bolt.host": "127.0.0.1",
            "bolt.port": str(bolt),
            "server.httpIncomingHost": "127.0.0.1",
            "server.httpIncomingPort": str(http),
            "server.httpsIncomingPort": str(https),
            "opencypher.loadCsv.allowFileUrls": "false",
            "opencypher.loadCsv.allowRemoteUrls": "false",
            "command.timeout": str(STATEMENT_SECONDS * 1000),
            "queryMaxConcurrent": "0",  # a statement that dies of a text too long would keep its turn for ever
            "txWALFlush": "2",  # data and metadata reach the disk before a commit is acknowledged
            **dict(self.settings),
        }
        plain = self.command(package, heap, settings)
        settings["server.plugins"] += f",{PLUGIN}"
        argv = plain if flaw(self.plugin) else self.command(package, heap, settings, self.plugin / JAR)
        passwords = json.loads((folder / PASSWORDS).read_text())
        root, reader = (Address(f"bolt://127.0.0.1:{bolt}", user, passwords[user], DATABASE) for user in MEMBERS)
        return Launch(
            argv=argv, env={}, cwd=folder, address=root, reader=reader, spare=None if argv is plain else plain
        )

    def command(self, package: Path, heap: int, settings: Mapping[str, str], *jars: Path) -> list[str]:
        """Java with the server and further jars on its class path."""
        return [
            str(java_of(package)),
            *(cache_options(self.class_cache) if jars else ()),
            f"-Xmx{heap // 2**20}m",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            *(f"-Darcadedb.{key}={value}" for key, value in settings.items()),
            "-cp",
            os.pathsep.join([str(package / "jars" / "*"), *map(str, jars)]),
            "com.arcadedb.server.ArcadeDBServer",
        ]

    @property
    def class_cache(self) -> Path:
        """The file of the Java classes that it starts from."""
        package = package_folder()
        return cache_file(user_cache(), self.name, java_of(package), [package / "jars", self.plugin])


def java_of(package: Path) -> Path:
    """The Java runtime that comes with the package."""
    return package / "jre" / "bin" / "java"


def package_folder() -> Path:
    """Where the package's jars and Java runtime lie. Raises EngineError."""
    spec = find_spec("arcadedb_embedded")
    if spec is None or spec.origin is None:
        raise EngineError(
            "the embedded engine's package arcadedb-embedded is not installed in this environment; run `make setup`, "
            "or name a server in SUMMIT_DATABASE"
        )
    return Path(spec.origin).parent


def password_hash(password: str) -> str:
    """A password as ArcadeDB keeps it: PBKDF2 over the salt's base64 text, not over the bytes it encodes."""
    salt = base64.b64encode(secrets.token_bytes(32)).decode()
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), 65536, 32)
    return f"PBKDF2WithHmacSHA256$65536${salt}${base64.b64encode(digest).decode()}"
