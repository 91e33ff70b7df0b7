"""`python -m tests.build_plugin`: the embedded engine's procedures, from Java source to the jar that is committed.

The Java that comes with the engine has no compiler, so the compiler is a jar, too: Eclipse's, in one version, told by
its digest, which Maven fetches. It runs on the engine's Java and compiles against the engine's jars, and the classes
are packed without dates and compression: equal sources give equal bytes on every machine.
"""

import hashlib
import subprocess
import tempfile
import zipfile
from pathlib import Path

from queries.engines.arcadedb import java_of, package_folder
from queries.engines.procedures import FOLDER, JAR, SUMS

COMPILER = "org.eclipse.jdt:ecj:3.43.0"
COMPILER_SHA256 = "c786468c65e906498e7e36ece4e0d04c6d3dd34c9a61b34a3a5b512801911a82"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
NEEDS = ("arcadedb-engine-*.jar", "arcadedb-server-*.jar")
SERVICE = "META-INF/services/com.arcadedb.server.ServerPlugin"
STAMP = (1980, 1, 1, 0, 0, 0)


def fetch_compiler(folder: Path) -> Path:
    """The compiler, put into a folder by Maven. Raises ValueError where it is another one."""
    subprocess.run(
        ["mvn", "-q", "-B", COPY, f"-Dartifact={COMPILER}", f"-DoutputDirectory={folder}"], check=True, cwd=folder
    )
    (jar,) = folder.glob("ecj-*.jar")
    if (found := digest(jar.read_bytes())) != COMPILER_SHA256:
        raise ValueError(f"{COMPILER} has the SHA-256 {found}; expected {COMPILER_SHA256}")
    return jar


def compile_sources(folder: Path) -> dict[str, bytes]:
    """The classes by their path in the jar."""
    package = package_folder()
    jars = [str(jar) for pattern in NEEDS for jar in sorted((package / "jars").glob(pattern))]
    options = [
        "-21",
        "-g:none",
        "-proc:none",
        "-encoding",
        "UTF-8",
        "-d",
        str(folder / "classes"),
        "-cp",
        ":".join(jars),
    ]
    compiler = [str(java_of(package)), "-jar", str(fetch_compiler(folder)), *options]
    subprocess.run([*compiler, *(str(source) for source in sorted(FOLDER.glob("*.java")))], check=True)
    return {
        str(path.relative_to(folder / "classes")): path.read_bytes() for path in (folder / "classes").rglob("*.class")
    }


def build(jar: Path) -> None:
    """Write the jar."""
    with tempfile.TemporaryDirectory() as scratch:
        files = {**compile_sources(Path(scratch)), SERVICE: b"summit.SummitPlugin\n"}
    with zipfile.ZipFile(jar, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, STAMP)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)


def sums() -> str:
    """What SHA256SUMS says of the jar and of the sources it was built from."""
    files = [*sorted(FOLDER.glob("*.java")), FOLDER / JAR]
    return "".join(f"{digest(file.read_bytes())}  {file.name}\n" for file in files)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    build(FOLDER / JAR)
    (FOLDER / SUMS).write_text(sums())
