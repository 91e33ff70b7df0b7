"""docker/ names the same versions and limits as the local server, and publishes nothing beyond this machine."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from queries.engines import assembly, neo4j

DOCKER = Path(__file__).parents[2] / "docker"
OF_THE_LOCAL_SERVER = {  # what a container needs otherwise: its own network, Neo4j Browser, nobody waiting for its end
    "server.default_listen_address",
    "server.http.enabled",
    "server.https.enabled",
    "internal.dbms.bolt.netty_server_shutdown_timeout",
}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    composed: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"]
    return composed


def test_the_versions_are_the_local_servers(services: dict[str, Any]) -> None:
    assert services["neo4j"]["image"] == f"neo4j:{assembly.NEO4J_VERSION}-community"
    assert services["neo4j"]["labels"]["graph-data-science"] == assembly.GDS_VERSION
    assert services["neo4j"]["environment"]["NEO4J_PLUGINS"] == '["graph-data-science"]'


def test_the_limits_are_the_local_servers(services: dict[str, Any]) -> None:
    def variable(setting: str) -> str:
        """The image's spelling: underscores doubled, dots as underscores."""
        return "NEO4J_" + setting.replace("_", "__").replace(".", "_")

    expected = {variable(key): value for key, value in neo4j.SETTINGS.items() if key not in OF_THE_LOCAL_SERVER}
    assert {key: services["neo4j"]["environment"].get(key) for key in expected} == expected


def test_ports_are_published_on_loopback_only(services: dict[str, Any]) -> None:
    published = {name: service.get("ports", []) for name, service in services.items()}
    assert published["api"] == ["127.0.0.1:8000:8000"]
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_no_password_is_written_down(services: dict[str, Any]) -> None:
    for name in ("neo4j", "api", "ingest"):
        environment = services[name]["environment"]
        address = environment.get("NEO4J_AUTH") or environment["SUMMIT_DATABASE"]
        assert "${NEO4J_PASSWORD:?" in address
    assert re.search(r"^NEO4J_PASSWORD=$", (DOCKER / "env.example").read_text(), re.MULTILINE)


def test_the_service_waits_for_a_healthy_database(services: dict[str, Any]) -> None:
    assert "gds.version()" in services["neo4j"]["healthcheck"]["test"][1]
    for name in ("api", "ingest"):
        assert services[name]["depends_on"] == {"neo4j": {"condition": "service_healthy"}}
        assert (DOCKER.parent / services[name]["build"]["dockerfile"]).is_file()
    assert services["ingest"]["profiles"] == ["ingest"]


@pytest.mark.parametrize("name", ["api", "ingest"])
def test_a_dockerfile_copies_only_what_is_sent_to_it(name: str) -> None:
    """Whatever is copied has to be let through by the ignore file beside the Dockerfile."""
    text = (DOCKER / f"Dockerfile.{name}").read_text()
    let_through = (DOCKER / f"Dockerfile.{name}.dockerignore").read_text().splitlines()
    copied = [
        source for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE) for source in line.split()
    ]
    assert copied
    for source in copied:
        assert f"!{source}" in let_through or f"!{source.split('/')[0]}" in let_through


@pytest.mark.parametrize("files", [["compose.yaml"], ["compose.yaml", "compose.gpu.yaml"]])
def test_docker_compose_takes_it(files: list[str]) -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True).returncode != 0:
        pytest.skip("`docker compose` does not answer here: the file is only parsed, not validated")
    options = [option for file in files for option in ("--file", str(DOCKER / file))]
    checked = subprocess.run(
        [docker, "compose", *options, "--profile", "ingest", "config", "--quiet"],
        env={"PATH": str(Path(docker).parent), "NEO4J_PASSWORD": "example"},
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stderr
