"""The procedures that Summit Graph adds to the embedded engine: a plug-in for its server, in a jar of our own.

`plugin/` has its Java source, the jar that `make plugin` builds from it, and the SHA-256 of both. The Java that comes
with the engine cannot compile, and not everybody has a compiler, so the jar is delivered.
"""

import hashlib
from pathlib import Path

FOLDER = Path(__file__).parent / "plugin"
JAR, SUMS = "summit-procedures.jar", "SHA256SUMS"
PLUGIN = "SummitPlugin:summit.SummitPlugin"  # as the engine's setting server.plugins names it


def flaw(folder: Path) -> str | None:
    """Why the jar is not given to the engine, which a damaged one would keep from starting. None where it is whole."""
    jar, sums = folder / JAR, folder / SUMS
    try:
        digests = {name: digest for digest, name in (line.split() for line in sums.read_text().splitlines())}
        found = hashlib.sha256(jar.read_bytes()).hexdigest()
    except OSError as error:
        return f"{error.filename}: {error.strerror}"
    except ValueError:
        return f"{sums} is damaged"
    if found != (expected := digests.get(JAR, "none")):
        return f"{jar} is damaged: its SHA-256 is {found[:12]}..., and {expected[:12]}... was expected"
    return None
