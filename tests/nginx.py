"""A real nginx in front of a service, with the configurations of docs/deployment.md.

`python -m tests.nginx` installs it where that can be done.
"""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from bench.testbed.debian import install
from queries.engines.ports import free_ports

REMEDY = "nginx is not on PATH; install it: what is served through a proxy is not tested without"
ROOT = Path(__file__).parent.parent
TEMPORARY = "client_body proxy fastcgi uwsgi scgi"
AROUND = """daemon off; master_process off; pid {folder}/pid; error_log {folder}/log;
events {{ }}
http {{
    access_log off;
    {temporary}
    {server}
}}
"""
SERVER, LOCATION = re.findall(r"```nginx\n(.*?)```", (ROOT / "docs" / "deployment.md").read_text(), re.DOTALL)
SERVICE, BELOW, NAME = "http://127.0.0.1:8000", "/lab/summit/", "graphs.example.org"  # there


def find_nginx() -> str | None:
    return shutil.which("nginx") or shutil.which("/usr/sbin/nginx")


def plain_proxy(nginx: str, target: str, folder: Path, path: str = "/") -> AbstractContextManager[str]:
    """The address of a proxy that has nothing but the documented `proxy_pass`, for a path, which it takes off."""
    location = LOCATION.replace(f"{SERVICE}/", target).replace(BELOW, path)
    (port,) = free_ports(1)
    return proxy(nginx, f"server {{ listen 127.0.0.1:{port}; {location} }}", folder, f"http://127.0.0.1:{port}")


def documented_proxy(nginx: str, target: str, folder: Path) -> AbstractContextManager[str]:
    """The address of a proxy with TLS as documented; its certificate is in the folder as `graphs.pem`."""
    make_certificate(folder)
    (port,) = free_ports(1)
    server = SERVER.replace(SERVICE, target).replace("listen 443", f"listen 127.0.0.1:{port}")
    server = re.sub(r"/etc/ssl/(certs|private)/", f"{folder}/", server)
    return proxy(nginx, server, folder, f"https://127.0.0.1:{port}")


def make_certificate(folder: Path) -> None:
    subject = ("-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1")
    files = ("-keyout", folder / "graphs.key", "-out", folder / "graphs.pem")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1")
    subprocess.run(["openssl", "req", "-x509", *key, *subject, *files], check=True, capture_output=True)


@contextmanager
def proxy(nginx: str, server: str, folder: Path, url: str) -> Iterator[str]:
    """nginx with one server, until the end of the block; needs no rights."""
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in TEMPORARY.split())
    settings = folder / "nginx.conf"
    settings.write_text(AROUND.format(folder=folder, temporary=temporary, server=server))
    process = subprocess.Popen([nginx, "-p", folder, "-c", settings, "-e", folder / "log"], stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not (folder / "pid").exists():
            assert process.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__" and find_nginx() is None:
    install(REMEDY, "nginx-light")
