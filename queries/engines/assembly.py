"""A Neo4j server put together from Maven Central's jars (367, 170 MB), once for all data directories.

It needs `mvn` on PATH, and a Java 21 or later, which the extra `neo4j-server` brings.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from queries.engines.engine import Report
from queries.engines.files import locked
from queries.engines.java import find_java
from queries.errors import EngineError

NEO4J_VERSION = "2026.08.1"
GDS_VERSION = "2.26.0"
ASSEMBLY_SECONDS = 900  # to wait for another process that fetches the server: 170 MB, over a slow line

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


def telling_line(output: str) -> str:
    """The line of a program's output that most likely says what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith("[ERROR]") or "Exception" in line or "rror:" in line]
    return (telling or lines or ["it wrote nothing"])[0].removeprefix("[ERROR]").strip()[:400]
