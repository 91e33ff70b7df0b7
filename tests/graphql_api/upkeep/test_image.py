"""The image of the service, as far as it can be tried without Docker."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from queries.engines.ports import free_ports
from tests.conftest import ROOT
from tests.databases import Database

DOCKER = ROOT / "docker"


def test_what_the_image_copies_serves_and_is_healthy(made: Database, tmp_path: Path) -> None:
    """The image's command and its health check, run with the files that the Dockerfile copies and no others."""
    app, data, (port,) = tmp_path / "app", tmp_path / "data", free_ports(1)
    text = (DOCKER / "Dockerfile.api").read_text()
    for source in re.findall(r"^COPY (\w+)/ \w+/$", text.partition("WORKDIR /app")[2], re.MULTILINE):
        copied = app / source
        shutil.copytree(DOCKER.parent / source, copied, ignore=shutil.ignore_patterns("page", "__pycache__"))
    data.mkdir()
    (command,) = re.findall(r"^CMD (.*)$", text, re.MULTILINE)
    (entry,) = re.findall(r"^ENTRYPOINT (.*)$", text, re.MULTILINE)
    assert json.loads(entry) == ["summit"]
    words = [str(port) if word == "8000" else word for word in json.loads(command)]
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(app),
        "SUMMIT_HOME": str(data),
        "SUMMIT_DATABASE": made.access.address.with_credentials(),
        **dict.fromkeys(("SUMMIT_TOKEN", "SUMMIT_HOSTS", "SUMMIT_PRIVATE"), ""),  # as Compose sets what is not set
    }
    check = yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"]["api"]["healthcheck"]["test"]
    assert check[0] == "CMD-SHELL"
    healthy = check[1].replace("$$", "$").replace("/data/", f"{data}/").replace(":8000/", f":{port}/")
    program = "import summit.start, sys; assert summit.start.__file__.startswith(sys.path[1]); summit.start.main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, *words], cwd=app, env=environment, stderr=subprocess.PIPE
    ) as api:
        try:
            assert api.stderr is not None
            said = b""
            while b"Summit Graph is at" not in said:
                line = api.stderr.readline()
                assert line, said
                said += line
            checked = subprocess.run(["sh", "-c", healthy], env=environment, capture_output=True, text=True, timeout=60)
        finally:
            api.terminate()
            api.communicate()
    assert checked.returncode == 0, checked.stderr
