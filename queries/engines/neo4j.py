"""Neo4j Community with Graph Data Science, without Docker: a real server with a data directory of its own.

Its jars are shared between data directories (queries/engines/assembly.py); each has its own configuration, data, logs
and password.
"""

import json
import os
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil

from queries.engines.assembly import GDS_VERSION, NEO4J_VERSION, assemble, telling_line
from queries.engines.engine import Launch, Report
from queries.engines.files import PASSWORDS, make_private, read_passwords, user_cache, write_private
from queries.engines.java import find_java, java_command
from queries.engines.ports import usual_port
from queries.errors import EngineError
from queries.records import Address

USER, DATABASE = "neo4j", "neo4j"
HEAP_SHARE, HEAP_MOST = 0.25, 4 * 2**30  # of the machine's memory
PAGES_SHARE, PAGES_MOST = 0.25, 8 * 2**30

SETTINGS = {
    # nothing of this server is for other machines
    "server.default_listen_address": "127.0.0.1",
    "server.http.enabled": "false",
    "server.https.enabled": "false",
    "dbms.usage_report.enabled": "false",
    "dbms.fleet_manager.enabled": "false",
    "server.fleet_discovery.enabled": "false",
    # LOAD CSV reads neither files nor addresses: an administrator's READ session could otherwise, and here all are one
    "dbms.security.allow_csv_import_from_file_urls": "false",
    "internal.dbms.cypher_ip_blocklist": "0.0.0.0/0,::/0",
    # of Graph Data Science only what reads: nothing that writes, exports or configures is even loaded
    "dbms.security.procedures.unrestricted": "gds.*",
    "dbms.security.procedures.allowlist": (
        "gds.version,gds.list,gds.graph.project,gds.graph.exists,gds.graph.list,gds.graph.drop,gds.*.stream,gds.*.stats,"
        "gds.util.*"
    ),
    "internal.dbms.bolt.netty_server_shutdown_timeout": "1s",  # stops in 0.8 s; the default waits 10 s for idle clients
    # no cluster and no incremental backups here: the log of old transactions serves nobody
    "db.tx_log.rotation.retention_policy": "keep_none",
}


@dataclass(frozen=True, slots=True)
class Neo4j:
    """A Neo4j server on loopback, with one user, who is its administrator (Community has no roles).

    gds       with Graph Data Science
    cache     where assembled servers lie, None for $XDG_CACHE_HOME/summit-graph (default ~/.cache/summit-graph)
    heap      of the server, in bytes; None for a share of the machine's memory
    pages     page cache, in bytes; None likewise
    settings  further lines of neo4j.conf by name, for tests and benchmarks
    """

    name: str = "neo4j"
    gds: bool = True
    cache: Path | None = None
    heap: int | None = None
    pages: int | None = None
    settings: tuple[tuple[str, str], ...] = ()

    def prepare(self, folder: Path, report: Report) -> None:
        """Assemble the server and set the first password, where that is still to do. Raises EngineError."""
        java = find_java()
        assemble(self.server, self.gds, report)
        for part in ("conf", "data", "logs", "run"):
            make_private(folder / part)
        self._set_first_password(folder, java)

    def launch(self, folder: Path) -> Launch:
        """The server on a free loopback port; its password is in files, never on a command line."""
        port = usual_port(folder)
        memory = psutil.virtual_memory().total
        heap = self.heap or min(HEAP_MOST, int(HEAP_SHARE * memory))
        pages = self.pages or min(PAGES_MOST, int(PAGES_SHARE * memory))
        self._configure(
            folder,
            {
                "server.bolt.listen_address": f"127.0.0.1:{port}",
                "server.bolt.advertised_address": f"127.0.0.1:{port}",
                "server.memory.pagecache.size": f"{pages // 2**20}m",
                "server.directories.lib": str(self.server / "lib"),
                "server.directories.plugins": str(self.server / "plugins"),
            },
        )
        argv = [
            *java_command(find_java(), self.server),
            f"-Xms{min(heap, 512 * 2**20) // 2**20}m",
            f"-Xmx{heap // 2**20}m",  # one statement that wants more fails alone: no ExitOnOutOfMemoryError
            "org.neo4j.server.Neo4jCommunity",
            f"--home-dir={folder}",
            f"--config-dir={folder / 'conf'}",
            "--console-mode",
        ]
        password = json.loads((folder / PASSWORDS).read_text())[USER]
        address = Address(f"bolt://127.0.0.1:{port}", USER, password, DATABASE)
        return Launch(argv=argv, env={}, cwd=folder, address=address)

    @property
    def server(self) -> Path:
        """The folder of the assembled jars: lib/ and plugins/."""
        return (self.cache or user_cache()) / (f"neo4j-{NEO4J_VERSION}" + (f"-gds-{GDS_VERSION}" if self.gds else ""))

    def _configure(self, folder: Path, more: dict[str, str]) -> None:
        settings = {**SETTINGS, **more, **dict(self.settings)}
        write_private(folder / "conf" / "neo4j.conf", "".join(f"{key}={value}\n" for key, value in settings.items()))

    def _set_first_password(self, folder: Path, java: Path) -> None:
        """Choose a password and tell Neo4j, once. Neo4j's tool takes it as an argument, and arguments can be read by
        everybody on the machine: so the arguments go to Java in a file of the owner's.
        """
        if (folder / "data" / "dbms" / "auth.ini").exists() and read_passwords(folder, [USER]):
            return
        if (folder / "data" / "databases" / "system").exists():
            raise EngineError(
                f"{folder} holds a Neo4j database, but its password in {folder / PASSWORDS} is gone or damaged; put "
                "the file back, or start over with `summit db reset`"
            )
        self._configure(folder, {})
        password = secrets.token_hex(24)  # letters and digits only: "-" at its start would be an option
        write_private(folder / PASSWORDS, json.dumps({USER: password}))
        arguments = folder / "run" / "first-password"
        write_private(arguments, f"org.neo4j.server.startup.Neo4jAdminCommand dbms set-initial-password {password}\n")
        try:
            done = subprocess.run(
                [*java_command(java, self.server), f"@{arguments}"],
                env={**os.environ, "NEO4J_HOME": str(folder), "NEO4J_CONF": str(folder / "conf")},
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=120,
            )
        except subprocess.TimeoutExpired as error:
            raise EngineError(
                f"Neo4j's first password in {folder} was not set within {error.timeout} s; repeat"
            ) from error
        finally:
            arguments.unlink()
        if done.returncode != 0:
            raise EngineError(
                f"Neo4j's first password in {folder} could not be set: {telling_line(done.stderr + done.stdout)}; "
                f"delete {folder} and repeat"
            )
