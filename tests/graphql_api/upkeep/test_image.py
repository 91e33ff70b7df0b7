"""The image of the service: what it runs, without Docker; in the long form (`make faults`) built and run by Docker."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml

from bench.testbed.databases import Database
from queries.engines.ports import free_ports
from tests.commands import wait_for
from tests.conftest import ROOT

DOCKER = ROOT / "docker"
BUILT, VOLUME = "summit-graph-test", "summit-graph-test-data"  # in Docker, while the test runs


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


def docker(*words: str | Path, check: bool = True) -> str:
    done = subprocess.run(["docker", *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 or not check, done.stderr
    return done.stdout.strip()


@pytest.fixture
def image() -> Iterator[str]:
    """The image, built as the Dockerfile says."""
    if "SUMMIT_FAULTS" not in os.environ:
        pytest.skip("the long form: `make faults`")
    if shutil.which("docker") is None or subprocess.run(["docker", "info"], capture_output=True).returncode != 0:
        pytest.skip("no Docker daemon answers here")
    docker("build", "--file", DOCKER / "Dockerfile.api", "--tag", BUILT, ".")
    yield BUILT
    docker("rm", "--force", BUILT, check=False)
    docker("volume", "rm", VOLUME, check=False)
    docker("rmi", BUILT, check=False)


def as_composed() -> list[str]:
    """The options of `docker run` for what Compose gives the service, on a free port and over the built-in engine."""
    service: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"]["api"]
    shell, check = service["healthcheck"]["test"]
    assert shell == "CMD-SHELL"
    options = ["--publish", "127.0.0.1::8000", "--volume", f"{VOLUME}:/data", "--health-interval", "1s"]
    options += ["--health-cmd", check.replace("$$", "$")]
    options += [f"--cap-drop={each}" for each in service["cap_drop"]]
    return options + [f"--security-opt={each}" for each in service["security_opt"]]


def test_docker_builds_the_image_which_serves_keeps_its_token_and_ends_in_time(image: str) -> None:
    docker("run", "--detach", "--name", BUILT, *as_composed(), image)
    wait_for(lambda: docker("inspect", "--format", "{{.State.Health.Status}}", BUILT) == "healthy")
    token = docker("exec", BUILT, "cat", "/data/token")
    assert len(token) > 40 and docker("exec", BUILT, "id", "--user") == "1000"
    with urlopen(f"http://{docker('port', BUILT, '8000')}/") as page:
        assert page.status == 200 and b"<title>Summit Graph" in page.read()

    docker("stop", BUILT)  # SIGTERM, and after ten seconds SIGKILL
    assert docker("inspect", "--format", "{{.State.ExitCode}}", BUILT) == "143"
    docker("start", BUILT)
    wait_for(lambda: docker("inspect", "--format", "{{.State.Health.Status}}", BUILT) == "healthy")
    assert docker("exec", BUILT, "cat", "/data/token") == token
